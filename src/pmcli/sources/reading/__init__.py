"""Reading files, sheets, texts, numbers and dates: what every layout uses."""
