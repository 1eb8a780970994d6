"""Any table of counts."""
