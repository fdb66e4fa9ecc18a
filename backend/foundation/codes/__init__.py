"""Printed codes that lead to an area, and how often they are scanned."""
