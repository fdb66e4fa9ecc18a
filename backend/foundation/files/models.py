"""What is known of a file; its bytes lie in the storage under its key."""

from tortoise import fields

from backend.core.actor import Actor, Permission
from backend.core.database import CodeField, Row, UtcDatetimeField
from backend.foundation.files.rules import Kind, Purpose
from backend.foundation.files.states import Moderation

__all__ = ["File", "Kind", "Moderation", "Purpose"]


class File(Row):
    """One upload. `owner_id` 0: the person has left, what it is attached to stays."""

    owner_id = fields.BigIntField()
    purpose = fields.CharEnumField(Purpose, max_length=12)
    kind = fields.CharEnumField(Kind, max_length=12)
    media_type = CodeField(max_length=80)
    bytes = fields.IntField()
    width = fields.IntField(null=True)
    height = fields.IntField(null=True)
    """Pixels, upright."""
    seconds = fields.IntField(null=True)
    """Length of a sound, rounded up; null where it cannot be read."""
    key = CodeField(max_length=64, unique=True)
    """Random: where the storage keeps it. It is never told to anyone."""
    thumb_key = CodeField(max_length=64, null=True)
    sha256 = CodeField(max_length=64)
    """Of the bytes as stored."""
    subject = CodeField(max_length=60, default="")
    """What it is attached to (`order:17`); empty until then."""
    status = fields.CharEnumField(Moderation, max_length=12, default=Moderation.WAITING)
    version = fields.IntField(default=0)
    trace_id = CodeField(max_length=80, null=True, db_index=True)
    """Under which WeChat's moderation will answer."""
    created_at = UtcDatetimeField()
    stored_at = UtcDatetimeField(null=True)
    """Null until the bytes are safely in the storage."""
    deleted_at = UtcDatetimeField(null=True)

    class Meta:
        table = "files_file"
        indexes = (("owner_id", "subject"), ("subject", "created_at"))

    def may(self, actor: Actor, who: Permission) -> bool:  # noqa: ARG002 - every move is the house's
        return actor.is_system
