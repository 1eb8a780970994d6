"""How people see the outliers table."""
