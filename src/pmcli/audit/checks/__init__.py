"""The checks: what must hold between the figures of a claim, of a table, of a section and of a document."""
