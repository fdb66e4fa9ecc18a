"""盘点: what is counted on the shelf, how far it differs from the books, and what is ruled."""
