"""Bills 账单 of dwellings: what is owed, by which computation, and every change as an entry."""
