"""The day's books of whoever money is owed to: made from the ledger, closed by a person."""
