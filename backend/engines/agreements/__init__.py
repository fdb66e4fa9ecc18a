"""Standing agreements: parking fees are taken from a car's prepaid balance (无感出行)."""
