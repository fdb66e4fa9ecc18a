"""Car parks: their spaces, prices and tariffs."""
