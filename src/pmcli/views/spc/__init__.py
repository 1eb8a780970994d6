"""How people see the spc table."""
