"""What shops sell: prices, options, stock that cannot be oversold."""
