"""Days of small repairs (小修小补日): craftsmen at benches in a square, neighbours by turns."""
