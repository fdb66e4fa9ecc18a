from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from backend.core.fields import CodeField


class Migration(migrations.Migration):
    dependencies = [("app", "0014_complaint_rulings"), ("app", "0014_volunteering")]

    initial = False

    operations = [
        ops.CreateModel(
            name="LedgerCheckpoint",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("account", CodeField(max_length=80)),
                ("unit", CodeField(max_length=12)),
                ("entry_id", fields.BigIntField()),
                ("balance", fields.BigIntField()),
            ],
            options={
                "table": "ledgers_checkpoint",
                "app": "app",
                "unique_together": (("account", "unit", "entry_id"),),
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="LedgerMark",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("entry_id", fields.BigIntField()),
            ],
            options={"table": "ledgers_mark", "app": "app", "pk_attr": "id"},
        ),
    ]
