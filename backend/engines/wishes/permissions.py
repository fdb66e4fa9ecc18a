"""Who wishes, claims, confirms and looks after it."""

from backend.core.actor import Permission, Role

COMMUNITY = (Role.SOCIAL_WORKER, Role.SECRETARY)


class P(Permission):
    READ = "wishes.read"
    PUBLISH = "wishes.publish"
    """Whoever wrote the very wish."""
    CLAIM = "wishes.claim"
    """Of a claim: whoever made it. Of a wish: anybody but those it is for."""
    CONFIRM = "wishes.confirm"
    """Whoever wrote the wish, or the community; never the claimer."""
    REVIEW = ("wishes.review", *COMMUNITY, Role.STREET_DISPATCHER)
    """The community; never for a wish that one wrote oneself."""
    HOUSE = "wishes.house"
    """What follows by itself or by the clock: nobody but the house."""
