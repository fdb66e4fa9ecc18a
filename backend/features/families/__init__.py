"""What a household shared, once nobody is left of it."""
