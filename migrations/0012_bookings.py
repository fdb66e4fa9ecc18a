from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from backend.core.fields import CodeField, UtcDatetimeField


class Migration(migrations.Migration):
    dependencies = [("app", "0011_wechat_bills")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Slot",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("owner_kind", CodeField(max_length=24)),
                ("owner_id", fields.BigIntField()),
                ("link", CodeField(max_length=120)),
                ("area_path", CodeField(max_length=200)),
                ("title", fields.CharField(max_length=60)),
                ("place", fields.CharField(max_length=100)),
                ("latitude", fields.IntField(null=True)),
                ("longitude", fields.IntField(null=True)),
                ("radius", fields.IntField()),
                ("proof", fields.CharField(max_length=8)),
                ("starts_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("ends_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("opens_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("closes_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("cancel_until", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("quota", fields.IntField()),
                ("taken", fields.IntField()),
                ("waiting", fields.IntField()),
                ("most_waiting", fields.IntField()),
                ("turns", fields.IntField()),
                ("first_age", fields.SmallIntField(null=True)),
                ("first_until", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("offer_minutes", fields.SmallIntField()),
                ("status", fields.CharField(max_length=12)),
                ("version", fields.IntField()),
                ("created_by", fields.BigIntField(null=True)),
                ("created_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "bookings_slot",
                "app": "app",
                "indexes": [
                    Index(fields=["owner_kind", "owner_id", "starts_at"]),
                    Index(fields=["status", "ends_at"]),
                ],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="Booking",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "slot",
                    fields.ForeignKeyField(
                        "app.Slot",
                        source_field="slot_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="bookings",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("user_id", fields.BigIntField(null=True)),
                ("resident_id", fields.BigIntField(null=True)),
                ("live_key", CodeField(null=True, unique=True, max_length=48)),
                ("turn", fields.IntField()),
                ("status", fields.CharField(max_length=12)),
                ("version", fields.IntField()),
                ("booked_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("offered_until", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("checked_in_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("checked_out_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("checked_by", CodeField(max_length=8)),
                ("reason", fields.CharField(max_length=100)),
            ],
            options={
                "table": "bookings_booking",
                "app": "app",
                "indexes": [
                    Index(fields=["slot_id", "status", "turn"]),
                    Index(fields=["user_id", "id"]),
                    Index(fields=["slot_id", "id"]),
                ],
                "pk_attr": "id",
            },
        ),
    ]
