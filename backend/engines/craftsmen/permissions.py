"""Who registers, calls and looks after it."""

from backend.core.actor import Permission, Role

COMMUNITY = (Role.SOCIAL_WORKER, Role.SECRETARY)


class P(Permission):
    READ = "craftsmen.read"
    OWN = "craftsmen.own"
    """The craftsman's own: registering, pausing, leaving."""
    CALL = "craftsmen.call"
    """Of a call: whoever made it."""
    SERVE = "craftsmen.serve"
    """Of a call: the craftsman who is asked now."""
    REVIEW = (
        "craftsmen.review",
        *COMMUNITY,
        Role.STREET_DISPATCHER,
    )
    """The community; never one's own registration."""
    HOUSE = "craftsmen.house"
    """What follows by the clock: nobody but the house."""
