"""How people see the check table."""
