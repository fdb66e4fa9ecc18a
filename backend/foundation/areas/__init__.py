"""The city as a tree of areas, the dwellings at its leaves, and the codes that lead there."""
