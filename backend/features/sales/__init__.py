"""Accepting, handing over, cancelling, paying back: what buyer and shop do with a purchase."""
