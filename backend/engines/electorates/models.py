"""Electorates as they were frozen: later sales change nothing in them."""

from tortoise import fields

from backend.core.database import CodeField, Row, UtcDatetimeField


class Electorate(Row):
    area_path = CodeField(max_length=200)
    is_of_owners = fields.BooleanField()
    """Counted as the law asks; otherwise each dwelling is one voice of its residents."""
    frozen_at = UtcDatetimeField()
    frozen_by = fields.BigIntField()
    dwellings = fields.IntField()
    heads = fields.IntField()
    area = fields.BigIntField()
    """Of all dwellings, in 0.01 m²."""
    digest = CodeField(max_length=64)
    """Of the roll, see rules.digest."""

    class Meta:
        table = "electorates_electorate"
        indexes = (("area_path",),)


class Elector(Row):
    """A dwelling with a vote."""

    electorate: fields.ForeignKeyRelation[Electorate] = fields.ForeignKeyField(
        "app.Electorate", related_name="electors", on_delete=fields.CASCADE
    )
    electorate_id: int
    dwelling_id = fields.BigIntField()
    area = fields.IntField()
    head = fields.IntField()

    class Meta:
        table = "electorates_elector"
        unique_together = (("electorate_id", "dwelling_id"),)


class ElectorOwner(Row):
    """Who owned a dwelling when the electorate was frozen."""

    electorate: fields.ForeignKeyRelation[Electorate] = fields.ForeignKeyField(
        "app.Electorate", related_name="owners", on_delete=fields.CASCADE
    )
    electorate_id: int
    dwelling_id = fields.BigIntField()
    resident_id = fields.BigIntField()

    class Meta:
        table = "electorates_owner"
        unique_together = (("electorate_id", "dwelling_id", "resident_id"),)
        indexes = (("resident_id", "electorate_id"),)
