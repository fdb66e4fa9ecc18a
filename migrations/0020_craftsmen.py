from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from backend.core.fields import CodeField, UtcDatetimeField


class Migration(migrations.Migration):
    dependencies = [("app", "0019_redirected_refunds")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Craftsman",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("user_id", fields.BigIntField(null=True, unique=True)),
                ("called", fields.CharField(max_length=10)),
                ("text", fields.CharField(max_length=200)),
                ("is_hidden", fields.BooleanField()),
                ("area_path", CodeField(max_length=200)),
                ("reach", fields.CharField(max_length=12)),
                ("serves_path", CodeField(max_length=200)),
                ("week", fields.JSONField()),
                ("stars_sum", fields.IntField()),
                ("stars_count", fields.IntField()),
                ("done", fields.IntField()),
                ("status", fields.CharField(max_length=12)),
                ("version", fields.IntField()),
                ("reason", fields.CharField(max_length=200)),
                ("submitted_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("reviewed_by", fields.BigIntField(null=True)),
            ],
            options={
                "table": "craftsmen_craftsman",
                "app": "app",
                "indexes": [
                    Index(fields=["serves_path", "status"]),
                    Index(fields=["area_path", "status", "id"]),
                ],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="CraftCall",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("caller_id", fields.BigIntField(null=True)),
                (
                    "craftsman",
                    fields.ForeignKeyField(
                        "app.Craftsman",
                        source_field="craftsman_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="calls",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("tried", fields.JSONField()),
                ("skill", fields.CharField(max_length=12)),
                ("text", fields.CharField(max_length=300)),
                ("is_hidden", fields.BooleanField()),
                ("file_ids", fields.JSONField()),
                ("area_path", CodeField(max_length=200)),
                ("seal", CodeField(max_length=32)),
                ("place", CodeField(null=True, max_length=600)),
                ("phone", CodeField(null=True, max_length=200)),
                ("day", fields.DateField()),
                ("part", fields.CharField(max_length=12)),
                ("busy_key", CodeField(null=True, unique=True, max_length=60)),
                ("slot", CodeField(null=True, unique=True, max_length=40)),
                ("price", fields.IntField()),
                ("why", fields.JSONField()),
                ("status", fields.CharField(max_length=12)),
                ("version", fields.IntField()),
                ("reason", fields.CharField(max_length=200)),
                ("answer_by", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("asked_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("done_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("stars", fields.SmallIntField(null=True)),
                ("rating", fields.CharField(max_length=200)),
            ],
            options={
                "table": "craftsmen_call",
                "app": "app",
                "indexes": [
                    Index(fields=["caller_id", "id"]),
                    Index(fields=["craftsman_id", "id"]),
                    Index(fields=["area_path", "id"]),
                ],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="CraftSkill",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "craftsman",
                    fields.ForeignKeyField(
                        "app.Craftsman",
                        source_field="craftsman_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="skills",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("skill", fields.CharField(max_length=12)),
                ("price", fields.IntField()),
                ("seal", CodeField(max_length=32)),
                ("number", CodeField(null=True, max_length=200)),
                ("file_id", fields.BigIntField(null=True)),
                ("expires_on", fields.DateField(null=True)),
                ("reminded_for", fields.DateField(null=True)),
            ],
            options={
                "table": "craftsmen_skill",
                "app": "app",
                "unique_together": (("craftsman_id", "skill"),),
                "indexes": [Index(fields=["skill", "craftsman_id"]), Index(fields=["expires_on"])],
                "pk_attr": "id",
            },
        ),
    ]
