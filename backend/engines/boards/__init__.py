"""What lies before whom: lists of orders, and what changes on them while one looks."""
