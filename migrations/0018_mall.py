from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from backend.core.fields import CodeField, UtcDatetimeField


class Migration(migrations.Migration):
    dependencies = [("app", "0017_wishes")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Redemption",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("good_id", fields.BigIntField()),
                ("place_id", fields.BigIntField()),
                ("area_path", CodeField(max_length=200)),
                ("user_id", fields.BigIntField(null=True)),
                ("name", fields.CharField(max_length=40)),
                ("quantity", fields.SmallIntField()),
                ("points", fields.IntField()),
                ("span_key", CodeField(null=True, max_length=10)),
                ("status", fields.CharField(max_length=10)),
                ("version", fields.IntField()),
                ("seal", CodeField(max_length=32)),
                ("code", CodeField(null=True, max_length=200)),
                ("code_index", CodeField(max_length=64)),
                ("created_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("due_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("warned_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("ended_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("served_by", fields.BigIntField(null=True)),
                ("reason", fields.CharField(max_length=200)),
            ],
            options={
                "table": "mall_redemption",
                "app": "app",
                "indexes": [
                    Index(fields=["user_id", "id"]),
                    Index(fields=["place_id", "status", "id"]),
                    Index(fields=["place_id", "code_index"]),
                    Index(fields=["status", "due_at"]),
                    Index(fields=["area_path", "id"]),
                ],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="RewardChange",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("area_id", fields.BigIntField()),
                ("area_path", CodeField(max_length=200)),
                ("kind", CodeField(max_length=40)),
                ("before", fields.JSONField()),
                ("after", fields.JSONField()),
                ("grounds", fields.CharField(max_length=200)),
                ("changed_by", fields.BigIntField()),
                ("at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "rewards_change",
                "app": "app",
                "indexes": [Index(fields=["area_path", "id"])],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="RewardRule",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("area_id", fields.BigIntField()),
                ("area_path", CodeField(max_length=200)),
                ("kind", CodeField(max_length=40)),
                ("amount", fields.IntField()),
                ("daily", fields.IntField()),
                ("monthly", fields.IntField()),
                ("is_on", fields.BooleanField()),
                ("version", fields.IntField()),
            ],
            options={
                "table": "rewards_rule",
                "app": "app",
                "unique_together": (("area_id", "kind"),),
                "indexes": [Index(fields=["area_path", "kind"])],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="ShelfGood",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("area_id", fields.BigIntField()),
                ("area_path", CodeField(max_length=200)),
                ("name", fields.CharField(max_length=40)),
                ("about", fields.CharField(max_length=500)),
                ("kind", fields.CharField(max_length=8)),
                ("price", fields.IntField()),
                ("per_person", fields.SmallIntField(null=True)),
                ("span", fields.CharField(max_length=6)),
                ("pickup_days", fields.SmallIntField()),
                ("picture_ids", fields.JSONField()),
                ("is_on", fields.BooleanField()),
                ("sort", fields.IntField()),
                ("redeemed", fields.IntField()),
                ("version", fields.IntField()),
                ("created_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "shelves_good",
                "app": "app",
                "indexes": [Index(fields=["area_path", "is_on", "sort"])],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="ShelfMovement",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("good_id", fields.BigIntField()),
                ("place_id", fields.BigIntField()),
                ("delta", fields.IntField()),
                ("cause", fields.CharField(max_length=8)),
                ("note", fields.CharField(max_length=200)),
                ("by", fields.BigIntField()),
                ("at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "shelves_movement",
                "app": "app",
                "indexes": [Index(fields=["good_id", "place_id", "id"])],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="ShelfPlace",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("area_id", fields.BigIntField()),
                ("area_path", CodeField(max_length=200)),
                ("name", fields.CharField(max_length=40)),
                ("address", fields.CharField(max_length=100)),
                ("hours", fields.CharField(max_length=60)),
                ("shop_id", fields.BigIntField(null=True)),
                ("is_on", fields.BooleanField()),
                ("version", fields.IntField()),
                ("created_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "shelves_place",
                "app": "app",
                "indexes": [Index(fields=["area_path", "id"]), Index(fields=["shop_id"])],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="ShelfStock",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("good_id", fields.BigIntField()),
                ("place_id", fields.BigIntField()),
                ("amount", fields.IntField()),
                ("promised", fields.IntField()),
            ],
            options={
                "table": "shelves_stock",
                "app": "app",
                "unique_together": (("good_id", "place_id"),),
                "indexes": [Index(fields=["place_id"])],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="ShelfTaking",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("good_id", fields.BigIntField()),
                ("user_id", fields.BigIntField()),
                ("span_key", CodeField(max_length=10)),
                ("taken", fields.IntField()),
            ],
            options={
                "table": "shelves_taking",
                "app": "app",
                "unique_together": (("good_id", "user_id", "span_key"),),
                "indexes": [Index(fields=["user_id"])],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="StockCount",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("good_id", fields.BigIntField()),
                ("good_name", fields.CharField(max_length=40)),
                ("place_id", fields.BigIntField()),
                ("area_path", CodeField(max_length=200)),
                ("expected", fields.IntField()),
                ("counted", fields.IntField()),
                ("note", fields.CharField(max_length=200)),
                ("status", fields.CharField(max_length=10)),
                ("version", fields.IntField()),
                ("counted_by", fields.BigIntField()),
                ("counted_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("ruled_by", fields.BigIntField(null=True)),
                ("ruled_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("grounds", fields.CharField(max_length=200)),
            ],
            options={
                "table": "stocktakes_count",
                "app": "app",
                "indexes": [
                    Index(fields=["area_path", "id"]),
                    Index(fields=["place_id", "id"]),
                    Index(fields=["good_id"]),
                ],
                "pk_attr": "id",
            },
        ),
    ]
