"""Letter box and message board of a fair: letters are answered, or become demands."""
