from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from backend.core.fields import CodeField, UtcDatetimeField


class Migration(migrations.Migration):
    dependencies = [("app", "0006_readings")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Handover",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("dwelling_id", fields.BigIntField()),
                ("area_id", fields.BigIntField()),
                ("former", fields.IntField()),
                ("tenure", fields.IntField()),
                ("kind", fields.CharField(max_length=8)),
                ("amount", fields.BigIntField()),
                ("status", fields.CharField(max_length=8)),
                ("version", fields.IntField()),
                ("live_key", CodeField(null=True, unique=True, max_length=60)),
                ("asked_by", fields.BigIntField()),
                ("asked_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("ended_by", fields.BigIntField(null=True)),
                ("ended_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("receipt_no", CodeField(max_length=40)),
            ],
            options={
                "table": "handovers_handover",
                "app": "app",
                "indexes": [Index(fields=["dwelling_id", "status"])],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="Muted",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("user_id", fields.BigIntField(unique=True)),
                ("muted_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={"table": "arrears_muted", "app": "app", "pk_attr": "id"},
        ),
        ops.CreateModel(
            name="OpeningBalance",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("unit_id", fields.BigIntField()),
                ("dwelling_id", fields.BigIntField()),
                ("tenure", fields.IntField()),
                ("amount", fields.BigIntField()),
                ("brought_by", fields.BigIntField()),
                ("brought_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "openings_balance",
                "app": "app",
                "unique_together": (("unit_id", "dwelling_id", "tenure"),),
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="PaymentPlan",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("unit_id", fields.BigIntField()),
                ("dwelling_id", fields.BigIntField()),
                ("tenure", fields.IntField()),
                ("note", fields.CharField(max_length=200)),
                ("until_on", fields.DateField()),
                ("made_by", fields.BigIntField()),
                ("made_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("ended_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "arrears_plan",
                "app": "app",
                "indexes": [Index(fields=["dwelling_id", "tenure", "until_on"])],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="Reminder",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("unit_id", fields.BigIntField()),
                ("dwelling_id", fields.BigIntField()),
                ("tenure", fields.IntField()),
                ("day", fields.DateField()),
                ("sent_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("sent_by", fields.BigIntField()),
                ("owed", fields.BigIntField()),
                ("people", fields.SmallIntField()),
            ],
            options={
                "table": "arrears_reminder",
                "app": "app",
                "unique_together": (("unit_id", "dwelling_id", "tenure", "day"),),
                "pk_attr": "id",
            },
        ),
    ]
