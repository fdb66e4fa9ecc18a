"""The eight defects of Tortoise's migrations, mended: each on both databases."""

import asyncio
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest
from tortoise.exceptions import IntegrityError, OperationalError

from backend.core import migrations
from backend.core.fields import CODE_COLLATION, TEXT_COLLATION
from backend.core.migration_runner import MigrationFailed
from backend.core.schema_editor import MigrationError

from .conftest import Scratch
from .releases import Product, schema

ROOT = Path(__file__).parents[2]
FIRST = """
class Area(Model):
    \"\"\"A place.\"\"\"
    id = fields.BigIntField(primary_key=True)
    name = fields.CharField(max_length=50)
    code = CodeField(max_length=20, unique=True)

class Order(Model):
    id = fields.BigIntField(primary_key=True)
    area = fields.ForeignKeyField("models.Area", related_name="orders")
    remark = fields.CharField(max_length=100, null=True)
    amount = fields.BigIntField(db_default=0)
    class Meta:
        table = "orders"
        indexes = [("area_id", "amount")]
        unique_together = (("area", "remark"),)
        constraints = [CheckConstraint(check="amount >= 0", name="amount_not_negative"),
                       UniqueConstraint(fields=("remark", "amount"), name="once")]
"""
LONGER = FIRST.replace("name = fields.CharField(max_length=50)", "name = CharField(max_length=90)")
DESCENDING = """
async def newest_first(apps, schema_editor):
    assert schema_editor.DIALECT in ("sqlite", "mysql")
    await schema_editor._run_sql("CREATE INDEX newest ON orders (area_id, id DESC)")

class Migration(migrations.Migration):
    DEPENDENCIES
    operations = [ops.RunPython(newest_first)]
"""
BROKEN = (OperationalError, IntegrityError)  # a CHECK that says no: the one or the other


@pytest.fixture
async def product(scratch: Scratch) -> Product:
    """Installed in its first release, with two areas and three orders."""
    product = Product(scratch)
    await product.release(FIRST, "initial")
    await product.migrate()
    await product.run(
        "INSERT INTO area (id, name, code) VALUES (1, '一区', 'a'), (2, '二区', 'b')",
        "INSERT INTO orders (id, area_id, remark, amount) VALUES "
        "(1, 1, '漏水', 5), (2, 1, NULL, 0), (3, 2, '停电', 7)",
    )
    return product


async def test_1_building_a_table_anew_keeps_the_rows_that_refer_to_it(product: Product):
    before = await product.rows("orders")
    await product.release(LONGER)
    await product.migrate()
    assert len(before) == 3
    assert await product.rows("orders") == before


async def test_1_a_reference_to_nothing_rolls_the_migration_back(product: Product):
    if product.scratch.dialect == "mysql":
        pytest.skip("MariaDB checks each statement by itself")
    path = product.write(
        "lose",
        """
class Migration(migrations.Migration):
    DEPENDENCIES
    operations = [ops.RunSQL("DELETE FROM area WHERE id = 1")]
""",
    )
    with pytest.raises(MigrationError, match="悬空"):
        await product.migrate()
    assert len(await product.rows("area")) == 2
    assert (await migrations.status(product.config)).pending == (path.stem,)


async def test_2_and_8_every_index_outlives_an_alteration(product: Product):
    product.write("newest", DESCENDING)
    if product.scratch.dialect == "sqlite":
        await product.run(
            "CREATE INDEX open_ones ON orders (amount) WHERE amount > 0",
            "CREATE TRIGGER quiet AFTER DELETE ON orders BEGIN SELECT 1; END",
        )
    await product.migrate()
    before = await schema(product.scratch)
    mark = {"sqlite": "('id', 1)", "mysql": "id D"}[product.scratch.dialect]
    assert any(mark in str(index) for index in before["orders"]["indexes"])
    await product.release(FIRST.replace("max_length=100", "max_length=300"))
    await product.migrate()
    after = await schema(product.scratch)
    assert after["orders"]["indexes"] == before["orders"]["indexes"]
    assert len(after["orders"]["indexes"]) >= 5
    if product.scratch.dialect == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE name IN ('newest', 'open_ones', 'quiet')"
        assert len(await product.run(query)) == 3


