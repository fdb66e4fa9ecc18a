from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from backend.core.fields import CodeField, UtcDatetimeField


class Migration(migrations.Migration):
    dependencies = [("app", "0012_bookings")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Award",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("key", CodeField(unique=True, max_length=100)),
                ("user_id", fields.BigIntField(null=True)),
                ("partner_id", fields.BigIntField(null=True)),
                ("kind", CodeField(max_length=40)),
                ("title", fields.CharField(max_length=100)),
                ("asked", fields.IntField()),
                ("amount", fields.IntField()),
                ("why", CodeField(max_length=80)),
                ("status", fields.CharField(max_length=10)),
                ("version", fields.IntField()),
                ("community_id", fields.BigIntField()),
                ("area_path", CodeField(max_length=200)),
                ("expires_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("created_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("ruled_by", fields.BigIntField(null=True)),
                ("ruled_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("grounds", fields.CharField(max_length=200)),
                ("owed", fields.IntField()),
            ],
            options={
                "table": "awards_award",
                "app": "app",
                "indexes": [
                    Index(fields=["user_id", "created_at"]),
                    Index(fields=["partner_id", "created_at"]),
                    Index(fields=["area_path", "id"]),
                    Index(fields=["status", "id"]),
                ],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="Earner",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("user_id", fields.BigIntField(unique=True)),
                ("counted", fields.IntField()),
            ],
            options={"table": "awards_earner", "app": "app", "pk_attr": "id"},
        ),
        ops.CreateModel(
            name="PointHold",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("key", CodeField(unique=True, max_length=100)),
                ("user_id", fields.BigIntField(null=True)),
                ("account", CodeField(max_length=80)),
                ("amount", fields.IntField()),
                ("title", fields.CharField(max_length=100)),
                ("status", fields.CharField(max_length=10)),
                ("version", fields.IntField()),
                ("created_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("ended_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "points_hold",
                "app": "app",
                "indexes": [
                    Index(fields=["user_id", "status"]),
                    Index(fields=["account", "status"]),
                ],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="PointHoldPart",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("hold_id", fields.BigIntField()),
                ("community_id", fields.BigIntField()),
                ("expires_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("amount", fields.IntField()),
            ],
            options={
                "table": "points_hold_part",
                "app": "app",
                "indexes": [Index(fields=["hold_id"])],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="PointLot",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("account", CodeField(max_length=80)),
                ("community_id", fields.BigIntField()),
                ("expires_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("amount", fields.IntField()),
                ("ended", fields.IntField()),
                ("warned_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "points_lot",
                "app": "app",
                "unique_together": (("account", "expires_at", "community_id"),),
                "indexes": [Index(fields=["expires_at", "amount"])],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="PointPolicy",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("area_id", fields.BigIntField(unique=True)),
                ("area_path", CodeField(unique=True, max_length=200)),
                ("valid_months", fields.SmallIntField()),
                ("earn_daily", fields.IntField()),
                ("partner_monthly", fields.IntField()),
                ("transfer_daily", fields.IntField()),
                ("version", fields.IntField()),
                ("updated_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={"table": "points_policy", "app": "app", "pk_attr": "id"},
        ),
        ops.CreateModel(
            name="PointProof",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("day", CodeField(unique=True, max_length=10)),
                ("at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("accounts", fields.IntField()),
                ("entries", fields.BigIntField()),
                ("in_hands", fields.BigIntField()),
                ("faults", fields.JSONField()),
            ],
            options={"table": "points_proof", "app": "app", "pk_attr": "id"},
        ),
        ops.CreateModel(
            name="PointTransfer",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("dwelling_id", fields.BigIntField()),
                ("tenure", fields.IntField()),
                ("direction", fields.CharField(max_length=8)),
                ("user_id", fields.BigIntField(null=True)),
                ("to_user_id", fields.BigIntField(null=True)),
                ("amount", fields.IntField()),
                ("at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "points_transfer",
                "app": "app",
                "indexes": [
                    Index(fields=["user_id", "at"]),
                    Index(fields=["to_user_id"]),
                    Index(fields=["dwelling_id", "tenure", "id"]),
                ],
                "pk_attr": "id",
            },
        ),
    ]
