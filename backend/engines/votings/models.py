"""Votes; which dwellings have voted; and the slips that are counted.

A mark says which dwelling voted, when, and by whom; a slip what was voted. In a secret vote nothing
joins the two: slips have random ids, no moment and no dwelling, and the key behind their `head` is
destroyed when they are counted. (Areas stand on slips, for the law weighs by them: a dwelling of a
size of its own can be guessed from the published list. The ballot says so.)
"""

import secrets
from typing import Any

from tortoise import fields

from backend.core import crypto, sealing
from backend.core.actor import Actor, Permission
from backend.core.database import CodeField, Row, UtcDatetimeField
from backend.core.labels import Labelled
from backend.engines.votings.permissions import P
from backend.engines.votings.rules import Kind
from backend.engines.votings.states import VotingStatus

__all__ = ["BallotMark", "BallotSlip", "Source", "Voting", "VotingStatus"]

_KEY = "voting.key"


class Source(Labelled):
    PHONE = "phone", "手机"
    PROXY = "proxy", "受托人手机"
    PAPER = "paper", "纸质选票"


class Voting(Row):
    area_id = fields.BigIntField()
    area_path = CodeField(max_length=200)
    subject = CodeField(max_length=40)
    """What a room above has voted on: `matter:12`."""
    title = fields.CharField(max_length=60)
    text = fields.TextField()
    kind = fields.CharEnumField(Kind, max_length=12)
    choices: list[dict[str, str]] = fields.JSONField()
    """`{key, text}` in order, without against and abstain."""
    is_secret = fields.BooleanField()
    takes_paper = fields.BooleanField()
    unsold: list[int] = fields.JSONField(default=list)
    """Dwellings that the developer holds still: one head."""
    status = fields.CharEnumField(VotingStatus, max_length=12, default=VotingStatus.DRAFT)
    version = fields.IntField(default=1)
    electorate_id = fields.BigIntField(null=True)
    text_hash = CodeField(max_length=64, null=True)
    seal = CodeField(max_length=32)
    key = CodeField(max_length=200, null=True)
    """Sealed; see rules.pseudonym. Of a secret vote it is destroyed with the count."""
    starts_at = UtcDatetimeField()
    ends_at = UtcDatetimeField()
    """What comes at this moment or later comes too late."""
    created_by = fields.BigIntField()
    created_at = UtcDatetimeField()
    ballots = fields.IntField(default=0)
    counted_at = UtcDatetimeField(null=True)
    root = CodeField(max_length=64, null=True)
    outcome: dict[str, Any] | None = fields.JSONField(null=True)
    reason = fields.CharField(max_length=200, default="")

    class Meta:
        table = "votings_voting"
        indexes = (
            ("area_path", "id"),
            ("status", "ends_at"),
            ("status", "starts_at"),
            ("subject",),
        )

    def may(self, actor: Actor, who: Permission) -> bool:
        return actor.is_system or (who in (P.HOLD, P.RULE) and actor.may(who, self.area_path))

    def open_key(self) -> str:
        return crypto.decrypt(self.key or "", field=_KEY, row=self.seal)


sealing.column(Voting, "key", field=_KEY, row="seal")


def new_key(seal: str) -> str:
    return crypto.encrypt(secrets.token_hex(32), field=_KEY, row=seal)


def new_slip_id() -> int:
    """By chance: the order of slips tells nothing."""
    return secrets.randbelow(2**53 - 1) + 1


class BallotMark(Row):
    """That a dwelling has voted: the first counts, and is never taken back."""

    voting: fields.ForeignKeyRelation[Voting] = fields.ForeignKeyField(
        "app.Voting", related_name="marks", on_delete=fields.CASCADE
    )
    voting_id: int
    dwelling_id = fields.BigIntField()
    area = fields.IntField()
    head = fields.IntField()
    source = fields.CharEnumField(Source, max_length=8)
    by_user = fields.BigIntField(null=True)
    """The account that cast it; of a paper ballot null, and once the person has left."""
    at = UtcDatetimeField()

    class Meta:
        table = "votings_mark"
        unique_together = (("voting_id", "dwelling_id"),)
        indexes = (("by_user",),)


class BallotSlip(Row):
    """What was voted; see the module."""

    voting: fields.ForeignKeyRelation[Voting] = fields.ForeignKeyField(
        "app.Voting", related_name="slips", on_delete=fields.CASCADE
    )
    voting_id: int
    hash = CodeField(max_length=64)
    choice = CodeField(max_length=20)
    area = fields.IntField()
    head = CodeField(max_length=16)
    dwelling_id = fields.BigIntField(null=True)
    """Of an open vote only."""

    class Meta:
        table = "votings_slip"
        unique_together = (("voting_id", "hash"),)
