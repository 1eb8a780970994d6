"""How people see the rank table."""
