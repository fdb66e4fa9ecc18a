"""Who lives where, counted and handed over: numbers by area, and the masked register."""
