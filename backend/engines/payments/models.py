"""Payees, payments, and their lines."""

from datetime import datetime

from tortoise import fields

from backend.core.actor import Actor, Permission
from backend.core.database import CodeField, Row, UtcDatetimeField
from backend.engines.payments.permissions import P
from backend.engines.payments.states import Method, PaymentStatus

__all__ = ["Method", "Payee", "Payment", "PaymentLine", "PaymentStatus"]


class Payee(Row):
    """Whom money is owed to: a firm, a shop. `sub_mchid`: its own account at WeChat, where the
    house is a service provider."""

    kind = CodeField(max_length=20)
    owner_id = fields.BigIntField()
    name = fields.CharField(max_length=60)
    unit_id = fields.BigIntField(null=True)
    """The firm whose cashiers take its money at the counter; null where nobody does."""
    sub_mchid = CodeField(max_length=32, null=True)
    created_at = UtcDatetimeField()

    class Meta:
        table = "payments_payee"
        unique_together = (("kind", "owner_id"),)

    @property
    def account(self) -> str:
        """Where what it has earned is booked."""
        return f"payee:{self.id}"


class Payment(Row):
    """One payment, of one or several lines. Amounts are fen, from our own books."""

    number = CodeField(max_length=32, unique=True)
    """What WeChat knows it by (out_trade_no)."""
    key = CodeField(max_length=120, null=True, unique=True)
    """The calling room's own, for charges without a person present."""
    status = fields.CharEnumField(PaymentStatus, max_length=8)
    version = fields.IntField(default=1)
    purpose = CodeField(max_length=40)
    payee_id = fields.BigIntField()
    payee_name = fields.CharField(max_length=60)
    unit_id = fields.BigIntField(null=True)
    payer_id = fields.BigIntField(null=True)
    """Null for charges by a standing agreement, and once the person has left."""
    title = fields.CharField(max_length=120)
    amount = fields.BigIntField()
    refunded = fields.BigIntField(default=0)
    """Fen promised back so far, whether they have arrived or not."""
    refunds = fields.IntField(default=0)
    refund_sent_at = UtcDatetimeField(null=True)
    """WeChat takes one refund a minute for a payment."""
    area_path = CodeField(max_length=200)
    created_at = UtcDatetimeField()
    expires_at = UtcDatetimeField()
    is_held = fields.BooleanField(default=False, db_default=False)
    """Begun outside, where it can still be paid: it is closed there before it expires here."""
    method = fields.CharEnumField(Method, max_length=8, null=True)
    debit = CodeField(max_length=80, null=True)
    """The account that the money came from, and goes back to."""
    paid_at = UtcDatetimeField(null=True)
    closed_at = UtcDatetimeField(null=True)
    transaction_id = CodeField(max_length=64, null=True, unique=True)
    """WeChat's own number of it."""
    mchid = CodeField(max_length=32, null=True)
    """The account at WeChat that received it."""
    receipt_no = CodeField(max_length=40, null=True)
    counter_key = CodeField(max_length=64, null=True, unique=True)
    """`payee:receipt number`: a receipt is used once."""
    cashier_id = fields.BigIntField(null=True)

    class Meta:
        table = "payments_payment"
        indexes = (
            ("payer_id", "id"),
            ("payee_id", "paid_at"),
            ("status", "expires_at"),
            ("area_path", "id"),
            ("unit_id", "id"),
            ("paid_at",),
        )

    def may(self, actor: Actor, who: Permission) -> bool:
        """How the actor stands to this very payment."""
        if actor.is_system:
            return True
        if who is P.PAY:
            return bool(self.payer_id == actor.user_id)
        return who is P.COUNTER and actor.stands_for(who, self.unit_id, self.area_path)

    def is_open(self, at: datetime) -> bool:
        return self.status is PaymentStatus.UNPAID and bool(at < self.expires_at)


class PaymentLine(Row):
    """A part of a payment. `refunded` never exceeds `amount`: checked where it is raised."""

    payment_id = fields.BigIntField()
    subject = CodeField(max_length=60)
    title = fields.CharField(max_length=120)
    amount = fields.BigIntField()
    credit = CodeField(max_length=80)
    refunded = fields.BigIntField(default=0)

    class Meta:
        table = "payments_line"
        unique_together = (("payment_id", "subject"),)
        indexes = (("subject",),)
