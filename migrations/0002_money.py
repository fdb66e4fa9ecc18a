from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from backend.core.fields import CodeField, UtcDatetimeField


class Migration(migrations.Migration):
    dependencies = [("app", "0001_initial")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Checkout",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("payment_id", fields.BigIntField(unique=True)),
                ("number", CodeField(unique=True, max_length=32)),
                ("appid", CodeField(max_length=32)),
                ("mchid", CodeField(max_length=32)),
                ("sub_mchid", CodeField(null=True, max_length=32)),
                ("amount", fields.BigIntField()),
                ("prepay_id", CodeField(null=True, max_length=80)),
                ("prepaid_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("begun_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("expires_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("asked", fields.IntField()),
                ("ask_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("ended", CodeField(max_length=12)),
            ],
            options={
                "table": "checkouts_checkout",
                "app": "app",
                "indexes": [Index(fields=["ask_at"])],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="LedgerAccount",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("code", CodeField(max_length=80)),
                ("unit", CodeField(max_length=12)),
                ("balance", fields.BigIntField()),
            ],
            options={
                "table": "ledgers_account",
                "app": "app",
                "unique_together": (("code", "unit"),),
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="LedgerEntry",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("posting_id", fields.BigIntField()),
                ("account", CodeField(max_length=80)),
                ("unit", CodeField(max_length=12)),
                ("amount", fields.BigIntField()),
                ("at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "ledgers_entry",
                "app": "app",
                "indexes": [
                    Index(fields=["posting_id"]),
                    Index(fields=["account", "unit", "id", "amount"]),
                ],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="Payee",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("kind", CodeField(max_length=20)),
                ("owner_id", fields.BigIntField()),
                ("name", fields.CharField(max_length=60)),
                ("unit_id", fields.BigIntField(null=True)),
                ("sub_mchid", CodeField(null=True, max_length=32)),
                ("created_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "payments_payee",
                "app": "app",
                "unique_together": (("kind", "owner_id"),),
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="Payment",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("number", CodeField(unique=True, max_length=32)),
                ("key", CodeField(null=True, unique=True, max_length=120)),
                ("status", fields.CharField(max_length=8)),
                ("version", fields.IntField()),
                ("purpose", CodeField(max_length=40)),
                ("payee_id", fields.BigIntField()),
                ("payee_name", fields.CharField(max_length=60)),
                ("unit_id", fields.BigIntField(null=True)),
                ("payer_id", fields.BigIntField(null=True)),
                ("title", fields.CharField(max_length=120)),
                ("amount", fields.BigIntField()),
                ("refunded", fields.BigIntField()),
                ("refunds", fields.IntField()),
                ("refund_sent_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("area_path", CodeField(max_length=200)),
                ("created_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("expires_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("method", fields.CharField(null=True, max_length=8)),
                ("debit", CodeField(null=True, max_length=80)),
                ("paid_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("closed_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("transaction_id", CodeField(null=True, unique=True, max_length=64)),
                ("mchid", CodeField(null=True, max_length=32)),
                ("receipt_no", CodeField(null=True, max_length=40)),
                ("counter_key", CodeField(null=True, unique=True, max_length=64)),
                ("cashier_id", fields.BigIntField(null=True)),
            ],
            options={
                "table": "payments_payment",
                "app": "app",
                "indexes": [
                    Index(fields=["payer_id", "id"]),
                    Index(fields=["payee_id", "paid_at"]),
                    Index(fields=["status", "expires_at"]),
                    Index(fields=["area_path", "id"]),
                    Index(fields=["unit_id", "id"]),
                    Index(fields=["paid_at"]),
                ],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="PaymentLine",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("payment_id", fields.BigIntField()),
                ("subject", CodeField(max_length=60)),
                ("title", fields.CharField(max_length=120)),
                ("amount", fields.BigIntField()),
                ("credit", CodeField(max_length=80)),
                ("refunded", fields.BigIntField()),
            ],
            options={
                "table": "payments_line",
                "app": "app",
                "unique_together": (("payment_id", "subject"),),
                "indexes": [Index(fields=["subject"])],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="Posting",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("key", CodeField(unique=True, max_length=120)),
                ("kind", CodeField(max_length=40)),
                ("unit", CodeField(max_length=12)),
                ("memo", fields.CharField(max_length=200)),
                ("digest", CodeField(max_length=64)),
                ("reverses_id", fields.BigIntField(null=True, unique=True)),
                ("at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "ledgers_posting",
                "app": "app",
                "indexes": [Index(fields=["at"])],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="Quarantine",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("key", CodeField(unique=True, max_length=120)),
                ("kind", CodeField(max_length=12)),
                ("why", fields.CharField(max_length=16)),
                ("status", fields.CharField(max_length=10)),
                ("version", fields.IntField()),
                ("number", CodeField(max_length=64)),
                ("transaction_id", CodeField(max_length=64)),
                ("mchid", CodeField(max_length=32)),
                ("amount", fields.BigIntField()),
                ("facts", fields.JSONField()),
                ("payment_id", fields.BigIntField(null=True)),
                ("unit_id", fields.BigIntField(null=True)),
                ("area_path", CodeField(max_length=200)),
                ("created_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("ruling", CodeField(max_length=10)),
                ("ruled_by", fields.BigIntField(null=True)),
                ("ruled_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("reason", fields.CharField(max_length=200)),
                ("applied_to", fields.BigIntField(null=True)),
            ],
            options={
                "table": "payments_quarantine",
                "app": "app",
                "indexes": [Index(fields=["status", "id"]), Index(fields=["area_path", "id"])],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="Receipt",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("payment_id", fields.BigIntField(unique=True)),
                ("payee_id", fields.BigIntField()),
                ("year", fields.IntField()),
                ("sequence", fields.IntField()),
                ("number", CodeField(max_length=40)),
                ("issued_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "receipts_receipt",
                "app": "app",
                "unique_together": (("payee_id", "year", "sequence"),),
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="ReceiptBook",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("payee_id", fields.BigIntField()),
                ("year", fields.IntField()),
                ("issued", fields.IntField()),
            ],
            options={
                "table": "receipts_book",
                "app": "app",
                "unique_together": (("payee_id", "year"),),
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="Refund",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("number", CodeField(unique=True, max_length=32)),
                ("key", CodeField(unique=True, max_length=120)),
                ("payment_id", fields.BigIntField()),
                ("status", fields.CharField(max_length=10)),
                ("version", fields.IntField()),
                ("method", fields.CharField(max_length=8)),
                ("purpose", CodeField(max_length=40)),
                ("title", fields.CharField(max_length=120)),
                ("payee_name", fields.CharField(max_length=60)),
                ("payer_id", fields.BigIntField(null=True)),
                ("unit_id", fields.BigIntField(null=True)),
                ("area_path", CodeField(max_length=200)),
                ("amount", fields.BigIntField()),
                ("lines", fields.JSONField()),
                ("reason", fields.CharField(max_length=80)),
                ("asked_by", fields.BigIntField()),
                ("created_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("tries", fields.IntField()),
                ("next_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("wechat_id", CodeField(null=True, max_length=64)),
                ("trouble", fields.CharField(max_length=200)),
                ("finished_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("finished_by", fields.BigIntField(null=True)),
            ],
            options={
                "table": "refunds_refund",
                "app": "app",
                "indexes": [
                    Index(fields=["payment_id"]),
                    Index(fields=["payer_id", "id"]),
                    Index(fields=["next_at"]),
                    Index(fields=["area_path", "id"]),
                    Index(fields=["status", "id"]),
                    Index(fields=["finished_at"]),
                ],
                "pk_attr": "id",
            },
        ),
    ]
