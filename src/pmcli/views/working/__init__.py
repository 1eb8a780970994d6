"""How people see the working table."""
