"""What firms bring along: what dwellings owed and had prepaid before, and meter readings."""
