"""What happened to orders: one class per step that others may care about, all of one shape."""

from dataclasses import dataclass

from backend.core.events import Event


@dataclass(frozen=True)
class OrderFact(Event):
    """`event_id` is the row of the history; ids are null where there is nobody."""

    order_id: int
    event_id: int
    kind: str
    grade: str
    actor_id: int
    reporter_id: int | None
    handler_id: int | None
    party: str | None
    unit_id: int | None
    community_id: int | None


class OrderReported(OrderFact):
    """It came in; it may have been dispatched in the same transaction."""


class OrderWaits(OrderFact):
    """It stands before a dispatcher: not sure enough, returned or reopened."""


class OrderDispatched(OrderFact):
    pass


class OrderAssigned(OrderFact):
    pass


class OrderTaken(OrderFact):
    pass


class OrderContacted(OrderFact):
    pass


class OrderArrived(OrderFact):
    pass


class OrderResolved(OrderFact):
    pass


class OrderReturned(OrderFact):
    pass


class CoHandlersAsked(OrderFact):
    pass


class PartClosed(OrderFact):
    pass


class OrderSuspended(OrderFact):
    pass


class ExtensionAsked(OrderFact):
    pass


class ExtensionRuled(OrderFact):
    pass


class TextHidden(OrderFact):
    """Moderation keeps a text back; a dispatcher should look."""


class OrderUrged(OrderFact):
    pass


class OrderSupplemented(OrderFact):
    pass


class OrderReplied(OrderFact):
    pass


class OrderWithdrawn(OrderFact):
    pass


class OrderRated(OrderFact):
    pass


class OrderReopened(OrderFact):
    pass


class OrderClosed(OrderFact):
    pass


BY_MOVE: dict[str, type[OrderFact]] = {
    "report": OrderReported,
    "dispatch": OrderDispatched,
    "assign": OrderAssigned,
    "take": OrderTaken,
    "contact": OrderContacted,
    "arrive": OrderArrived,
    "resolve": OrderResolved,
    "return": OrderReturned,
    "ask-co-handlers": CoHandlersAsked,
    "close-part": PartClosed,
    "suspend": OrderSuspended,
    "extend": ExtensionAsked,
    "approve-extension": ExtensionRuled,
    "refuse-extension": ExtensionRuled,
    "hide": TextHidden,
    "urge": OrderUrged,
    "supplement": OrderSupplemented,
    "reply": OrderReplied,
    "withdraw": OrderWithdrawn,
    "rate": OrderRated,
    "reopen": OrderReopened,
    "close": OrderClosed,
}
"""The fact that a move makes; moves without one concern nobody outside."""
