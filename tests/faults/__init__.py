"""What breaks around the product: the database, Redis, the processes themselves."""
