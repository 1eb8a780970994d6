"""The view of the sentences table."""
