"""Thanks for wishes that came true, and the wall of them, as far as everybody agrees."""
