from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from backend.core.fields import CodeField, UtcDatetimeField


class Migration(migrations.Migration):
    dependencies = [("app", "0016_votes")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Wish",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("publisher_id", fields.BigIntField(null=True)),
                ("is_for_other", fields.BooleanField()),
                ("whose", fields.CharField(max_length=12)),
                ("category", fields.CharField(max_length=12)),
                ("title", fields.CharField(max_length=30)),
                ("text", fields.CharField(max_length=500)),
                ("is_hidden", fields.BooleanField()),
                ("file_ids", fields.JSONField()),
                ("area_path", CodeField(max_length=200)),
                ("circle", fields.CharField(null=True, max_length=12)),
                ("open_path", CodeField(null=True, max_length=200)),
                ("widens_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("seal", CodeField(max_length=32)),
                ("person", CodeField(null=True, max_length=900)),
                ("phone", CodeField(null=True, max_length=200)),
                ("phone_index", CodeField(null=True, max_length=64)),
                ("handover", fields.CharField(max_length=8)),
                ("needed", fields.SmallIntField()),
                ("taken", fields.SmallIntField()),
                ("unit", fields.CharField(max_length=6)),
                ("share_value", fields.IntField(null=True)),
                ("status", fields.CharField(max_length=12)),
                ("version", fields.IntField()),
                ("reason", fields.CharField(max_length=200)),
                ("until", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("submitted_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("opened_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("reviewed_by", fields.BigIntField(null=True)),
                ("ended_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "wishes_wish",
                "app": "app",
                "indexes": [
                    Index(fields=["open_path", "status", "id"]),
                    Index(fields=["area_path", "status"]),
                    Index(fields=["publisher_id", "id"]),
                ],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="WishClaim",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "wish",
                    fields.ForeignKeyField(
                        "app.Wish",
                        source_field="wish_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="claims",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("claimer_id", fields.BigIntField(null=True)),
                ("live_key", CodeField(null=True, unique=True, max_length=50)),
                ("slot", CodeField(null=True, unique=True, max_length=40)),
                ("shares", fields.SmallIntField()),
                ("shows_name", fields.BooleanField()),
                ("status", fields.CharField(max_length=12)),
                ("version", fields.IntField()),
                ("note", fields.CharField(max_length=300)),
                ("is_hidden", fields.BooleanField()),
                ("reason", fields.CharField(max_length=200)),
                ("file_ids", fields.JSONField()),
                ("progress", fields.SmallIntField()),
                ("claimed_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("due_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("fulfilled_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("confirmed_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("confirmed_by", fields.BigIntField(null=True)),
            ],
            options={
                "table": "wishes_claim",
                "app": "app",
                "indexes": [
                    Index(fields=["wish_id", "status"]),
                    Index(fields=["claimer_id", "id"]),
                ],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="WishThanks",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "wish",
                    fields.ForeignKeyField(
                        "app.Wish",
                        source_field="wish_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="thanks",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("key", CodeField(unique=True, max_length=20)),
                ("writer_id", fields.BigIntField(db_index=True)),
                ("text", fields.CharField(max_length=300)),
                ("is_hidden", fields.BooleanField()),
                ("is_public", fields.BooleanField()),
                ("shows_photos", fields.BooleanField()),
                ("said_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "thanks_thanks",
                "app": "app",
                "indexes": [Index(fields=["is_public", "id"])],
                "pk_attr": "id",
            },
        ),
    ]
