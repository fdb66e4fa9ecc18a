from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from backend.core.fields import CodeField, UtcDatetimeField


class Migration(migrations.Migration):
    dependencies = [("app", "0020_craftsmen")]

    initial = False

    operations = [
        ops.CreateModel(
            name="PoolEntry",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("community_id", fields.BigIntField()),
                ("area_path", CodeField(max_length=200)),
                ("kind", fields.CharField(max_length=10)),
                ("shop_id", fields.BigIntField(null=True)),
                ("amount", fields.IntField()),
                ("voucher", CodeField(max_length=40)),
                ("note", fields.CharField(max_length=200)),
                ("reverses_id", fields.BigIntField(null=True, unique=True)),
                ("by", fields.BigIntField()),
                ("at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "pools_entry",
                "app": "app",
                "unique_together": (("community_id", "voucher"),),
                "indexes": [Index(fields=["area_path", "id"]), Index(fields=["shop_id"])],
                "pk_attr": "id",
            },
        ),
    ]
