"""How people see the sensitivity table."""
