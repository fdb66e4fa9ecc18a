from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from backend.core.fields import CodeField, UtcDatetimeField


async def carry_promises(_apps, schema_editor):
    """Whoever promised to come is expected there still."""
    await schema_editor.client.execute_script(
        "INSERT INTO craftsmen_engagement (craftsman_id, day, part, owner_kind, owner_id) "
        "SELECT craftsman_id, day, part, 'call', id FROM craftsmen_call WHERE busy_key IS NOT NULL"
    )


class Migration(migrations.Migration):
    dependencies = [("app", "0021_pools")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Engagement",
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
                        related_name="engagements",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("day", fields.DateField()),
                ("part", fields.CharField(max_length=12)),
                ("owner_kind", CodeField(max_length=24)),
                ("owner_id", fields.BigIntField()),
            ],
            options={
                "table": "craftsmen_engagement",
                "app": "app",
                "unique_together": (("craftsman_id", "day", "part"),),
                "indexes": [Index(fields=["owner_kind", "owner_id"])],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="MendingDay",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("area_path", CodeField(max_length=200)),
                ("place", fields.CharField(max_length=60)),
                ("about", fields.CharField(max_length=300)),
                ("starts_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("ends_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("most_each", fields.SmallIntField()),
                ("touched", fields.IntField()),
                ("status", fields.CharField(max_length=12)),
                ("version", fields.IntField()),
                ("reason", fields.CharField(max_length=100)),
                ("is_reminded", fields.BooleanField()),
                ("created_by", fields.BigIntField(null=True)),
                ("created_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "mending_days_day",
                "app": "app",
                "indexes": [
                    Index(fields=["area_path", "starts_at"]),
                    Index(fields=["status", "starts_at"]),
                ],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="Bench",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "day",
                    fields.ForeignKeyField(
                        "app.MendingDay",
                        source_field="day_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="benches",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "craftsman",
                    fields.ForeignKeyField(
                        "app.Craftsman",
                        source_field="craftsman_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="benches",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("skill", fields.CharField(max_length=12)),
                ("minutes", fields.SmallIntField()),
                ("served", fields.IntField()),
                ("status", fields.CharField(max_length=12)),
                ("version", fields.IntField()),
                ("reason", fields.CharField(max_length=100)),
            ],
            options={
                "table": "mending_days_bench",
                "app": "app",
                "indexes": [
                    Index(fields=["day_id", "id"]),
                    Index(fields=["craftsman_id", "status"]),
                ],
                "pk_attr": "id",
            },
        ),
        ops.RunPython(carry_promises),
        ops.RemoveField(model_name="CraftCall", name="busy_key"),
    ]
