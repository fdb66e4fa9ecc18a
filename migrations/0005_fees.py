from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from backend.core.fields import CodeField, UtcDatetimeField


class Migration(migrations.Migration):
    dependencies = [("app", "0004_checkouts")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Agreement",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("dwelling_id", fields.BigIntField()),
                ("tenure", fields.IntField()),
                ("user_id", fields.BigIntField(null=True)),
                ("live_key", CodeField(null=True, unique=True, max_length=48)),
                ("agreed_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("ended_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "fees_agreement",
                "app": "app",
                "indexes": [Index(fields=["user_id"])],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="Bill",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("tariff_id", fields.BigIntField()),
                ("version_id", fields.BigIntField(null=True)),
                ("run_id", fields.BigIntField(null=True)),
                ("batch", CodeField(max_length=32)),
                ("dwelling_id", fields.BigIntField()),
                ("tenure", fields.IntField()),
                ("area_id", fields.BigIntField()),
                ("unit_id", fields.BigIntField()),
                ("period", CodeField(max_length=8)),
                ("issue", fields.SmallIntField()),
                ("title", fields.CharField(max_length=60)),
                ("first_day", fields.DateField()),
                ("last_day", fields.DateField()),
                ("due_on", fields.DateField()),
                ("amount", fields.BigIntField()),
                ("owed", fields.BigIntField()),
                ("detail", fields.JSONField()),
                ("reading_id", fields.BigIntField(null=True)),
                ("status", fields.CharField(max_length=8)),
                ("payment_id", fields.BigIntField(null=True)),
                ("order_id", fields.BigIntField(null=True)),
                ("is_disputed", fields.BooleanField()),
                ("issued_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("paid_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("version", fields.IntField()),
            ],
            options={
                "table": "bills_bill",
                "app": "app",
                "unique_together": (("tariff_id", "dwelling_id", "period", "issue"),),
                "indexes": [
                    Index(fields=["dwelling_id", "tenure", "status"]),
                    Index(fields=["unit_id", "status", "due_on"]),
                    Index(fields=["run_id", "batch"]),
                    Index(fields=["payment_id"]),
                    Index(fields=["order_id"]),
                ],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="BillEntry",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("bill_id", fields.BigIntField()),
                ("kind", fields.CharField(max_length=8)),
                ("amount", fields.BigIntField()),
                ("key", CodeField(unique=True, max_length=80)),
                ("note", fields.CharField(max_length=200)),
                ("payment_id", fields.BigIntField(null=True)),
                ("by", fields.BigIntField()),
                ("at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "bills_entry",
                "app": "app",
                "indexes": [Index(fields=["bill_id", "id"])],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="BillRefund",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("bill_id", fields.BigIntField()),
                ("payment_id", fields.BigIntField()),
                ("refund_id", fields.BigIntField(unique=True)),
                ("amount", fields.BigIntField()),
                ("is_owed_again", fields.BooleanField()),
                ("is_open", fields.BooleanField()),
                ("asked_by", fields.BigIntField()),
                ("asked_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "fees_refund",
                "app": "app",
                "indexes": [Index(fields=["bill_id"])],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="BillRun",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("tariff_id", fields.BigIntField()),
                ("unit_id", fields.BigIntField()),
                ("area_id", fields.BigIntField()),
                ("period", CodeField(max_length=8)),
                ("status", fields.CharField(max_length=8)),
                ("started_by", fields.BigIntField()),
                ("started_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("done_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "billings_run",
                "app": "app",
                "unique_together": (("tariff_id", "period"),),
                "indexes": [Index(fields=["unit_id", "id"])],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="Discount",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("tariff_id", fields.BigIntField()),
                ("dwelling_id", fields.BigIntField()),
                ("percent", fields.SmallIntField()),
                ("ground", fields.CharField(max_length=12)),
                ("from_on", fields.DateField()),
                ("until_on", fields.DateField(null=True)),
                ("key", CodeField(unique=True, max_length=80)),
                ("agreed_by", fields.BigIntField()),
                ("agreed_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "billings_discount",
                "app": "app",
                "indexes": [Index(fields=["tariff_id", "dwelling_id"])],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="Tariff",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("unit_id", fields.BigIntField()),
                (
                    "area",
                    fields.ForeignKeyField(
                        "app.Area",
                        source_field="area_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="tariffs",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("name", fields.CharField(max_length=40)),
                ("basis", fields.CharField(max_length=8)),
                ("period", fields.CharField(max_length=8)),
                ("due_days", fields.SmallIntField()),
                ("meter_unit", fields.CharField(max_length=8)),
                ("meter_digits", fields.SmallIntField()),
                ("late_rate", fields.IntField()),
                ("late_cap", fields.SmallIntField()),
                ("is_active", fields.BooleanField()),
                ("version", fields.IntField()),
                ("created_by", fields.BigIntField()),
                ("created_at", UtcDatetimeField(auto_now=False, auto_now_add=True)),
            ],
            options={
                "table": "tariffs_tariff",
                "app": "app",
                "indexes": [Index(fields=["unit_id", "id"]), Index(fields=["area_id", "id"])],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="Reading",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "tariff",
                    fields.ForeignKeyField(
                        "app.Tariff",
                        source_field="tariff_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="readings",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("dwelling_id", fields.BigIntField()),
                ("period", CodeField(max_length=8)),
                ("read_on", fields.DateField()),
                ("previous", fields.BigIntField()),
                ("value", fields.BigIntField()),
                ("usage", fields.BigIntField()),
                ("is_rolled_over", fields.BooleanField()),
                ("old_end", fields.BigIntField(null=True)),
                ("new_start", fields.BigIntField(null=True)),
                ("note", fields.CharField(max_length=100)),
                ("corrects_id", fields.BigIntField(null=True)),
                ("live_key", CodeField(null=True, unique=True, max_length=60)),
                ("entered_by", fields.BigIntField()),
                ("entered_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "tariffs_reading",
                "app": "app",
                "indexes": [
                    Index(fields=["tariff_id", "dwelling_id", "read_on"]),
                    Index(fields=["tariff_id", "period"]),
                ],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="TariffVersion",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "tariff",
                    fields.ForeignKeyField(
                        "app.Tariff",
                        source_field="tariff_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="versions",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("valid_from", fields.DateField()),
                ("price", fields.BigIntField()),
                ("steps", fields.JSONField()),
                ("basis_note", fields.CharField(max_length=200)),
                ("created_by", fields.BigIntField()),
                ("created_at", UtcDatetimeField(auto_now=False, auto_now_add=True)),
            ],
            options={
                "table": "tariffs_version",
                "app": "app",
                "unique_together": (("tariff_id", "valid_from"),),
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="Tenure",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("dwelling_id", fields.BigIntField(unique=True)),
                ("number", fields.IntField()),
                ("is_owned", fields.BooleanField()),
                ("began_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={"table": "tenures_tenure", "app": "app", "pk_attr": "id"},
        ),
        ops.CreateModel(
            name="Waiver",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("unit_id", fields.BigIntField()),
                ("area_id", fields.BigIntField()),
                ("dwelling_id", fields.BigIntField()),
                ("tariff_id", fields.BigIntField()),
                ("bill_id", fields.BigIntField(null=True)),
                ("amount", fields.BigIntField()),
                ("percent", fields.SmallIntField()),
                ("from_on", fields.DateField(null=True)),
                ("until_on", fields.DateField(null=True)),
                ("ground", fields.CharField(max_length=12)),
                ("note", fields.CharField(max_length=200)),
                ("status", fields.CharField(max_length=10)),
                ("version", fields.IntField()),
                ("asked_by", fields.BigIntField()),
                ("asked_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("ruled_by", fields.BigIntField(null=True)),
                ("ruled_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("ruling", fields.CharField(max_length=200)),
            ],
            options={
                "table": "waivers_waiver",
                "app": "app",
                "indexes": [Index(fields=["unit_id", "status", "id"]), Index(fields=["bill_id"])],
                "pk_attr": "id",
            },
        ),
        ops.AddField(
            model_name="Binding",
            name="tenure",
            field=fields.IntField(db_default=0),
        ),
    ]
