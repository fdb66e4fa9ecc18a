"""Goods and services for points, and how many lie where: never more is given than there is."""
