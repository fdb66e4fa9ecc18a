"""Agreements: who agreed to what, and when it was taken back."""

from tortoise import fields

from backend.core.database import CodeField, Row, UtcDatetimeField

__all__ = ["Mandate", "TopUp"]


class Mandate(Row):
    """A person lets the house pay a car's parking from its balance. Taken back, it stays."""

    vehicle_id = fields.BigIntField()
    user_id = fields.BigIntField(db_index=True)
    terms = CodeField(max_length=20)
    """The version of the text that was agreed to."""
    most_per_stay = fields.IntField()
    """Fen: a dearer stay is asked for at the gate."""
    is_running = fields.BooleanField(null=True)
    """True until taken back, else null: a car has one."""
    agreed_at = UtcDatetimeField()
    revoked_at = UtcDatetimeField(null=True)
    revoked_by = fields.BigIntField(null=True)
    """0: the house, for the car belongs to nobody here any more."""

    class Meta:
        table = "agreements_mandate"
        unique_together = (("vehicle_id", "is_running"),)


class TopUp(Row):
    """Money on its way into a car's balance."""

    vehicle_id = fields.BigIntField(db_index=True)
    user_id = fields.BigIntField()
    amount = fields.IntField()
    payment_id = fields.BigIntField(null=True, unique=True)
    created_at = UtcDatetimeField()

    class Meta:
        table = "agreements_top_up"
