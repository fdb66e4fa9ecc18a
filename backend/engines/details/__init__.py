"""One order in full: its text, files, history in plain words, clocks and open moves."""
