"""How much one may bring and reserve. Pure."""

MOST_ITEMS = 5
"""Things that one person brings to one fair."""
MOST_RESERVED = 3
"""Things that one person has reserved at one fair at a time."""


def keep_keys(fair_id: int, user_id: int) -> list[str]:
    """The places that a person's reservations take; there are no more, whatever happens at once."""
    return [f"{fair_id}:{user_id}:{number}" for number in range(MOST_RESERVED)]
