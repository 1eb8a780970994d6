"""How people see a table. A view turns a table of the contract into blocks of text; console.py draws blocks."""
