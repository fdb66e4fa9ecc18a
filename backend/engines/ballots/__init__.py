"""Casting by phone: whose vote a dwelling's is, who votes for whom, and the receipt."""
