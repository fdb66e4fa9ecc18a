"""Running migrations: interrupted, at the same time, out of step, with rows, on aiomysql."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

import pytest
from tortoise import Tortoise, connections

from backend.core import migration_lock, migrations
from backend.core.migration_lock import MigrationLocked
from backend.core.migration_runner import MigrationFailed, Step
from backend.core.schema_editor import MigrationError

from .conftest import Scratch
from .releases import Product, schema

ROOT = Path(__file__).parents[2]
FIRST = """
class Area(Model):
    id = fields.BigIntField(primary_key=True)
    name = fields.CharField(max_length=50)
"""
THREE_STEPS = """
async def fill(apps, schema_editor):
    area = apps.get_model("models", "Area")
    for row in await area.all():
        await area.filter(id=row.id).update(size=row.id * 10)
    if FAIL:
        raise RuntimeError("out of paper")

FAIL = True

class Migration(migrations.Migration):
    DEPENDENCIES
    operations = [
        ops.AddField("Area", "size", fields.IntField(db_default=0)),
        ops.RunPython(fill),
        ops.RunSQL(["UPDATE area SET size = size + 1", "UPDATE area SET size = size + 100"]),
    ]
"""


@pytest.fixture
async def product(scratch: Scratch) -> Product:
    """Installed in its first release, with two areas."""
    product = Product(scratch)
    await product.release(FIRST, "initial")
    await product.migrate()
    await product.run("INSERT INTO area (id, name) VALUES (1, '一区'), (2, '二区')")
    return product


async def test_a_failed_migration_says_where_and_goes_on_from_there(product: Product):
    path = product.write("sizes", THREE_STEPS)
    seen: list[Step] = []
    with pytest.raises(MigrationFailed, match=r"0002_sizes 停在第 2/3 步.*Run fill.*out of paper"):
        await product.migrate(seen.append)
    assert [(step.number, step.done) for step in seen] == [(1, False), (2, False)]
    columns = (await schema(product.scratch))["area"]["columns"]
    status = await migrations.status(product.config)
    assert status.pending == ("0002_sizes",)
    assert not status.is_current
    if product.scratch.dialect == "sqlite":
        assert "size" not in columns
        assert status.interrupted is None
    else:
        assert {row["size"] for row in await product.rows("area")} == {0}  # the rows rolled back
        assert status.interrupted == "0002_sizes #1 Add field size to Area"
        assert status.lines()[-1] == f"interrupted: {status.interrupted}"
    product.edit(path, "FAIL = True", "FAIL = False")
    seen.clear()
    assert await product.migrate(seen.append) == ["0002_sizes"]
    assert [step.done for step in seen] == [product.scratch.dialect == "mysql", False, False]
    assert [row["size"] for row in await product.rows("area")] == [111, 121]
    assert (await migrations.status(product.config)).interrupted is None
    assert await product.migrate() == []


async def test_a_statement_that_ran_is_not_run_again(product: Product):
    path = product.write(
        "two",
        """
class Migration(migrations.Migration):
    DEPENDENCIES
    operations = [ops.CreateModel("Visit", [
        ("id", fields.BigIntField(generated=True, primary_key=True)),
        ("seen", fields.ManyToManyField("models.Area", related_name="visits", through="area")),
    ])]
""",
    )
    with pytest.raises(MigrationFailed, match="1/1") as failure:
        await product.migrate()
    assert "CREATE TABLE" in failure.value.statement
    assert ("visit" in await schema(product.scratch)) == (product.scratch.dialect == "mysql")
    product.edit(path, 'through="area"', 'through="seen"')
    await product.migrate()
    assert {"visit", "seen"} <= (await schema(product.scratch)).keys()


async def test_a_file_changed_after_an_interruption_is_not_trusted(product: Product):
    path = product.write("sizes", THREE_STEPS)
    with pytest.raises(MigrationFailed):
        await product.migrate()
    product.edit(path, '"size"', '"weight"')
    if product.scratch.dialect == "mysql":
        with pytest.raises(MigrationError, match="文件被改过"):
            await product.migrate()


async def start(product: Product) -> Process:
    """Another process that migrates the same database."""
    code = (
        f"import asyncio, sys\nsys.path[:0] = [{str(product.scratch.folder)!r}]\n"
        "from backend.core import migrations\n"
        "def told(step):\n    print(step.number, step.operation, flush=True)\n"
        f"done = migrations.migrate({product.config!r}, progress=told, wait=120)\n"
        "print(asyncio.run(done))"
    )
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, cwd=ROOT, stdout=PIPE, stderr=PIPE
    )


SLOW = """
import asyncio
import os

