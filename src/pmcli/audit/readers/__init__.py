"""Readers: a file of each kind to the lines and rows of a document, within limits on size, pages and time."""
