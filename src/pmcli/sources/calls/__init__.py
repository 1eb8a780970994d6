"""999 calls."""
