"""Shops of the neighbourhood: registered, reviewed, licensed, staffed, open or not."""
