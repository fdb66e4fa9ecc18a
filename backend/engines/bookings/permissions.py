"""Who may do what with bookings."""

from backend.core.actor import Permission


class P(Permission):
    BOOK = "bookings.book"
    """Whose very booking it is."""
    HOST = "bookings.host"
    """Whoever holds what is booked: the room above has checked it and says so."""
    KEEP = "bookings.keep"
    """What only the house itself does: a place became free, time has run out."""
