"""How people see the `audit` table."""
