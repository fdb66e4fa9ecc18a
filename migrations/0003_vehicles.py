from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from backend.core.fields import CodeField, UtcDatetimeField


class Migration(migrations.Migration):
    dependencies = [("app", "0002_money")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Block",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("user_id", fields.BigIntField(db_index=True)),
                ("request_id", fields.BigIntField()),
                ("area_path", CodeField(db_index=True, max_length=200)),
                ("reason", fields.CharField(max_length=200)),
                ("made_by", fields.BigIntField()),
                ("made_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("until", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("lifted_by", fields.BigIntField(null=True)),
                ("lifted_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={"table": "move_car_block", "app": "app", "pk_attr": "id"},
        ),
        ops.CreateModel(
            name="MoveRequest",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("requester_id", fields.BigIntField(null=True)),
                ("slot", CodeField(null=True, unique=True, max_length=60)),
                ("open_key", CodeField(null=True, unique=True, max_length=100)),
                ("seal", CodeField(max_length=32)),
                ("plate", CodeField(null=True, max_length=200)),
                ("plate_index", CodeField(max_length=64)),
                ("by_code", fields.BooleanField()),
                ("vehicle_id", fields.BigIntField(null=True, db_index=True)),
                ("reason", fields.CharField(max_length=12)),
                ("file_ids", fields.JSONField()),
                ("area_path", CodeField(max_length=200)),
                ("place", fields.JSONField()),
                ("status", fields.CharField(max_length=12)),
                ("version", fields.IntField()),
                ("reply", fields.CharField(null=True, max_length=12)),
                ("replied_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("due_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("order_id", fields.BigIntField(null=True, unique=True)),
                ("complaint", fields.CharField(null=True, max_length=200)),
                ("asked_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("ended_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "move_car_request",
                "app": "app",
                "indexes": [
                    Index(fields=["requester_id", "id"]),
                    Index(fields=["plate_index", "asked_at"]),
                    Index(fields=["area_path", "id"]),
                ],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="Told",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "request",
                    fields.ForeignKeyField(
                        "app.MoveRequest",
                        source_field="request_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="told",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("user_id", fields.BigIntField()),
                ("told_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "move_car_told",
                "app": "app",
                "unique_together": (("request_id", "user_id"),),
                "indexes": [Index(fields=["user_id", "id"])],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="Vehicle",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("seal", CodeField(unique=True, max_length=32)),
                ("plate", CodeField(max_length=200)),
                ("plate_index", CodeField(max_length=64)),
                ("plate_kind", fields.CharField(max_length=12)),
                ("is_sole", fields.BooleanField(null=True)),
                ("is_claim", fields.BooleanField(null=True)),
                ("description", fields.CharField(max_length=20)),
                ("owner_id", fields.BigIntField()),
                (
                    "dwelling",
                    fields.ForeignKeyField(
                        "app.Dwelling",
                        source_field="dwelling_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="vehicles",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("status", fields.CharField(max_length=12)),
                ("version", fields.IntField()),
                ("code_id", fields.BigIntField(null=True, db_index=True)),
                ("invite_digest", CodeField(null=True, unique=True, max_length=64)),
                ("invite_until", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("reason", fields.CharField(max_length=200)),
                ("created_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("decided_by", fields.BigIntField(null=True)),
                ("decided_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("ended_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "vehicles_vehicle",
                "app": "app",
                "unique_together": (
                    ("plate_index", "is_sole"),
                    ("owner_id", "plate_index", "is_claim"),
                ),
                "indexes": [
                    Index(fields=["owner_id", "id"]),
                    Index(fields=["dwelling_id", "status"]),
                    Index(fields=["status", "id"]),
                ],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="Contact",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "vehicle",
                    fields.ForeignKeyField(
                        "app.Vehicle",
                        source_field="vehicle_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="contacts",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("user_id", fields.BigIntField(db_index=True)),
                ("rank", fields.SmallIntField()),
                ("joined_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "vehicles_contact",
                "app": "app",
                "unique_together": (("vehicle_id", "user_id"),),
                "pk_attr": "id",
            },
        ),
    ]
