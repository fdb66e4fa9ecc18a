"""What a person may ask about their own data: what is kept and why, all of it, none of it."""
