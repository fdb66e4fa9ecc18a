"""Letters and messages."""

from tortoise import fields

from backend.core.actor import Actor, Permission
from backend.core.database import Row, UtcDatetimeField
from backend.engines.fairs.models import Fair
from backend.features.letters.permissions import P
from backend.features.letters.rules import LetterKind
from backend.features.letters.states import LetterStatus

__all__ = ["Letter", "LetterKind", "LetterStatus"]


class Letter(Row):
    """Read with `fair`."""

    fair: fields.ForeignKeyRelation[Fair] = fields.ForeignKeyField(
        "app.Fair", related_name="letters", on_delete=fields.RESTRICT
    )
    fair_id: int
    kind = fields.CharEnumField(LetterKind, max_length=8)
    text = fields.CharField(max_length=500)
    writer_id = fields.BigIntField(null=True)
    status = fields.CharEnumField(LetterStatus, max_length=12)
    version = fields.IntField(default=1)
    answer = fields.CharField(max_length=500, default="")
    answered_by = fields.BigIntField(null=True)
    order_id = fields.BigIntField(null=True, unique=True)
    """The demand that a letter became."""
    written_at = UtcDatetimeField()

    class Meta:
        table = "letters_letter"
        indexes = (("fair_id", "kind", "status", "id"), ("writer_id", "id"))

    def may(self, actor: Actor, who: Permission) -> bool:
        if actor.is_system:
            return True
        if who == P.WRITE:
            return self.writer_id is not None and self.writer_id == actor.user_id
        return actor.may(who, self.fair.area_path)
