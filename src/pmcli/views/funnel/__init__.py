"""How people see the funnel table."""
