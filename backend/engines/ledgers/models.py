"""Postings, their entries, the running balance of accounts that have a floor, and checkpoints."""

from tortoise import fields

from backend.core.database import CodeField, Row, UtcDatetimeField


class Posting(Row):
    """One event in the books. Written once, never changed: a mistake is reversed by another."""

    key = CodeField(max_length=120, unique=True)
    kind = CodeField(max_length=40)
    unit = CodeField(max_length=12)
    memo = fields.CharField(max_length=200, default="")
    digest = CodeField(max_length=64)
    """Over the legs: the same key with others is refused."""
    reverses_id = fields.BigIntField(null=True, unique=True)
    at = UtcDatetimeField()

    is_repeated = False
    """The key had been posted before: whoever keeps books beside these changes nothing again."""

    class Meta:
        table = "ledgers_posting"
        indexes = (("at",),)


class LedgerEntry(Row):
    """One leg. The key of the table is the order of an account's statement."""

    posting_id = fields.BigIntField()
    account = CodeField(max_length=80)
    unit = CodeField(max_length=12)
    amount = fields.BigIntField()
    at = UtcDatetimeField()

    class Meta:
        table = "ledgers_entry"
        indexes = (("posting_id",), ("account", "unit", "id", "amount"))


class LedgerAccount(Row):
    """An account with a floor: never below zero."""

    code = CodeField(max_length=80)
    unit = CodeField(max_length=12)
    balance = fields.BigIntField(default=0)

    class Meta:
        table = "ledgers_account"
        unique_together = (("code", "unit"),)


class LedgerCheckpoint(Row):
    """What an account's entries up to one of them sum to: made afterwards, from entries that are
    done, so that a statement adds up a few of them and not all."""

    account = CodeField(max_length=80)
    unit = CodeField(max_length=12)
    entry_id = fields.BigIntField()
    balance = fields.BigIntField()

    class Meta:
        table = "ledgers_checkpoint"
        unique_together = (("account", "unit", "entry_id"),)


class LedgerMark(Row):
    """The one row that says up to which entry checkpoints are made."""

    entry_id = fields.BigIntField(default=0)

    class Meta:
        table = "ledgers_mark"
