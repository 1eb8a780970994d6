"""Crime records, one row a crime."""
