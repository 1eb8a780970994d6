"""A draft of a mapping, written from what is in a file: `pm init --map FILE`."""
