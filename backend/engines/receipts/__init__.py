"""Receipts: numbered without gaps by payee and year, printed as PDF."""
