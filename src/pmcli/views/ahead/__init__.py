"""How people see the ahead table."""
