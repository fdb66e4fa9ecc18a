"""What a dwelling was billed and paid in a year, on paper; a firm's bills as a spreadsheet."""
