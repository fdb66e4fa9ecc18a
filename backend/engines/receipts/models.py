"""Receipts, and where the numbering of a payee's year stands."""

from tortoise import fields

from backend.core.database import CodeField, Row, UtcDatetimeField


class Receipt(Row):
    """The receipt of a payment. `year` and `sequence` make its number."""

    payment_id = fields.BigIntField(unique=True)
    payee_id = fields.BigIntField()
    year = fields.IntField()
    sequence = fields.IntField()
    number = CodeField(max_length=40)
    issued_at = UtcDatetimeField()

    class Meta:
        table = "receipts_receipt"
        unique_together = (("payee_id", "year", "sequence"),)


class ReceiptBook(Row):
    """How many receipts a payee has issued in a year."""

    payee_id = fields.BigIntField()
    year = fields.IntField()
    issued = fields.IntField(default=0)

    class Meta:
        table = "receipts_book"
        unique_together = (("payee_id", "year"),)
