"""How people see the changes table."""
