"""Refunds."""

from typing import Any

from tortoise import fields

from backend.core import crypto, sealing
from backend.core.actor import Actor, Permission
from backend.core.database import CodeField, Row, UtcDatetimeField
from backend.core.labels import Labelled
from backend.engines.payments.models import Method
from backend.engines.refunds.permissions import P
from backend.engines.refunds.states import RefundStatus

CARD = "refund.card"
"""What a card is sealed as."""


class Target(Labelled):
    """Whose card gets what cannot go back the way it came."""

    USER_CARD = "user_card", "付款人的银行卡"
    MERCHANT_CARD = "merchant_card", "商户的银行账户"


class Refund(Row):
    """Money on its way back. What it is about stands in the row itself, so that lists read one
    table."""

    number = CodeField(max_length=32, unique=True)
    """out_refund_no: the same on every try."""
    key = CodeField(max_length=120, unique=True)
    """The calling room's own."""
    payment_id = fields.BigIntField()
    status = fields.CharEnumField(RefundStatus, max_length=10)
    version = fields.IntField(default=1)
    method = fields.CharEnumField(Method, max_length=8)
    purpose = CodeField(max_length=40)
    title = fields.CharField(max_length=120)
    payee_name = fields.CharField(max_length=60)
    payer_id = fields.BigIntField(null=True)
    unit_id = fields.BigIntField(null=True)
    area_path = CodeField(max_length=200)
    amount = fields.BigIntField()
    lines: list[list[Any]] = fields.JSONField()
    """`[[subject, fen], …]`."""
    reason = fields.CharField(max_length=80)
    asked_by = fields.BigIntField()
    created_at = UtcDatetimeField()
    tries = fields.IntField(default=0)
    next_at = UtcDatetimeField(null=True)
    """When the house asks WeChat next; null when nothing more is to be asked."""
    target = fields.CharEnumField(Target, max_length=16, null=True)
    """Where it was sent on to when it could not go back."""
    card = CodeField(max_length=600, null=True)
    """The payer's other card, sealed JSON; gone as soon as WeChat has it."""
    wechat_id = CodeField(max_length=64, null=True)
    trouble = fields.CharField(max_length=200, default="")
    """Why it is stuck, failed, or how a person settled it."""
    finished_at = UtcDatetimeField(null=True)
    finished_by = fields.BigIntField(null=True)

    class Meta:
        table = "refunds_refund"
        indexes = (
            ("payment_id",),
            ("payer_id", "id"),
            ("next_at",),
            ("area_path", "id"),
            ("status", "id"),
            ("finished_at",),
        )

    def open_card(self) -> str | None:
        return self.card and crypto.decrypt(self.card, field=CARD, row=self.id)

    def may(self, actor: Actor, who: Permission) -> bool:
        """How the actor stands to this very refund."""
        if actor.is_system:
            return True
        if who is P.PAY_OUT:
            return self.method in COUNTER and actor.stands_for(who, self.unit_id, self.area_path)
        return who is P.RULE and actor.oversees(who, self.unit_id, self.area_path)


COUNTER = frozenset({Method.CASH, Method.TRANSFER, Method.POS})

sealing.column(Refund, "card", field=CARD)
