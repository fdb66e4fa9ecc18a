"""The inbox, the attempts to send by WeChat, and the book of people's consent."""

from tortoise import fields

from backend.core import sealing
from backend.core.actor import Actor, Permission
from backend.core.database import CodeField, Row, UtcDatetimeField
from backend.foundation.notify.permissions import P
from backend.foundation.notify.states import DeliveryStatus

__all__ = ["Consent", "ConsentEntry", "Delivery", "DeliveryStatus", "Message"]


class Message(Row):
    """Something a person was told. `words` is `[title, text]`, sealed, bound to `user_id`."""

    user_id = fields.BigIntField()
    template = CodeField(max_length=60)
    words = fields.TextField()
    link = CodeField(max_length=200, default="")
    created_at = UtcDatetimeField()
    read_at = UtcDatetimeField(null=True)

    class Meta:
        table = "notify_message"
        indexes = (("user_id", "id"), ("user_id", "read_at"))


class Delivery(Row):
    """One message on its way through WeChat."""

    message: fields.ForeignKeyRelation[Message] = fields.ForeignKeyField(
        "app.Message", related_name="deliveries", on_delete=fields.CASCADE
    )
    message_id: int
    user_id = fields.BigIntField()
    template = CodeField(max_length=60)
    data = fields.TextField()
    """`{field: text}` as WeChat gets it, sealed, bound to `user_id`."""
    is_urgent = fields.BooleanField(default=False)
    status = fields.CharEnumField(DeliveryStatus, max_length=12)
    version = fields.IntField(default=0)
    attempts = fields.IntField(default=0)
    started_at = UtcDatetimeField(null=True)
    """When the call now under way, or the last one, began."""
    sent_at = UtcDatetimeField(null=True)
    wechat_id = CodeField(max_length=40, null=True, db_index=True)
    errcode = fields.IntField(null=True)
    reason = CodeField(max_length=40, default="")
    """Why it was skipped, refused, put off or failed: a code, see `rules.Reason`."""
    created_at = UtcDatetimeField()

    class Meta:
        table = "notify_delivery"
        indexes = (("created_at",), ("status", "created_at"), ("user_id", "template"))

    def may(self, actor: Actor, who: Permission) -> bool:
        return actor.is_system or (who is P.RULE and actor.holds(who))


class Consent(Row):
    """How many messages of a template WeChat lets us send to a person: the sum of the entries."""

    user_id = fields.BigIntField()
    template = CodeField(max_length=60)
    quota = fields.IntField(default=0)
    version = fields.IntField(default=0)

    class Meta:
        table = "notify_consent"
        unique_together = (("user_id", "template"),)


class ConsentEntry(Row):
    """Why the quota changed: never altered, never deleted while the person is with us."""

    user_id = fields.BigIntField()
    template = CodeField(max_length=60)
    change = fields.IntField()
    cause = CodeField(max_length=20)
    """See `rules.Cause`."""
    source = CodeField(max_length=10)
    """`phone`: the mini-program said so; `push`: WeChat itself did; `house`: we did it."""
    delivery_id = fields.BigIntField(null=True)
    created_at = UtcDatetimeField()

    class Meta:
        table = "notify_consent_entry"
        indexes = (("user_id", "template", "created_at"),)


sealing.column(Message, "words", field="notify.words", row="user_id")
sealing.column(Delivery, "data", field="notify.data", row="user_id")
