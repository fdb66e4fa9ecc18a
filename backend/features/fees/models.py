"""Standing agreements to pay from the balance, and refunds on their way."""

from tortoise import fields

from backend.core.database import CodeField, Row, UtcDatetimeField

__all__ = ["Agreement", "BillRefund"]


class Agreement(Row):
    """An owner lets new bills be paid from the dwelling's balance by themselves."""

    dwelling_id = fields.BigIntField()
    tenure = fields.IntField()
    user_id = fields.BigIntField(null=True)
    """Null once the person has left."""
    live_key = CodeField(max_length=48, null=True, unique=True)
    """`dwelling:tenure` while it holds."""
    agreed_at = UtcDatetimeField()
    ended_at = UtcDatetimeField(null=True)

    class Meta:
        table = "fees_agreement"
        indexes = (("user_id",),)


class BillRefund(Row):
    """That a bill's money goes back, and whether it is then owed again."""

    bill_id = fields.BigIntField()
    payment_id = fields.BigIntField()
    refund_id = fields.BigIntField(unique=True)
    amount = fields.BigIntField()
    is_owed_again = fields.BooleanField()
    is_open = fields.BooleanField(default=True)
    asked_by = fields.BigIntField()
    asked_at = UtcDatetimeField()

    class Meta:
        table = "fees_refund"
        indexes = (("bill_id",),)


def live_key(dwelling_id: int, tenure: int) -> str:
    return f"{dwelling_id}:{tenure}"
