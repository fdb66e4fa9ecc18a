"""Opinions and who likes them."""

from tortoise import fields

from backend.core.database import CodeField, Row, UtcDatetimeField


class Opinion(Row):
    matter_id = fields.BigIntField()
    section = CodeField(max_length=20)
    author_id = fields.BigIntField(null=True)
    """Null once the person has left; no neighbour ever sees who it is."""
    place = fields.CharField(max_length=40)
    """Where the writer lives, by building: what neighbours see instead of a name."""
    text = fields.CharField(max_length=500)
    file_ids: list[int] = fields.JSONField(default=list)
    likes = fields.IntField(default=0)
    hidden_because = fields.CharField(max_length=200, default="")
    """Why nobody but the writer and the staff reads it."""
    at = UtcDatetimeField()

    class Meta:
        table = "opinions_opinion"
        indexes = (("matter_id", "section", "id"), ("matter_id", "likes", "id"), ("author_id",))


class OpinionLike(Row):
    opinion: fields.ForeignKeyRelation[Opinion] = fields.ForeignKeyField(
        "app.Opinion", related_name="liked_by", on_delete=fields.CASCADE
    )
    opinion_id: int
    user_id = fields.BigIntField()

    class Meta:
        table = "opinions_like"
        unique_together = (("opinion_id", "user_id"),)
        indexes = (("user_id",),)
