"""How people see the edition table."""
