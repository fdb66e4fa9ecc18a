from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from backend.core.fields import CodeField, UtcDatetimeField


class Migration(migrations.Migration):
    dependencies = [("app", "0014_volunteering"), ("app", "0015_checkpoints")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Fair",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("area_id", fields.BigIntField()),
                ("area_path", CodeField(max_length=200)),
                ("title", fields.CharField(max_length=40)),
                ("theme", fields.CharField(max_length=300)),
                ("needs", fields.CharField(max_length=500)),
                ("place", fields.CharField(max_length=100)),
                ("starts_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("ends_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("map_columns", fields.SmallIntField()),
                ("map_rows", fields.SmallIntField()),
                ("exchange_rules", fields.CharField(max_length=500)),
                ("status", fields.CharField(max_length=12)),
                ("version", fields.IntField()),
                ("reason", fields.CharField(max_length=200)),
                ("emergency", fields.CharField(max_length=200)),
                ("needs_survey_id", fields.BigIntField(null=True)),
                ("satisfaction_survey_id", fields.BigIntField(null=True)),
                ("code_id", fields.BigIntField(null=True, unique=True)),
                ("created_by", fields.BigIntField(null=True)),
                ("created_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("decided_by", fields.BigIntField(null=True)),
                ("previewed_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("opened_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("closed_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("reviewed_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("summary", fields.CharField(max_length=1000)),
                ("figures", fields.JSONField()),
                ("visitors", fields.IntField()),
            ],
            options={
                "table": "fairs_fair",
                "app": "app",
                "indexes": [
                    Index(fields=["area_path", "id"]),
                    Index(fields=["status", "starts_at"]),
                    Index(fields=["status", "ends_at"]),
                ],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="Arrival",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "fair",
                    fields.ForeignKeyField(
                        "app.Fair",
                        source_field="fair_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="arrivals",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("user_id", fields.BigIntField(null=True)),
                ("is_named", fields.BooleanField()),
                ("at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "arrivals_arrival",
                "app": "app",
                "unique_together": (("fair_id", "user_id"),),
                "indexes": [Index(fields=["fair_id", "id"]), Index(fields=["user_id"])],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="ExchangeItem",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "fair",
                    fields.ForeignKeyField(
                        "app.Fair",
                        source_field="fair_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="items",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("title", fields.CharField(max_length=30)),
                ("about", fields.CharField(max_length=200)),
                ("wants", fields.CharField(max_length=60)),
                ("is_hidden", fields.BooleanField()),
                ("file_ids", fields.JSONField()),
                ("giver_id", fields.BigIntField(null=True)),
                ("taker_id", fields.BigIntField(null=True)),
                ("keep_key", CodeField(null=True, unique=True, max_length=60)),
                ("status", fields.CharField(max_length=12)),
                ("version", fields.IntField()),
                ("created_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("handed_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "exchanges_item",
                "app": "app",
                "indexes": [
                    Index(fields=["fair_id", "status", "id"]),
                    Index(fields=["giver_id"]),
                    Index(fields=["taker_id"]),
                ],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="Letter",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "fair",
                    fields.ForeignKeyField(
                        "app.Fair",
                        source_field="fair_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="letters",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("kind", fields.CharField(max_length=8)),
                ("text", fields.CharField(max_length=500)),
                ("writer_id", fields.BigIntField(null=True)),
                ("status", fields.CharField(max_length=12)),
                ("version", fields.IntField()),
                ("answer", fields.CharField(max_length=500)),
                ("answered_by", fields.BigIntField(null=True)),
                ("order_id", fields.BigIntField(null=True, unique=True)),
                ("written_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "letters_letter",
                "app": "app",
                "indexes": [
                    Index(fields=["fair_id", "kind", "status", "id"]),
                    Index(fields=["writer_id", "id"]),
                ],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="Offering",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "fair",
                    fields.ForeignKeyField(
                        "app.Fair",
                        source_field="fair_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="offerings",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("stall_id", fields.BigIntField(null=True)),
                ("kind", fields.CharField(max_length=12)),
                ("title", fields.CharField(max_length=40)),
                ("about", fields.CharField(max_length=500)),
                ("booked", fields.IntField()),
                ("created_by", fields.BigIntField(null=True)),
                ("created_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "offerings_offering",
                "app": "app",
                "indexes": [Index(fields=["fair_id", "id"])],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="Stall",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "fair",
                    fields.ForeignKeyField(
                        "app.Fair",
                        source_field="fair_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="stalls",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("kind", fields.CharField(max_length=12)),
                ("zone", fields.CharField(max_length=12)),
                ("name", fields.CharField(max_length=30)),
                ("about", fields.CharField(max_length=200)),
                ("is_hidden", fields.BooleanField()),
                ("shop_id", fields.BigIntField(null=True)),
                ("offered_by", fields.BigIntField(null=True)),
                ("status", fields.CharField(max_length=12)),
                ("version", fields.IntField()),
                ("reason", fields.CharField(max_length=100)),
                ("map_column", fields.SmallIntField(null=True)),
                ("map_row", fields.SmallIntField(null=True)),
                ("spot_key", CodeField(null=True, unique=True, max_length=40)),
                ("code_id", fields.BigIntField(null=True, unique=True)),
                ("visitors", fields.IntField()),
                ("created_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "stalls_stall",
                "app": "app",
                "indexes": [
                    Index(fields=["fair_id", "status"]),
                    Index(fields=["offered_by", "id"]),
                ],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="StallVisit",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "stall",
                    fields.ForeignKeyField(
                        "app.Stall",
                        source_field="stall_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="visits",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("user_id", fields.BigIntField(null=True)),
                ("at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "stalls_visit",
                "app": "app",
                "unique_together": (("stall_id", "user_id"),),
                "indexes": [Index(fields=["user_id"])],
                "pk_attr": "id",
            },
        ),
    ]
