"""What lies before whom: lists of orders."""
