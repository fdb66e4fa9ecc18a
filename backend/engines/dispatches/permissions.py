"""Who may come to the dispatcher's doors; the order's own table then asks where."""

from backend.core.actor import Permission, Role

_DISPATCHERS = (
    Role.SECRETARY,
    Role.STREET_DISPATCHER,
    Role.COUNTY_OFFICE,
    Role.ADMINISTRATOR,
)


class P(Permission):
    DISPATCH = ("dispatches.dispatch", *_DISPATCHERS)
    ASSIGN = ("dispatches.assign", *_DISPATCHERS, Role.PROPERTY_MANAGER)
    PASS_ON = ("dispatches.pass_on", *tuple(Role))
    """Returning, transferring, asking for help: whoever may have an order in hand."""
