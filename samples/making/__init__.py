"""What `make_samples.py` is made of: the printed figures, the series that meet them, and the layouts they go into."""
