"""How people see the waves table."""
