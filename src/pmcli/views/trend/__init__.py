"""How people see the trend table."""
