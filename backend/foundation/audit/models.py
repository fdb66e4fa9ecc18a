"""Entries, written once, and the head of each chain."""

from tortoise import fields

from backend.core.database import CodeField, Row, UtcDatetimeField


class Entry(Row):
    """Who did what to which thing. Never changed, never deleted.

    `chain`, `position`, `previous` and `hash` are filled at the end of the transaction that wrote
    it: whoever finds an entry without them finds a forgery.
    """

    actor_id = fields.BigIntField()
    """0 is the house itself, -1 somebody who is not signed in."""
    action = CodeField(max_length=80)
    subject = CodeField(max_length=120)
    """What it was done to, `order:1042`."""
    area_path = CodeField(max_length=200)
    """Where, as the path was then; `/` is nowhere in particular."""
    detail = fields.TextField()
    """JSON as it was written, character by character: the hash is over the text."""
    at = UtcDatetimeField()
    chain = CodeField(max_length=200, null=True)
    position = fields.BigIntField(null=True)
    previous = CodeField(max_length=64, null=True)
    hash = CodeField(max_length=64, null=True)

    class Meta:
        table = "audit_entry"
        unique_together = (("chain", "position"),)
        indexes = (("area_path", "id"), ("subject", "id"))


class Head(Row):
    """How long a chain is and the hash it ends with, signed with the house's key."""

    chain = CodeField(max_length=200, unique=True)
    length = fields.BigIntField()
    hash = CodeField(max_length=64)
    signature = CodeField(max_length=64)

    class Meta:
        table = "audit_head"
