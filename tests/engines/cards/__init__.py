"""Cards of orders in lists."""
