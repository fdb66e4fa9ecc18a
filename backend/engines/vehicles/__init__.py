"""Vehicles and their people: plates checked and sealed, a windscreen code, who is told first."""
