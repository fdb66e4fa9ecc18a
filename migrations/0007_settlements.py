from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from backend.core.fields import CodeField, UtcDatetimeField


class Migration(migrations.Migration):
    dependencies = [("app", "0006_readings")]

    initial = False

    operations = [
        ops.CreateModel(
            name="BookDay",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("payee_id", fields.BigIntField()),
                ("payee_name", fields.CharField(max_length=60)),
                ("unit_id", fields.BigIntField(null=True)),
                ("day", CodeField(max_length=10)),
                ("status", fields.CharField(max_length=8)),
                ("version", fields.IntField()),
                ("opening", fields.BigIntField()),
                ("income", fields.BigIntField()),
                ("refunds", fields.BigIntField()),
                ("fees", fields.BigIntField()),
                ("closing", fields.BigIntField()),
                ("count", fields.IntField()),
                ("methods", fields.JSONField()),
                ("digest", CodeField(max_length=64)),
                ("closed_by", fields.BigIntField(null=True)),
                ("closed_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("created_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "books_day",
                "app": "app",
                "unique_together": (("payee_id", "day"),),
                "indexes": [Index(fields=["unit_id", "day", "id"]), Index(fields=["day", "id"])],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="Difference",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("key", CodeField(unique=True, max_length=140)),
                ("mchid", CodeField(max_length=32)),
                ("day", CodeField(max_length=10)),
                ("subject", fields.CharField(max_length=8)),
                ("kind", fields.CharField(max_length=12)),
                ("status", fields.CharField(max_length=8)),
                ("version", fields.IntField()),
                ("number", CodeField(max_length=64)),
                ("wechat_no", CodeField(max_length=32)),
                ("theirs", fields.BigIntField(null=True)),
                ("ours", fields.BigIntField(null=True)),
                ("says", fields.CharField(max_length=200)),
                ("payment_id", fields.BigIntField(null=True)),
                ("payee_id", fields.BigIntField(null=True)),
                ("payee_name", fields.CharField(max_length=60)),
                ("unit_id", fields.BigIntField(null=True)),
                ("grounds", fields.CharField(max_length=300)),
                ("ruling", CodeField(max_length=8)),
                ("ruled_by", fields.BigIntField(null=True)),
                ("ruled_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("created_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "settlements_difference",
                "app": "app",
                "indexes": [
                    Index(fields=["status", "id"]),
                    Index(fields=["unit_id", "status", "id"]),
                    Index(fields=["payee_id", "day"]),
                    Index(fields=["mchid", "day"]),
                    Index(fields=["number"]),
                ],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="PostedFee",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("line_id", fields.BigIntField(unique=True)),
                ("batch", CodeField(max_length=60)),
                ("payee_id", fields.BigIntField()),
                ("amount", fields.BigIntField()),
            ],
            options={
                "table": "settlements_fee",
                "app": "app",
                "indexes": [Index(fields=["batch", "payee_id"])],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="Statement",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("mchid", CodeField(max_length=32)),
                ("day", CodeField(max_length=10)),
                ("kind", fields.CharField(max_length=8)),
                ("status", fields.CharField(max_length=10)),
                ("version", fields.IntField()),
                ("line_count", fields.IntField()),
                ("digest", CodeField(max_length=40)),
                ("reason", fields.CharField(max_length=200)),
                ("created_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("loaded_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("compared_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "statements_statement",
                "app": "app",
                "unique_together": (("mchid", "day", "kind"),),
                "indexes": [Index(fields=["day", "id"]), Index(fields=["status", "id"])],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="StatementLine",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("statement_id", fields.BigIntField()),
                ("line", fields.IntField()),
                ("what", fields.CharField(max_length=8)),
                ("at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("out_no", CodeField(max_length=64)),
                ("wechat_no", CodeField(max_length=32)),
                ("trade_no", CodeField(max_length=32)),
                ("amount", fields.BigIntField()),
                ("settled", fields.BigIntField()),
                ("fee", fields.BigIntField()),
                ("status", CodeField(max_length=16)),
                ("sub_mchid", CodeField(max_length=32)),
            ],
            options={
                "table": "statements_line",
                "app": "app",
                "unique_together": (("statement_id", "line"),),
                "indexes": [Index(fields=["out_no", "what"]), Index(fields=["wechat_no"])],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="TrialBalance",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("day", CodeField(max_length=10)),
                ("kind", CodeField(max_length=24)),
                ("gained", fields.BigIntField()),
                ("given", fields.BigIntField()),
                ("closing", fields.BigIntField()),
            ],
            options={
                "table": "books_trial",
                "app": "app",
                "unique_together": (("day", "kind"),),
                "pk_attr": "id",
            },
        ),
    ]
