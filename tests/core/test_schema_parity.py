"""A schema reached by migrating equals the schema created at once, whatever changed, on both."""

import pytest

from backend.core import migrations

from .conftest import Scratch, second_database
from .releases import Product, schema

BASE = """
class Area(Model):
    id = fields.BigIntField(primary_key=True)
    name = fields.CharField(max_length=50)

class Order(Model):
    id = fields.BigIntField(primary_key=True)
    number = CodeField(max_length=32, unique=True)
    area = fields.ForeignKeyField("models.Area", related_name="orders")
    remark = fields.CharField(max_length=100, null=True, db_default="it's; \\"new\\"")
    amount = fields.BigIntField(db_default=0)
    made_at = UtcDatetimeField(auto_now_add=True)
    watchers = fields.ManyToManyField("models.Area", related_name="watched")
    class Meta:
        table = "orders"
        unique_together = (("area", "amount"),)
        indexes = [("area_id", "made_at"), Index(fields=("amount", "made_at"), name="by_amount")]
        constraints = [
            CheckConstraint(check="amount >= 0", name="amount_not_negative"),
            UniqueConstraint(fields=("number", "made_at"), name="once_a_moment"),
        ]
"""

AMOUNT = "amount = fields.BigIntField(db_default=0)"
AREA = 'area = fields.ForeignKeyField("models.Area", related_name="orders")'
CHECK = 'CheckConstraint(check="amount >= 0", name="amount_not_negative"),'
UNIQUE = 'UniqueConstraint(fields=("number", "made_at"), name="once_a_moment"),'
REMARK = "remark = fields.CharField(max_length=100"
DEFAULT = """, db_default="it's; \\"new\\"\""""
CHANGES = {
    "add a column": (AMOUNT, AMOUNT + "; note = fields.TextField(db_default=\"无;'x'\")"),
    "add an indexed column": (
        AMOUNT,
        AMOUNT + "; kind = fields.IntField(null=True, db_index=True)",
    ),
    "add a unique column": (
        AMOUNT,
        AMOUNT + "; key = CodeField(max_length=9, null=True, unique=True)",
    ),
    "add a moment with a default": (
        AMOUNT,
        AMOUNT + "; seen_at = UtcDatetimeField(db_default=Now())",
    ),
    "add a foreign key": (
        AMOUNT,
        AMOUNT + '; to = fields.ForeignKeyField("models.Area", related_name="to", null=True)',
    ),
    "add an indexed foreign key": (
        AMOUNT,
        f'{AMOUNT}; to = fields.ForeignKeyField("models.Area", related_name="to",'
        " null=True, db_index=True)",
    ),
    "add a one-to-one": (
        AMOUNT,
        AMOUNT + '; to = fields.OneToOneField("models.Area", related_name="to", null=True)',
    ),
    "add a many-to-many": (
        AMOUNT,
        AMOUNT
        + '; seen = fields.ManyToManyField("models.Area", related_name="seen", through="seen")',
    ),
    "remove a column": ("    remark", "    # remark"),
    "remove a many-to-many": ("    watchers", "    # watchers"),
    "remove a foreign key": (
        f'{AREA}~unique_together = (("area", "amount"),)~("area_id", "made_at"), ',
        "pass~pass~",
    ),
    "lengthen a column": ("max_length=100", "max_length=200"),
    "make a column a code": (REMARK, "remark = CodeField(max_length=100"),
    "change a default": ("db_default=0", "db_default=7"),
    "drop a default": (DEFAULT, ""),
    "require a column": ("null=True, ", ""),
    "allow null": ("BigIntField(db_default=0)", "BigIntField(db_default=0, null=True)"),
    "index a column": (AMOUNT, "amount = fields.BigIntField(db_default=0, db_index=True)"),
    "make a column unique": (AMOUNT, "amount = fields.BigIntField(db_default=0, unique=True)"),
    "make a column not unique": ("max_length=32, unique=True", "max_length=32"),
    "change what deleting does": (
        'related_name="orders"',
        'related_name="orders", on_delete=fields.RESTRICT',
    ),
    "add a check": (CHECK, CHECK + 'CheckConstraint(check="amount < 9", name="small"),'),
    "remove a check": (CHECK, ""),
    "change a check": ("amount >= 0", "amount >= 5"),
    "rename a check": ("amount_not_negative", "amount_is_natural"),
    "add a unique constraint": (
        UNIQUE,
        UNIQUE + 'UniqueConstraint(fields=("amount", "made_at"), name="pair"),',
    ),
    "remove a unique constraint": (UNIQUE, ""),
    "rename a unique constraint": ("once_a_moment", "only_once"),
    "add unique together": (
        '(("area", "amount"),)',
        '(("area", "amount"), ("area", "made_at"))',
    ),
    "remove unique together": ('(("area", "amount"),)', "()"),
    "add an index": ('("area_id", "made_at")', '("area_id", "made_at"), ("area", "remark")'),
    "remove an index": ('("area_id", "made_at"), ', ""),
    "rename an index": ("by_amount", "by_size"),
    "remove a table": (BASE[BASE.index("class Order") :], ""),
    "add a table": (
        "class Order",
        "class Visit(Model):\n    id = fields.IntField(primary_key=True)\n"
        '    area = fields.ForeignKeyField("models.Area", related_name="visits")\n\nclass Order',
    ),
}


def changed(how: str) -> str:
    text = BASE
    for old, new in zip(*(side.split("~") for side in CHANGES[how]), strict=True):
        assert old in text, old
        text = text.replace(old, new)
    return text


@pytest.mark.parametrize("how", CHANGES)
async def test_migrated_equals_created_and_keeps_the_rows(scratch: Scratch, how: str):
    product = Product(scratch)
    await product.release(BASE, "initial")
    await product.migrate()
    await product.run(
        "INSERT INTO area (id, name) VALUES (1, '一区'), (2, '二区')",
        "INSERT INTO orders (id, number, area_id, amount, made_at, remark) VALUES "
        "(1, 'A', 1, 5, '2026-01-01', '漏水'), (2, 'B', 1, 6, '2026-01-02', NULL)",
        "INSERT INTO orders_area (orders_id, area_id) VALUES (1, 2)",
    )
    areas, orders = await product.rows("area"), await product.rows("orders")
    await product.release(changed(how))
    await product.migrate()
    assert await migrations.check(product.config) == []
    assert await product.rows("area") == areas
    if how != "remove a table":
        filled = {"remark": 'it\'s; "new"'} if how == "require a column" else {}
        after = await product.rows("orders")
        kept = orders[0].keys() & after[0].keys()
        expected = [
            {key: filled.get(key) if row[key] is None else row[key] for key in kept}
            for row in orders
        ]
        assert [{key: row[key] for key in kept} for row in after] == expected
    with second_database(scratch) as fresh:
        await product.create_schema(fresh)
        assert await schema(scratch) == await schema(fresh)
