"""Who should have an order. Pure."""

from dataclasses import dataclass

from backend.engines.orders.queries import Grade, Party


@dataclass(frozen=True)
class Hand:
    """A party, and the unit of it (none for the community)."""

    party: Party
    unit_id: int | None
    name: str


COMMUNITY = Hand(Party.COMMUNITY, None, "社区")


@dataclass(frozen=True)
class Route:
    """Who handles an order and who helps."""

    main: Hand
    helpers: tuple[Hand, ...] = ()


def route(kind_party: Party, grade: Grade, firm: Hand | None, lead: Hand | None) -> Route:
    """By grade: 自行办 by those next to it, 协同办 with the lead department's help, 联动办 by the
    lead department with the community's help. `firm` is the compound's property firm."""
    own = firm if kind_party is Party.PROPERTY and firm is not None else COMMUNITY
    if lead is None or grade is Grade.YELLOW:
        return Route(own)
    if grade is Grade.ORANGE:
        return Route(own, (lead,))
    helpers = (COMMUNITY,) if own is COMMUNITY else (COMMUNITY, own)
    return Route(lead, helpers)


def helpers_of(main: Hand, grade: Grade, lead: Hand | None) -> tuple[Hand, ...]:
    """Who helps when a dispatcher has chosen the main party."""
    if grade is Grade.YELLOW or lead is None:
        return ()
    if main.party is Party.DEPARTMENT:
        others = (COMMUNITY,) if grade is Grade.RED else ()
        return others if main == lead else (*others, lead)
    return (lead,)
