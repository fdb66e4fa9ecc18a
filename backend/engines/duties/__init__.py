"""Which duty a demand belongs to: the duty list as data, and the matcher that reads a text."""
