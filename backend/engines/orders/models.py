"""Orders, their append-only history, the parts of co-handlers, and their files."""

from collections.abc import Sequence
from typing import Any

from tortoise import fields

from backend.core import sealing
from backend.core.actor import Actor, Permission
from backend.core.database import CodeField, Row, UtcDatetimeField
from backend.engines.orders import states
from backend.engines.orders.rules import Grade, Party, Stage
from backend.engines.orders.states import OrderStatus

__all__ = [
    "Grade",
    "Order",
    "OrderEvent",
    "OrderFile",
    "OrderPart",
    "OrderStatus",
    "Party",
    "Stage",
]


class Order(Row):
    """One demand on its way. Names, place and the nearest deadline stand in the row itself, so
    that lists read one table; ids of other rooms are plain numbers."""

    kind = CodeField(max_length=20)
    title = fields.CharField(max_length=60)
    text = fields.TextField()
    answers: list[dict[str, str]] = fields.JSONField(default=list)
    status = fields.CharEnumField(OrderStatus, max_length=12)
    version = fields.IntField(default=1)
    grade = fields.CharEnumField(Grade, max_length=8)

    reporter_id = fields.BigIntField(null=True)
    """Null once the person has left: the order stays, nameless."""
    is_anonymous = fields.BooleanField(default=False)
    behalf = CodeField(max_length=500, null=True)
    """Sealed `{name, phone}` of whom a member of staff reported for."""
    seal = CodeField(max_length=32)
    """Random: what `behalf` is bound to."""
    channel = CodeField(max_length=12, default="app")
    is_hidden = fields.BooleanField(default=False)
    """Moderation found the text risky: only its writer and dispatchers read it."""

    area_id = fields.BigIntField()
    area_path = CodeField(max_length=200)
    street_id = fields.BigIntField(null=True)
    community_id = fields.BigIntField(null=True)
    compound_id = fields.BigIntField(null=True)
    compound_name = fields.CharField(max_length=60, default="")
    place = fields.CharField(max_length=200, default="")
    dwelling_id = fields.BigIntField(null=True)
    latitude = fields.IntField(null=True)
    longitude = fields.IntField(null=True)
    """1e-6 degrees, GCJ-02."""
    picture_id = fields.BigIntField(null=True)
    voice_id = fields.BigIntField(null=True)

    duty: dict[str, Any] | None = fields.JSONField(null=True)
    """`{code, item, department, sureness, words}` as matched or ruled."""
    duty_code = CodeField(max_length=12, null=True)
    candidates: list[dict[str, Any]] = fields.JSONField(default=list)
    party = CodeField(max_length=12, null=True)
    unit_id = fields.BigIntField(null=True)
    unit_name = fields.CharField(max_length=60, default="")
    handler_id = fields.BigIntField(null=True)
    handler_role = CodeField(max_length=24, default="")

    clock = CodeField(max_length=8, null=True)
    """The nearest deadline that counts: contact, arrive or done; null before dispatch."""
    clock_state = CodeField(max_length=8, default="")
    """`running`, `paused`, `met`, `late`; colour is computed from it and the moments."""
    clock_since = UtcDatetimeField(null=True)
    """Since when it is paused, or when it was met."""
    due_at = UtcDatetimeField(null=True)
    remind_at = UtcDatetimeField(null=True)
    round = fields.SmallIntField(default=0)
    """How often the clocks were started: at each dispatch by the house or a dispatcher."""

    suspended_from = CodeField(max_length=12, null=True)
    returned = fields.SmallIntField(default=0)
    handovers = fields.SmallIntField(default=0)
    reopened = fields.SmallIntField(default=0)
    urged = fields.SmallIntField(default=0)
    urged_at = UtcDatetimeField(null=True)
    extension = CodeField(max_length=10, null=True)
    """`pending`, `approved`, `refused`, `lapsed`."""
    extension_hours = fields.SmallIntField(null=True)
    extension_reason = fields.CharField(max_length=200, null=True)
    stars = fields.SmallIntField(null=True)
    is_solved = fields.BooleanField(null=True)
    rating_text = fields.CharField(max_length=500, null=True)

    created_at = UtcDatetimeField()
    updated_at = UtcDatetimeField()
    taken_at = UtcDatetimeField(null=True)
    resolved_at = UtcDatetimeField(null=True)
    rated_at = UtcDatetimeField(null=True)
    close_at = UtcDatetimeField(null=True)
    """When the house closes it by itself; null unless resolved."""

    parts: "Sequence[OrderPart]" = ()
    """Loaded by the service beside the row."""

    class Meta:
        table = "orders_order"
        indexes = (
            ("reporter_id", "id"),
            ("handler_id", "status"),
            ("status", "party", "community_id", "due_at"),
            ("unit_id", "status", "due_at"),
            ("unit_id", "id"),
            ("compound_id", "id"),
            ("community_id", "id"),
            ("community_id", "status", "id"),
            ("community_id", "resolved_at"),
            ("street_id", "status", "id"),
            ("street_id", "id"),
            ("status", "id"),
            ("area_path", "id"),
            ("close_at",),
        )

    def may(self, actor: Actor, who: Permission) -> bool:
        return states.may(self, actor, who)


sealing.column(Order, "behalf", field="order.behalf", row="seal")


class OrderEvent(Row):
    """What happened, once written never changed. `note` is internal unless `is_public`.

    `number` of an event in its order is its id's rank; ids are the cursor of open phones.
    """

    order_id = fields.BigIntField()
    at = UtcDatetimeField()
    move = CodeField(max_length=20)
    from_status = CodeField(max_length=12)
    to_status = CodeField(max_length=12)
    actor_id = fields.BigIntField(null=True)
    """0: the house itself; null once the person has left."""
    actor_role = CodeField(max_length=24, default="")
    """A Role, `resident`, or `system`."""
    unit_id = fields.BigIntField(null=True)
    note = fields.CharField(max_length=1000, default="")
    is_public = fields.BooleanField(default=True)
    is_hidden = fields.BooleanField(default=False)
    """Moderation found the note risky."""
    facts: dict[str, Any] = fields.JSONField(default=dict)

    class Meta:
        table = "order_event"
        indexes = (("order_id", "id"), ("actor_id", "id"))


class OrderPart(Row):
    """What a co-handler has to do; the order is not resolved before all parts are closed."""

    order_id = fields.BigIntField()
    party = CodeField(max_length=12)
    unit_id = fields.BigIntField(null=True)
    """Null for the community."""
    unit_name = fields.CharField(max_length=60)
    note = fields.CharField(max_length=200, default="")
    result = fields.CharField(max_length=500, null=True)
    asked_at = UtcDatetimeField()
    closed_at = UtcDatetimeField(null=True)
    closed_by = fields.BigIntField(null=True)
    key = CodeField(max_length=40, unique=True)
    """`order:party:unit`: nobody is asked twice."""

    class Meta:
        table = "order_part"
        indexes = (("order_id",), ("unit_id", "closed_at", "order_id"))


class OrderFile(Row):
    """A picture or sound of an order and what it shows."""

    order_id = fields.BigIntField()
    event_id = fields.BigIntField()
    file_id = fields.BigIntField(unique=True)
    stage = fields.CharEnumField(Stage, max_length=8)
    is_voice = fields.BooleanField(default=False)

    class Meta:
        table = "order_file"
        indexes = (("order_id", "id"),)
