from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from backend.core.fields import CodeField, UtcDatetimeField


class Migration(migrations.Migration):
    dependencies = [("app", "0008_shops")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Correction",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("event_id", fields.BigIntField(db_index=True)),
                ("seal", CodeField(max_length=32)),
                ("plate", CodeField(null=True, max_length=200)),
                ("reason", fields.CharField(max_length=200)),
                ("made_by", fields.BigIntField()),
                ("made_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={"table": "gates_correction", "app": "app", "pk_attr": "id"},
        ),
        ops.CreateModel(
            name="Lot",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "area",
                    fields.ForeignKeyField(
                        "app.Area",
                        source_field="area_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="lots",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("name", fields.CharField(max_length=30)),
                ("unit_id", fields.BigIntField()),
                ("unit_name", fields.CharField(max_length=60)),
                ("capacity", fields.IntField()),
                ("month_price", fields.IntField()),
                ("tariff", fields.JSONField()),
                ("takes_strangers", fields.BooleanField()),
                ("visitor_quota", fields.IntField()),
                ("visitor_hours", fields.IntField()),
                ("leave_minutes", fields.IntField()),
                ("is_active", fields.BooleanField()),
                ("version", fields.IntField()),
                ("created_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "lots_lot",
                "app": "app",
                "unique_together": (("area_id", "name"),),
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="Gate",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "lot",
                    fields.ForeignKeyField(
                        "app.Lot",
                        source_field="lot_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="gates",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("name", fields.CharField(max_length=30)),
                ("direction", fields.CharField(max_length=4)),
                ("key", CodeField(unique=True, max_length=16)),
                ("secret", CodeField(max_length=300)),
                ("old_secret", CodeField(null=True, max_length=300)),
                ("old_until", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("is_active", fields.BooleanField()),
                ("seen_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("skew_seconds", fields.IntField()),
                ("last_sequence", fields.BigIntField()),
                ("is_told_silent", fields.BooleanField()),
                ("created_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "gates_gate",
                "app": "app",
                "indexes": [Index(fields=["lot_id", "id"])],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="GateEvent",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "gate",
                    fields.ForeignKeyField(
                        "app.Gate",
                        source_field="gate_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="events",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("lot_id", fields.BigIntField()),
                ("sequence", fields.BigIntField()),
                ("kind", fields.CharField(max_length=4)),
                ("direction", fields.CharField(max_length=4)),
                ("at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("received_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("is_offline", fields.BooleanField()),
                ("digest", CodeField(max_length=64)),
                ("seal", CodeField(max_length=32)),
                ("plate", CodeField(null=True, max_length=200)),
                ("plate_index", CodeField(null=True, max_length=64)),
                ("answer", fields.JSONField(null=True)),
                ("corrections", fields.SmallIntField()),
            ],
            options={
                "table": "gates_event",
                "app": "app",
                "unique_together": (("gate_id", "sequence"),),
                "indexes": [
                    Index(fields=["lot_id", "plate_index", "at"]),
                    Index(fields=["lot_id", "id"]),
                    Index(fields=["gate_id", "at"]),
                ],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="Mandate",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("vehicle_id", fields.BigIntField()),
                ("user_id", fields.BigIntField(db_index=True)),
                ("terms", CodeField(max_length=20)),
                ("most_per_stay", fields.IntField()),
                ("is_running", fields.BooleanField(null=True)),
                ("agreed_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("revoked_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("revoked_by", fields.BigIntField(null=True)),
            ],
            options={
                "table": "agreements_mandate",
                "app": "app",
                "unique_together": (("vehicle_id", "is_running"),),
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="Nonce",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("gate_id", fields.BigIntField()),
                ("nonce", CodeField(max_length=64)),
                ("at", UtcDatetimeField(db_index=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "gates_nonce",
                "app": "app",
                "unique_together": (("gate_id", "nonce"),),
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="Opening",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "gate",
                    fields.ForeignKeyField(
                        "app.Gate",
                        source_field="gate_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="openings",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("made_by", fields.BigIntField()),
                ("grounds", fields.CharField(max_length=200)),
                ("file_id", fields.BigIntField()),
                ("made_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("fetched_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "gates_opening",
                "app": "app",
                "indexes": [Index(fields=["gate_id", "id"])],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="Space",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "lot",
                    fields.ForeignKeyField(
                        "app.Lot",
                        source_field="lot_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="spaces",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("number", CodeField(max_length=12)),
                ("kind", fields.CharField(max_length=8)),
                ("dwelling_id", fields.BigIntField(null=True)),
                ("month_price", fields.IntField(null=True)),
                ("is_active", fields.BooleanField()),
            ],
            options={
                "table": "lots_space",
                "app": "app",
                "unique_together": (("lot_id", "number"),),
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="Pass",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "lot",
                    fields.ForeignKeyField(
                        "app.Lot",
                        source_field="lot_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="passes",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "space",
                    fields.ForeignKeyField(
                        "app.Space",
                        source_field="space_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="passes",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("owner_id", fields.BigIntField()),
                ("vehicle_id", fields.BigIntField(db_index=True)),
                ("seal", CodeField(max_length=32)),
                ("plate", CodeField(max_length=200)),
                ("plate_index", CodeField(max_length=64)),
                ("status", fields.CharField(max_length=12)),
                ("version", fields.IntField()),
                ("is_live", fields.BooleanField(null=True)),
                ("valid_from", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("valid_until", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("reminded", fields.SmallIntField()),
                ("created_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "passes_pass",
                "app": "app",
                "unique_together": (("lot_id", "plate_index", "is_live"), ("space_id", "is_live")),
                "indexes": [
                    Index(fields=["owner_id", "id"]),
                    Index(fields=["status", "valid_until"]),
                ],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="Stay",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "lot",
                    fields.ForeignKeyField(
                        "app.Lot",
                        source_field="lot_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="stays",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("key", CodeField(unique=True, max_length=40)),
                ("seal", CodeField(max_length=32)),
                ("plate", CodeField(null=True, max_length=200)),
                ("plate_index", CodeField(null=True, max_length=64)),
                ("vehicle_id", fields.BigIntField(null=True)),
                ("phase", fields.CharField(max_length=10)),
                ("entered_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("left_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("tariff", fields.JSONField()),
                ("cover", CodeField(null=True, max_length=8)),
                ("cover_id", fields.BigIntField(null=True)),
                ("free_until", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("fee", fields.IntField()),
                ("paid", fields.IntField()),
                ("waived", fields.IntField()),
                ("owed", fields.IntField(db_index=True)),
                ("quoted_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("paid_until", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "stays_stay",
                "app": "app",
                "indexes": [
                    Index(fields=["lot_id", "plate_index", "entered_at"]),
                    Index(fields=["lot_id", "phase"]),
                    Index(fields=["lot_id", "id"]),
                    Index(fields=["vehicle_id", "id"]),
                ],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="StayPayment",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "stay",
                    fields.ForeignKeyField(
                        "app.Stay",
                        source_field="stay_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="payments",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("subject", CodeField(unique=True, max_length=40)),
                ("payment_id", fields.BigIntField(null=True, unique=True)),
                ("payer_id", fields.BigIntField()),
                ("amount", fields.IntField()),
                ("returned", fields.IntField()),
                ("quoted_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("is_open", fields.BooleanField(null=True)),
                ("paid_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "stays_payment",
                "app": "app",
                "unique_together": (("stay_id", "is_open"),),
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="Term",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "of",
                    fields.ForeignKeyField(
                        "app.Pass",
                        source_field="of_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="terms",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("months", fields.SmallIntField()),
                ("amount", fields.IntField()),
                ("payment_id", fields.BigIntField(null=True, db_index=True)),
                ("status", fields.CharField(max_length=8)),
                ("version", fields.IntField()),
                ("is_open", fields.BooleanField(null=True)),
                ("begins_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("ends_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("created_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "passes_term",
                "app": "app",
                "unique_together": (("of_id", "is_open"),),
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="TopUp",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("vehicle_id", fields.BigIntField(db_index=True)),
                ("user_id", fields.BigIntField()),
                ("amount", fields.IntField()),
                ("payment_id", fields.BigIntField(null=True, unique=True)),
                ("created_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={"table": "agreements_top_up", "app": "app", "pk_attr": "id"},
        ),
        ops.CreateModel(
            name="Visit",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "lot",
                    fields.ForeignKeyField(
                        "app.Lot",
                        source_field="lot_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="visits",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("issuer_id", fields.BigIntField()),
                ("dwelling_id", fields.BigIntField()),
                ("slot", CodeField(null=True, unique=True, max_length=48)),
                ("code_digest", CodeField(unique=True, max_length=64)),
                ("code", CodeField(max_length=200)),
                ("seal", CodeField(max_length=32)),
                ("plate", CodeField(null=True, max_length=200)),
                ("plate_index", CodeField(null=True, max_length=64)),
                ("remark", fields.CharField(max_length=20)),
                ("valid_from", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("valid_until", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("status", fields.CharField(max_length=12)),
                ("version", fields.IntField()),
                ("used_by", CodeField(null=True, max_length=40)),
                ("created_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "passes_visit",
                "app": "app",
                "indexes": [
                    Index(fields=["issuer_id", "id"]),
                    Index(fields=["lot_id", "plate_index", "valid_until"]),
                ],
                "pk_attr": "id",
            },
        ),
    ]