async def test_2_an_alteration_does_not_give_the_id_of_a_deleted_row_again(product: Product):
    await product.run("DELETE FROM orders WHERE id = 3")
    await product.release(FIRST.replace("max_length=100", "max_length=300"))
    await product.migrate()
    await product.run("INSERT INTO orders (area_id, remark) VALUES (1, '新')")
    assert [row["id"] for row in await product.rows("orders")] == [1, 2, 4]


async def test_3_constraints_of_the_model_are_enforced(product: Product):
    with pytest.raises(BROKEN):
        await product.run("INSERT INTO orders (area_id, amount) VALUES (1, -1)")
    with pytest.raises(IntegrityError):
        await product.run("INSERT INTO orders (area_id, remark, amount) VALUES (2, '漏水', 5)")
    with pytest.raises(IntegrityError):
        await product.run("INSERT INTO orders (area_id, remark, amount) VALUES (1, '漏水', 6)")


async def test_4_a_check_can_be_dropped(product: Product):
    await product.release(
        FIRST.replace('CheckConstraint(check="amount >= 0", name="amount_not_negative"),', "")
    )
    await product.migrate()
    await product.run("INSERT INTO orders (area_id, amount) VALUES (1, -1)")
    assert len(await product.rows("orders")) == 4


async def test_5_a_new_column_that_rows_cannot_fill_is_refused(product: Product):
    need = FIRST.replace("    amount", '    note = fields.CharField(9, default="x")\n    amount')
    product.models(need)
    with pytest.raises(MigrationError, match=r"Order\.note.*db_default"):
        await migrations.make(product.config, "note")
    path = product.write(
        "note",
        """
class Migration(migrations.Migration):
    DEPENDENCIES
    operations = [
        ops.AddField("Order", "note", fields.CharField(max_length=9, default="x")),
    ]
""",
    )
    with pytest.raises(MigrationFailed, match=r"Order\.note.*db_default"):
        await product.migrate()
    assert "note" not in (await schema(product.scratch))["orders"]["columns"]
    path.unlink()
    await product.release(need.replace('default="x"', 'default="x", db_default="x"'), "filled")
    await product.migrate()
    assert {row["note"] for row in await product.rows("orders")} == {"x"}


async def test_5_an_empty_column_becomes_required_only_when_filled(product: Product):
    await product.release(FIRST.replace("max_length=100, null=True", "max_length=100"))
    with pytest.raises(MigrationFailed, match="1 行为空"):
        await product.migrate()
    assert len(await product.rows("orders")) == 3


async def test_6_text_and_codes_are_collated_as_said(product: Product):
    await product.run(
        "INSERT INTO area (name, code) VALUES ('😀', 'A'), ('😁', 'a '), ('𬭎', '𬭎'), ('𠀀', '𠀀')"
    )
    for value in ("😀", "😁", "𬭎", "𠀀"):
        assert len(await product.run(f"SELECT id FROM area WHERE name = '{value}'")) == 1
    for code in ("a", "A", "a ", "𬭎"):
        assert len(await product.run(f"SELECT id FROM area WHERE code = '{code}'")) == 1
    if product.scratch.dialect == "mysql":
        tables = await schema(product.scratch)
        assert {table["collation"] for table in tables.values()} == {TEXT_COLLATION}
        assert tables["area"]["columns"]["code"]["collation"] == CODE_COLLATION
        assert tables["area"]["columns"]["name"]["collation"] == TEXT_COLLATION


async def test_7_a_renamed_column_is_not_guessed(product: Product):
    before = await product.rows("orders")
    product.models(FIRST.replace("remark", "note"))
    with pytest.raises(MigrationError, match=r"Order\.remark.*note"):
        await migrations.make(product.config, "note")
    assert await migrations.make(product.config, "note", renames={"Order.remark": "note"})
    await product.migrate()
    assert await migrations.check(product.config) == []
    assert [row["note"] for row in await product.rows("orders")] == [r["remark"] for r in before]


