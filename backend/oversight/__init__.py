"""What looks at everything below and joins rooms that do not know each other, lowest first."""

ROOMS = ("rewards",)
