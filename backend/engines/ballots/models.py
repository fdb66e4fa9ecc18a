"""Whom co-owners named, and who was given a dwelling's vote in writing."""

from tortoise import fields

from backend.core import crypto, sealing
from backend.core.database import CodeField, Row, UtcDatetimeField

_NAME = "proxy.name"


class Naming(Row):
    """A co-owner's word on which of them votes; each may change the own word until it is cast."""

    voting_id = fields.BigIntField()
    dwelling_id = fields.BigIntField()
    owner_id = fields.BigIntField()
    """Residents both."""
    named_id = fields.BigIntField()
    at = UtcDatetimeField()

    class Meta:
        table = "ballots_naming"
        unique_together = (("voting_id", "dwelling_id", "owner_id"),)


class Proxy(Row):
    """A written power of attorney that staff have seen and photographed."""

    voting_id = fields.BigIntField()
    dwelling_id = fields.BigIntField()
    owner_id = fields.BigIntField()
    """Who gave it, of the register of residents."""
    user_id = fields.BigIntField(null=True)
    """The delegate's account, where they vote by phone."""
    seal = CodeField(max_length=32)
    name = CodeField(max_length=400, null=True)
    """Sealed; null once the delegate has left."""
    file_id = fields.BigIntField()
    live_key = CodeField(max_length=48, null=True, unique=True)
    """`voting:dwelling` until it is withdrawn: one at a time."""
    recorded_by = fields.BigIntField()
    recorded_at = UtcDatetimeField()
    withdrawn_at = UtcDatetimeField(null=True)

    class Meta:
        table = "ballots_proxy"
        indexes = (("voting_id", "id"), ("user_id", "voting_id"))

    def open_name(self) -> str:
        return crypto.decrypt(self.name, field=_NAME, row=self.seal) if self.name else "已注销用户"


sealing.column(Proxy, "name", field=_NAME, row="seal")


def sealed_name(seal: str, name: str) -> str:
    return crypto.encrypt(name, field=_NAME, row=seal)