async def slowly(apps, schema_editor):
    await asyncio.sleep(SECONDS)

SECONDS = 1

class Migration(migrations.Migration):
    DEPENDENCIES
    operations = [
        ops.RunPython(slowly),
        ops.AddField("Area", "size", fields.IntField(db_default=0)),
        ops.RunSQL("UPDATE area SET size = size + 1"),
    ]
"""


async def test_processes_that_migrate_at_once_apply_each_migration_once(scratch: Scratch):
    product = Product(scratch)
    await product.release(FIRST, "initial")
    product.write("fill", THREE_STEPS.replace("FAIL = True", "FAIL = False"))
    product.write(
        "seed",
        "class Migration(migrations.Migration):\n    DEPENDENCIES\n"
        "    operations = [ops.RunSQL(\"INSERT INTO area (name) VALUES ('一区')\")]\n",
    )
    processes = await asyncio.gather(*(start(product) for _ in range(3)))
    outcomes = await asyncio.gather(*(process.communicate() for process in processes))
    assert [process.returncode for process in processes] == [0, 0, 0], outcomes
    done = sorted(out.decode().split("\n")[-2] for out, _ in outcomes)
    assert done == ["['0001_initial', '0002_fill', '0003_seed']", "[]", "[]"]
    assert len(await product.rows("area")) == 1


async def test_a_killed_process_is_followed_when_its_lease_is_over(product: Product):
    path = product.write("slow", SLOW.replace("SECONDS = 1", "SECONDS = 60"))
    process = await start(product)
    assert process.stdout
    assert await process.stdout.readline() == b"1 Run slowly\n"
    process.kill()
    await process.wait()
    product.edit(path, "SECONDS = 60", "SECONDS = 0")
    with pytest.raises(MigrationLocked, match="另一个进程"):
        await migrations.migrate(product.config, wait=0)
    await product.run("UPDATE linli_migration_lock SET until = 1")
    assert await product.migrate() == ["0002_slow"]
    assert {row["size"] for row in await product.rows("area")} == {1}


async def test_a_process_that_lost_the_lock_stops(product: Product):
    product.write("slow", SLOW.replace("SECONDS = 1", "SECONDS = 0"))

    async def steal() -> None:
        client = connections.get("default")
        await migration_lock.run(client, "UPDATE linli_migration_lock SET holder = 'thief'")

    stolen: list[asyncio.Task[None]] = []

    def thief(step: Step) -> None:
        if step.number == 1:
            stolen.append(asyncio.ensure_future(steal()))

    with pytest.raises(MigrationLocked, match="过期"):
        await product.migrate(thief)
    assert "size" not in (await schema(product.scratch))["area"]["columns"]


async def test_the_lease_is_extended_while_one_statement_takes_long(
    product: Product, monkeypatch: pytest.MonkeyPatch
):
    """It runs out in the middle of the statement; from the next renewal on it holds again."""
    monkeypatch.setattr(migration_lock, "RENEW_SECONDS", 0.05)
    if product.scratch.dialect == "sqlite":
        pytest.skip("inside its transaction SQLite lets nobody else write anyhow")
    enough = product.scratch.folder / "enough"
    wait = f"while not os.path.exists({str(enough)!r}):\n        await asyncio.sleep(0.01)"
    product.write("slow", SLOW.replace("await asyncio.sleep(SECONDS)", wait))
    begun = asyncio.Event()
    slow = asyncio.ensure_future(product.migrate(lambda step: begun.set()))
    async with asyncio.timeout(60):
        await begun.wait()
        await product.run("UPDATE linli_migration_lock SET until = 1")
        out = "SELECT 1 FROM linli_migration_lock WHERE until = 1"
        while await product.run(out):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    with pytest.raises(MigrationLocked):
        await migrations.migrate(product.config, wait=0)
    enough.touch()
    assert await slow == ["0002_slow"]


async def test_a_database_of_a_newer_release_is_left_alone(product: Product):
    path = product.write("slow", SLOW.replace("SECONDS = 1", "SECONDS = 0"))
    await product.migrate()
    path.unlink()
    status = await migrations.status(product.config)
    assert (status.unknown, status.is_current) == (("0002_slow",), False)
    with pytest.raises(MigrationError, match=r"0002_slow"):
        await product.migrate()


async def test_migrations_in_two_branches_are_refused(product: Product):
    first = product.write("one", SLOW)
    other = product.write("two", SLOW)
    product.edit(other, first.stem, "0001_initial")
    with pytest.raises(MigrationError, match=r"0002_one、0003_two"):
        await product.migrate()


async def test_status_of_an_empty_database_changes_nothing(scratch: Scratch):
    product = Product(scratch)
    await product.release(FIRST, "initial")
    status = await migrations.status(product.config)
    assert (status.applied, status.pending) == ((), ("0001_initial",))
    assert await schema(scratch) == {}
    await product.migrate()
    assert (await migrations.status(product.config)).applied == ("0001_initial",)


async def test_rows_written_between_two_alterations_have_the_columns_of_their_time(scratch):
    product = Product(scratch)
    await product.release(FIRST, "initial")
    body = """
