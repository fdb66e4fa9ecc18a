"""Settling up when a dwelling changes hands: balances go back or over, debts by consent."""
