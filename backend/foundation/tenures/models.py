"""The tenure of a dwelling that runs."""

from tortoise import fields

from backend.core.database import Row, UtcDatetimeField


class Tenure(Row):
    """One row per dwelling that ever had a confirmed owner; without one its tenure is 0."""

    dwelling_id = fields.BigIntField(unique=True)
    number = fields.IntField()
    is_owned = fields.BooleanField(default=False)
    """An owner was confirmed in it: the next stranger begins another."""
    began_at = UtcDatetimeField()

    class Meta:
        table = "tenures_tenure"
