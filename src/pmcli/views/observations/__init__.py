"""How people see the observations table."""
