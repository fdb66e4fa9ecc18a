"""Making bills: previews, runs that make each bill once, standing discounts, bills issued anew."""
