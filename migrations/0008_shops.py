from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from backend.core.fields import CodeField, UtcDatetimeField


class Migration(migrations.Migration):
    dependencies = [("app", "0007_more_fees"), ("app", "0007_settlements")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Canteen",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("shop_id", fields.BigIntField(unique=True)),
                ("meals", fields.JSONField()),
                ("subsidies", fields.JSONField()),
            ],
            options={"table": "canteens_canteen", "app": "app", "pk_attr": "id"},
        ),
        ops.CreateModel(
            name="CartItem",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("user_id", fields.BigIntField()),
                ("shop_id", fields.BigIntField()),
                ("good_id", fields.BigIntField()),
                ("choices", CodeField(max_length=200)),
                ("quantity", fields.SmallIntField()),
                ("updated_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "carts_item",
                "app": "app",
                "unique_together": (("user_id", "good_id", "choices"),),
                "indexes": [Index(fields=["user_id", "shop_id"])],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="Coupon",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("name", fields.CharField(max_length=30)),
                ("shop_id", fields.BigIntField(null=True)),
                ("area_path", CodeField(max_length=200)),
                ("account", CodeField(max_length=60)),
                ("face", fields.IntField()),
                ("minimum", fields.IntField()),
                ("total", fields.IntField()),
                ("issued", fields.IntField()),
                ("per_person", fields.SmallIntField()),
                ("budget", fields.IntField()),
                ("spent", fields.IntField()),
                ("starts_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("ends_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("status", fields.CharField(max_length=8)),
                ("version", fields.IntField()),
                ("created_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "coupons_coupon",
                "app": "app",
                "indexes": [
                    Index(fields=["shop_id", "status"]),
                    Index(fields=["area_path", "status"]),
                ],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="Dish",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("shop_id", fields.BigIntField()),
                ("good_id", fields.BigIntField(unique=True)),
                ("day", fields.DateField()),
                ("meal", fields.CharField(max_length=12)),
            ],
            options={
                "table": "canteens_dish",
                "app": "app",
                "indexes": [Index(fields=["shop_id", "day", "meal"])],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="Good",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("shop_id", fields.BigIntField()),
                ("name", fields.CharField(max_length=40)),
                ("category", fields.CharField(max_length=20)),
                ("about", fields.CharField(max_length=500)),
                ("price", fields.IntField()),
                ("options", fields.JSONField()),
                ("stock", fields.IntField(null=True)),
                ("daily_limit", fields.SmallIntField(null=True)),
                ("picture_ids", fields.JSONField()),
                ("is_on", fields.BooleanField()),
                ("is_menu", fields.BooleanField()),
                ("is_prescription", fields.BooleanField()),
                ("blocked", fields.CharField(max_length=200)),
                ("sort", fields.IntField()),
                ("sold", fields.IntField()),
                ("version", fields.IntField()),
                ("created_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "goods_good",
                "app": "app",
                "indexes": [Index(fields=["shop_id", "is_on", "is_menu", "sort"])],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="DayTaking",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "good",
                    fields.ForeignKeyField(
                        "app.Good",
                        source_field="good_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="takings",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("user_id", fields.BigIntField()),
                ("day", CodeField(max_length=10)),
                ("taken", fields.IntField()),
            ],
            options={
                "table": "goods_day_taking",
                "app": "app",
                "unique_together": (("good_id", "user_id", "day"),),
                "indexes": [Index(fields=["day"]), Index(fields=["user_id"])],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="Purchase",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("kind", fields.CharField(max_length=8)),
                ("shop_id", fields.BigIntField()),
                ("shop_name", fields.CharField(max_length=40)),
                ("area_path", CodeField(max_length=200)),
                ("buyer_id", fields.BigIntField(null=True)),
                ("status", fields.CharField(max_length=12)),
                ("version", fields.IntField()),
                ("delivery", fields.CharField(max_length=8)),
                ("seal", CodeField(max_length=32)),
                ("address", CodeField(null=True, max_length=900)),
                ("note", CodeField(null=True, max_length=900)),
                ("code", CodeField(null=True, max_length=200)),
                ("code_index", CodeField(null=True, max_length=64)),
                ("total", fields.IntField()),
                ("reduction", fields.IntField()),
                ("reduction_title", fields.CharField(max_length=60)),
                ("reduction_account", CodeField(max_length=60)),
                ("voucher_id", fields.BigIntField(null=True)),
                ("payable", fields.IntField()),
                ("refunded", fields.IntField()),
                ("returned", fields.IntField()),
                ("subsidy_back", fields.IntField()),
                ("refunds", fields.SmallIntField()),
                ("payment_id", fields.BigIntField(null=True)),
                ("payee_id", fields.BigIntField()),
                ("serve_on", fields.DateField(null=True)),
                ("slot", CodeField(max_length=12)),
                ("for_whom", CodeField(null=True, max_length=300)),
                ("accept_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("created_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("paid_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("due_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("done_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("reason", fields.CharField(max_length=200)),
                ("stars", fields.SmallIntField(null=True)),
                ("rating_text", fields.CharField(null=True, max_length=300)),
                ("rated_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("answer", fields.CharField(null=True, max_length=300)),
                ("is_hidden", fields.BooleanField()),
                ("is_answer_hidden", fields.BooleanField()),
                ("complaint_id", fields.BigIntField(null=True)),
            ],
            options={
                "table": "purchases_purchase",
                "app": "app",
                "indexes": [
                    Index(fields=["buyer_id", "id"]),
                    Index(fields=["shop_id", "status", "id"]),
                    Index(fields=["shop_id", "id"]),
                    Index(fields=["shop_id", "code_index"]),
                    Index(fields=["status", "due_at"]),
                    Index(fields=["shop_id", "serve_on", "slot"]),
                    Index(fields=["payment_id"]),
                    Index(fields=["area_path", "id"]),
                ],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="PurchaseEvent",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("purchase_id", fields.BigIntField()),
                ("at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("move", CodeField(max_length=12)),
                ("by", CodeField(max_length=8)),
                ("note", fields.CharField(max_length=200)),
            ],
            options={
                "table": "purchases_event",
                "app": "app",
                "indexes": [Index(fields=["purchase_id", "id"])],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="PurchaseLine",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("purchase_id", fields.BigIntField()),
                ("good_id", fields.BigIntField(null=True)),
                ("name", fields.CharField(max_length=40)),
                ("choice", fields.CharField(max_length=60)),
                ("price", fields.IntField()),
                ("quantity", fields.SmallIntField()),
                ("amount", fields.IntField()),
                ("reduced", fields.IntField()),
                ("refunded_quantity", fields.SmallIntField()),
            ],
            options={
                "table": "purchases_line",
                "app": "app",
                "indexes": [Index(fields=["purchase_id"])],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="Shop",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("name", fields.CharField(max_length=40)),
                ("kind", fields.CharField(max_length=12)),
                ("status", fields.CharField(max_length=12)),
                ("version", fields.IntField()),
                ("area_id", fields.BigIntField()),
                ("area_path", CodeField(max_length=200)),
                ("place", fields.CharField(max_length=100)),
                ("latitude", fields.IntField(null=True)),
                ("longitude", fields.IntField(null=True)),
                ("reach", fields.CharField(max_length=12)),
                ("serves_path", CodeField(max_length=200)),
                ("phone", CodeField(max_length=20)),
                ("about", fields.CharField(max_length=500)),
                ("notice", fields.CharField(max_length=100)),
                ("picture_id", fields.BigIntField(null=True)),
                ("hours", fields.JSONField()),
                ("closed_until", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("closed_note", fields.CharField(max_length=60)),
                ("accept_minutes", fields.SmallIntField()),
                ("delivers", fields.BooleanField()),
                ("delivery_fee", fields.IntField()),
                ("delivery_minimum", fields.IntField()),
                ("licensed_until", fields.DateField(null=True)),
                ("payee_id", fields.BigIntField(null=True)),
                ("reason", fields.CharField(max_length=200)),
                ("stars_sum", fields.IntField()),
                ("stars_count", fields.IntField()),
                ("sold", fields.IntField()),
                ("applied_by", fields.BigIntField(null=True)),
                ("created_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("decided_by", fields.BigIntField(null=True)),
                ("decided_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "shops_shop",
                "app": "app",
                "indexes": [
                    Index(fields=["status", "serves_path"]),
                    Index(fields=["status", "area_path"]),
                    Index(fields=["status", "licensed_until"]),
                ],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="Invitation",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "shop",
                    fields.ForeignKeyField(
                        "app.Shop",
                        source_field="shop_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="invitations",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("digest", CodeField(unique=True, max_length=64)),
                ("role", fields.CharField(max_length=8)),
                ("expires_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("used_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "shops_invitation",
                "app": "app",
                "indexes": [Index(fields=["expires_at"])],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="Licence",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "shop",
                    fields.ForeignKeyField(
                        "app.Shop",
                        source_field="shop_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="licences",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("kind", fields.CharField(max_length=12)),
                ("number", CodeField(max_length=40)),
                ("expires_on", fields.DateField()),
                ("file_id", fields.BigIntField()),
                ("sent_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("confirmed_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("refused_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("decided_by", fields.BigIntField(null=True)),
                ("reminded", fields.SmallIntField(null=True)),
            ],
            options={
                "table": "shops_licence",
                "app": "app",
                "indexes": [Index(fields=["expires_on"])],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="Staff",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "shop",
                    fields.ForeignKeyField(
                        "app.Shop",
                        source_field="shop_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="people",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("user_id", fields.BigIntField()),
                ("role", fields.CharField(max_length=8)),
                ("since", UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "shops_staff",
                "app": "app",
                "unique_together": (("shop_id", "user_id"),),
                "indexes": [Index(fields=["user_id"])],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="SubsidisedMeal",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("resident_id", fields.BigIntField()),
                ("day", fields.DateField()),
                ("meal", fields.CharField(max_length=12)),
                ("amount", fields.IntField()),
                ("purchase_id", fields.BigIntField(db_index=True)),
                ("live_key", CodeField(null=True, unique=True, max_length=60)),
                ("at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "canteens_subsidised_meal",
                "app": "app",
                "indexes": [Index(fields=["resident_id", "day"])],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="Voucher",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "coupon",
                    fields.ForeignKeyField(
                        "app.Coupon",
                        source_field="coupon_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="vouchers",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("user_id", fields.BigIntField(null=True)),
                ("number", fields.SmallIntField()),
                ("status", fields.CharField(max_length=8)),
                ("version", fields.IntField()),
                ("amount", fields.IntField()),
                ("claimed_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("used_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "coupons_voucher",
                "app": "app",
                "unique_together": (("coupon_id", "user_id", "number"),),
                "indexes": [Index(fields=["user_id", "status"])],
                "pk_attr": "id",
            },
        ),
    ]
