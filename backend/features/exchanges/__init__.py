"""Second-hand exchange of a fair (闲置交换): offered, reserved by one, handed over on the day."""
