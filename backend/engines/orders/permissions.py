"""Who may do what with orders: the edge asks for the role, the row for the relation."""

from backend.core.actor import Permission, Role

COMMUNITY = (Role.SOCIAL_WORKER, Role.GRID_OFFICER, Role.WELFARE_POST)
PROPERTY = (Role.PROPERTY_STAFF, Role.PROPERTY_MANAGER)
DEPARTMENT = (Role.DEPARTMENT_HANDLER,)
TAKERS = (*COMMUNITY, *PROPERTY, *DEPARTMENT)
DISPATCHERS = (
    Role.SECRETARY,
    Role.STREET_DISPATCHER,
    Role.COUNTY_OFFICE,
    Role.ADMINISTRATOR,
)
HANDLERS = (*TAKERS, Role.BUILDING_HEAD, *DISPATCHERS)
"""Whoever can be assigned an order, and so may be its handler."""


class P(Permission):
    """Members without roles are everyone's; `states.may` then asks how they stand to the row."""

    VIEW = "orders.view"
    URGE = "orders.urge"
    SUPPLEMENT = "orders.supplement"
    WITHDRAW = "orders.withdraw"
    RATE = "orders.rate"
    REOPEN = "orders.reopen"
    DISPATCH = ("orders.dispatch", *DISPATCHERS)
    ASSIGN = ("orders.assign", *DISPATCHERS, Role.PROPERTY_MANAGER)
    TAKE = ("orders.take", *HANDLERS)
    HANDLE = ("orders.handle", *HANDLERS)
    RETURN = ("orders.return", *HANDLERS)
    TRANSFER = ("orders.transfer", *HANDLERS)
    ASK = ("orders.ask", *HANDLERS)
    CO_HANDLE = ("orders.co_handle", *HANDLERS)
    RESUME = ("orders.resume", *HANDLERS)
    EXTEND = ("orders.extend", *HANDLERS)
    RULE_EXTENSION = ("orders.rule_extension", *DISPATCHERS)
    REPLY = ("orders.reply", *HANDLERS)
    CLOSE = ("orders.close", Role.ADMINISTRATOR)
    """The house closes by itself; an administrator may do it earlier."""
