"""What was begun at WeChat."""

from datetime import datetime

from tortoise import fields

from backend.core.database import CodeField, Row, UtcDatetimeField


class Checkout(Row):
    """A payment that was begun at WeChat. Written before the call: whatever happens then, it is
    asked about until it is settled or closed there."""

    payment_id = fields.BigIntField(unique=True)
    number = CodeField(max_length=32, unique=True)
    appid = CodeField(max_length=32)
    mchid = CodeField(max_length=32)
    sub_mchid = CodeField(max_length=32, null=True)
    amount = fields.BigIntField()
    prepay_id = CodeField(max_length=80, null=True)
    prepaid_at = UtcDatetimeField(null=True)
    begun_at = UtcDatetimeField()
    expires_at = UtcDatetimeField()
    asked = fields.IntField(default=0)
    ask_at = UtcDatetimeField(null=True)
    """When WeChat is asked next; null once nothing can come any more."""
    ended = CodeField(max_length=12, default="")
    """`paid`, `closed` (there), `quarantined`; empty while it can still be paid."""

    class Meta:
        table = "checkouts_checkout"
        indexes = (("ask_at",),)

    @property
    def receiver(self) -> str:
        """The merchant's account that gets the money."""
        return self.sub_mchid or self.mchid

    def is_fresh(self, at: datetime, seconds: int) -> bool:
        """Whether the prepay_id can still be used."""
        return (
            self.prepay_id is not None
            and self.prepaid_at is not None
            and (at - self.prepaid_at).total_seconds() < seconds
        )
