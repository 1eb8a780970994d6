"""From a figure back to what it is made of: its periods, their rows in the files, the test, the peers (`pm why`)."""