async def test_7_a_column_said_to_be_dropped_is_dropped(product: Product):
    bare = FIRST.replace('unique_together = (("area", "remark"),)', "pass").replace(
        'fields=("remark", "amount")', 'fields=("area", "amount")'
    )
    await product.release(bare.replace("remark", "note"), drops=["Order.remark"])
    await product.migrate()
    assert {row["note"] for row in await product.rows("orders")} == {None}


async def test_7_a_renamed_table_is_not_guessed(product: Product):
    before = await product.rows("area")
    product.models(FIRST.replace("Area", "Place"))
    with pytest.raises(MigrationError, match=r"Area.*Place"):
        await migrations.make(product.config, "place")
    assert await migrations.make(product.config, "place", renames={"Area": "Place"})
    await product.migrate()
    assert await migrations.check(product.config) == []
    assert await product.rows("place") == before
    with pytest.raises(IntegrityError):
        await product.run("INSERT INTO orders (area_id) VALUES (99)")


async def test_7_a_table_with_a_name_of_its_own_is_renamed_by_hand(product: Product):
    before, old = await product.rows("orders"), await schema(product.scratch)
    product.write(
        "demands",
        """
from backend.core.table_names import RenameTable
class Migration(migrations.Migration):
    DEPENDENCIES
    operations = [RenameTable("Order", "demands")]
""",
    )
    await product.release(FIRST.replace('"orders"\n', '"demands"\n').replace("100", "300"))
    await product.migrate()
    assert await migrations.check(product.config) == []
    assert await product.rows("demands") == before
    new = await schema(product.scratch)
    assert "orders" not in new
    assert new["demands"]["indexes"] == old["orders"]["indexes"]


async def test_7_check_names_what_is_missing(product: Product):
    assert await migrations.check(product.config) == []
    product.models(LONGER)
    assert await migrations.check(product.config) == ["Alter field name on Area"]


async def test_7_check_names_the_ends_of_files_that_parted(product: Product):
    body = """
class Migration(migrations.Migration):
    dependencies = [("models", "0001_initial")]
    operations = []
"""
    product.write("mine", body)
    assert await migrations.check(product.config) == []
    product.write("yours", body)
    said = await migrations.check(product.config)
    assert len(said) == 1
    assert "0002_mine、0003_yours" in said[0]
    with pytest.raises(MigrationError, match="0002_mine、0003_yours"):
        await product.migrate()


async def test_7_what_is_only_python_needs_no_migration(product: Product):
    await product.release(
        FIRST + '\nclass Mood(StrEnum):\n    GOOD = "good"\n\nclass Day(Model):\n'
        "    id = fields.BigIntField(primary_key=True)\n"
        '    mood = CharEnumField(Mood, max_length=9, default=Mood.GOOD, description="心情")\n'
        "    facts = fields.JSONField(default=dict)\n"
    )
    await product.migrate()
    product.models(
        FIRST.replace("A place.", "A place, said better.")
        + '\nclass Weather(StrEnum):\n    FINE = "good"\n\nclass Day(Model):\n'
        '    """A day."""\n    id = fields.BigIntField(primary_key=True)\n'
        "    mood = CharEnumField(Weather, max_length=9)\n"
        "    facts = fields.JSONField(default=list)\n"
    )
    assert await migrations.check(product.config) == []


async def test_a_column_that_changes_its_type_is_refused(product: Product):
    product.models(
        FIRST.replace("amount = fields.BigIntField(db_default=0)", "amount = TextField()")
    )
    with pytest.raises(MigrationError, match=r"Order\.amount"):
        await migrations.make(product.config, "text")


async def test_files_are_the_same_each_time_and_clean(scratch: Scratch):
    texts = []
    for _ in range(2):
        product = Product(scratch)
        path = await product.release(FIRST, "initial")
        assert await migrations.make(product.config, "again") is None
        texts.append(path.read_text(encoding="utf-8"))
    assert texts[0] == texts[1]
    for arguments in (["format", "--check"], ["check"]):
        ruff = [sys.executable, "-m", "ruff", *arguments, "--stdin-filename", "migrations/0001.py"]
        done = await asyncio.create_subprocess_exec(*ruff, "-", stdin=PIPE, cwd=ROOT)
        await done.communicate(texts[0].encode())
        assert done.returncode == 0
    with pytest.raises(MigrationError):
        await migrations.make(product.config, "../elsewhere")
