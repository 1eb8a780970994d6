"""How people see the comparison table."""
