"""Who may do what with accounts and posts."""

from backend.core.actor import Permission, Role


class P(Permission):
    SELF = "identity.self"
    """One's own account: everyone's."""
    READ_POSTS = (
        "identity.read_posts",
        Role.ADMINISTRATOR,
        Role.COUNTY_OFFICE,
        Role.STREET_DISPATCHER,
        Role.SECRETARY,
    )
    MANAGE_POSTS = ("identity.manage_posts", Role.ADMINISTRATOR)
