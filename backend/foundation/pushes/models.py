"""Which pushes were taken already."""

from backend.core.database import CodeField, Row, UtcDatetimeField


class SeenPush(Row):
    """A push that was taken; a repetition meets its key and is dropped."""

    key = CodeField(max_length=190, unique=True)
    created_at = UtcDatetimeField(db_index=True)

    class Meta:
        table = "pushes_seen"
