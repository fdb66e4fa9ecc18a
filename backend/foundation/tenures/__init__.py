"""Who owns a dwelling one after the other, as numbers: what was owed in one tenure stays in it."""
