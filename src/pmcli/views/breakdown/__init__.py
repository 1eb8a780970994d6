"""How people see the breakdown table."""