async def one(apps, schema_editor):
    await apps.get_model("models", "Area").create(name="NAME", EXTRA)

class Migration(migrations.Migration):
    DEPENDENCIES
    operations = [ops.RunPython(one), OPERATION]
"""
    add = 'ops.AddField("Area", "size", fields.IntField(db_default=0))'
    product.write("a", body.replace("EXTRA", "").replace("OPERATION", add))
    product.write("b", body.replace("EXTRA", "size=5").replace("OPERATION", ""))
    await product.migrate()
    assert [row["size"] for row in await product.rows("area")] == [0, 5]


async def test_migrating_leaves_an_open_application_alone(product: Product):
    await Tortoise.init(config=product.config)
    try:
        model = Tortoise.apps["models"]["Area"]
        product.write("slow", SLOW.replace("SECONDS = 1", "SECONDS = 0"))
        await product.migrate()
        assert await model.filter(name="一区").count() == 1
        await model.create(name="三区")
    finally:
        await connections.close_all()
    assert [row["size"] for row in await product.rows("area")] == [1, 1, 0]


async def test_a_database_in_memory_is_refused(scratch: Scratch):
    product = Product(scratch)
    await product.release(FIRST, "initial")
    product.config["connections"]["default"] = "sqlite://:memory:"
    with pytest.raises(MigrationError, match="内存"):
        await product.migrate()


async def test_all_that_depends_on_the_driver_also_on_aiomysql(scratch: Scratch):
    """Tortoise takes asyncmy where it is installed; hidden from it, it takes aiomysql."""
    if scratch.dialect == "sqlite" or sys.modules.get("asyncmy", "") is None:
        pytest.skip("only once, and only from the run that has asyncmy")
    code = (
        "import sys\nsys.modules['asyncmy'] = None\nimport pytest\n"
        "failed = pytest.main(['-x', '-k', 'mysql and (test_1 or test_2 or test_4 or test_5"
        " or test_6 or failed or statement or test_fields)', '-p', 'no:cacheprovider',"
        " 'tests/core/test_migrations.py', 'tests/core/test_fields.py',"
        " 'tests/core/test_migration_runs.py'])\n"
        "from tortoise.backends.mysql import client\n"
        "assert client.mysql.__name__ == 'aiomysql'\nsys.exit(failed)"
    )
    # As another worker, for its databases are not ours.
    environ = os.environ | {"PYTEST_XDIST_WORKER": "aiomysql"}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, cwd=ROOT, stdout=PIPE, stderr=PIPE, env=environ
    )
    out, _ = await process.communicate()
    assert process.returncode == 0, out.decode()[-3000:]
    assert out.decode().split()[0].count(".") > 12
