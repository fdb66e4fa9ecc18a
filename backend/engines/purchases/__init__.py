"""What was bought: paid, accepted, made ready, handed over by a code, rated; or paid back."""
