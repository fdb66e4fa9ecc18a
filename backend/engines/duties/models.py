"""The versions of the duty list, and what dispatch has learned from corrections."""

from tortoise import fields

from backend.core.database import CodeField, Row, UtcDatetimeField


class DutyVersion(Row):
    """One edition of the list; the highest number is in force, older ones stay readable."""

    number = fields.IntField(unique=True)
    digest = CodeField(max_length=64)
    """SHA-256 of all items: the same list is not loaded twice in a row."""
    stamp = CodeField(max_length=32)
    """Changes with every correction, so that each process knows when to read them again."""
    loaded_at = UtcDatetimeField(auto_now_add=True)

    class Meta:
        table = "duties_version"


class DutyItem(Row):
    """One duty of one version; `body` is the whole item as JSON."""

    version: fields.ForeignKeyRelation[DutyVersion] = fields.ForeignKeyField(
        "app.DutyVersion", related_name="items", on_delete=fields.CASCADE
    )
    version_id: int
    code = CodeField(max_length=8)
    item = fields.CharField(max_length=100)
    lead = fields.CharField(max_length=60)
    body = fields.TextField()

    class Meta:
        table = "duties_item"
        unique_together = (("version_id", "code"),)


class DutyCorrection(Row):
    """What corrections added to the weight of a word for a duty."""

    word = CodeField(max_length=60)
    code = CodeField(max_length=8)
    delta = fields.FloatField()
    times = fields.IntField(default=1)
    """How many corrections have moved it."""
    updated_at = UtcDatetimeField(auto_now=True)

    class Meta:
        table = "duties_correction"
        unique_together = (("word", "code"),)
