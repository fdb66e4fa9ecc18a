"""Paper ballots as two people entered them."""

from tortoise import fields

from backend.core.actor import Actor, Permission
from backend.core.database import CodeField, Row, UtcDatetimeField
from backend.engines.papers.states import PaperStatus


class PaperBallot(Row):
    """Choices and codes are kept only until it ends: then the slip in the box says it all, and of a
    secret vote nothing must be left beside the dwelling."""

    voting_id = fields.BigIntField()
    dwelling_id = fields.BigIntField()
    area_path = CodeField(max_length=200)
    status = fields.CharEnumField(PaperStatus, max_length=8, default=PaperStatus.WAITING)
    version = fields.IntField(default=1)
    live_key = CodeField(max_length=48, null=True, unique=True)
    """`voting:dwelling` until it is void or outrun."""
    received_at = UtcDatetimeField()
    """When it was handed in: in time, whenever it is entered."""
    first_by = fields.BigIntField()
    first_choice = CodeField(max_length=20, null=True)
    first_code = CodeField(max_length=32, null=True)
    second_by = fields.BigIntField(null=True)
    second_choice = CodeField(max_length=20, null=True)
    second_code = CodeField(max_length=32, null=True)
    ruled_by = fields.BigIntField(null=True)
    note = fields.CharField(max_length=200, default="")
    entered_at = UtcDatetimeField()

    class Meta:
        table = "papers_ballot"
        indexes = (("voting_id", "status", "id"), ("area_path",))

    def may(self, actor: Actor, who: Permission) -> bool:
        return actor.may(who, self.area_path)
