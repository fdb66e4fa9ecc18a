"""Who may come to these doors at all; the order's own table then asks how they stand to it."""

from backend.core.actor import Permission, Role

_STAFF = tuple(Role)


class P(Permission):
    TAKE = ("handling.take", *_STAFF)
    HANDLE = ("handling.handle", *_STAFF)
    CO_HANDLE = ("handling.co_handle", *_STAFF)
    REPLY = ("handling.reply", *_STAFF)
    RULE = (
        "handling.rule",
        Role.SECRETARY,
        Role.STREET_DISPATCHER,
        Role.COUNTY_OFFICE,
        Role.ADMINISTRATOR,
    )
    CLOSE = ("handling.close", Role.ADMINISTRATOR)
