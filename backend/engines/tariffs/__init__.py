"""What firms ask for 收费项目: prices by version, periods, meters and what they read."""
