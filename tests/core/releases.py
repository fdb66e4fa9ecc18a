"""Small releases of a product, made in tests: models as text, migrations in a folder."""

import importlib
import re
import sys
import uuid
from pathlib import Path
from typing import Any

from tortoise import Model
from tortoise.context import TortoiseContext

from backend.core import migrations
from backend.core.migration_runner import Progress

from .conftest import Scratch

HEADER = """
from enum import StrEnum
from tortoise import Model, fields
from tortoise.fields import *
from tortoise.fields.db_defaults import Now
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from backend.core.fields import CodeField, UtcDatetimeField
"""


class Product:
    """Its releases follow each other; `scratch` is the one database they are installed on."""

    def __init__(self, scratch: Scratch) -> None:
        self.scratch = scratch
        self.package = f"files_{uuid.uuid4().hex[:8]}"
        self.folder = scratch.folder / self.package
        self.folder.mkdir()
        (self.folder / "__init__.py").touch()
        sys.path.insert(0, str(scratch.folder))
        self.config: dict[str, Any] = scratch.config(migrations=self.package)

    def models(self, text: str) -> None:
        """From now on the models are these."""
        name = f"models_{uuid.uuid4().hex[:8]}"
        (self.scratch.folder / f"{name}.py").write_text(HEADER + text, encoding="utf-8")
        importlib.invalidate_caches()
        self.config = self.scratch.config(name, migrations=self.package)

    async def release(self, text: str, name: str = "change", **how: Any) -> Path:
        """New models and the migration to them."""
        self.models(text)
        path = await migrations.make(self.config, name, **how)
        assert path is not None
        return path

    def write(self, name: str, body: str) -> Path:
        """A migration written by hand: `body` follows the imports."""
        before = sorted(self.folder.glob("0*.py"))
        dependencies = [("models", before[-1].stem)] if before else []
        path = self.folder / f"{len(before) + 1:04d}_{name}.py"
        head = (
            "from tortoise import fields, migrations\n"
            "from tortoise.migrations import operations as ops\n"
            "from backend.core.fields import CodeField, UtcDatetimeField\n"
        )
        text = body.replace("DEPENDENCIES", f"dependencies = {dependencies!r}")
        path.write_text(head + text, encoding="utf-8")
        importlib.invalidate_caches()
        return path

    def edit(self, path: Path, old: str, new: str) -> None:
        """Correct a migration file, as its author would, and forget the imported one."""
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
        sys.modules.pop(f"{self.package}.{path.stem}", None)
        for cached in self.folder.glob(f"__pycache__/{path.stem}.*"):
            cached.unlink()
        importlib.invalidate_caches()

    async def migrate(self, progress: Progress | None = None) -> list[str]:
        return await migrations.migrate(self.config, progress=progress, wait=5)

    async def run(self, *statements: str) -> list[dict[str, Any]]:
        """Execute SQL on the database; the rows of the last statement."""
        rows: list[dict[str, Any]] = []
        async with TortoiseContext() as context:
            await context.init(config=self.scratch.config())
            for statement in statements:
                rows = await context.connections.get("default").execute_query_dict(statement)
        return rows

    async def rows(self, table: str) -> list[dict[str, Any]]:
        return await self.run(f"SELECT * FROM {table} ORDER BY id")

    async def create_schema(self, scratch: Scratch) -> None:
        """The tables of the present models on another, empty database, without migrations."""
        async with TortoiseContext() as context:
            config = scratch.config(*self.config["apps"]["models"]["models"])
            await context.init(config=config)
            assert context.apps is not None
            models: list[type[Model]] = list(context.apps.get_models_iterable())
            await migrations.create_schema(context.connections.get("default"), models)


async def schema(scratch: Scratch) -> dict[str, dict[str, Any]]:
    """What the database says about its tables, without generated names."""
    async with TortoiseContext() as context:
        await context.init(config=scratch.config())
        client = context.connections.get("default")
        describe = _sqlite_tables if scratch.dialect == "sqlite" else _mysql_tables
        tables = await describe(client)
    own = ("tortoise_migrations", "linli_migration_lock", "linli_migration_step", "sqlite_sequence")
    return {name: table for name, table in tables.items() if name not in own}


async def _sqlite_tables(client: Any) -> dict[str, dict[str, Any]]:
    tables = {}
    query = "SELECT name, sql FROM sqlite_master WHERE type = 'table'"
    for table, sql in [tuple(row.values()) for row in await client.execute_query_dict(query)]:
        columns = await client.execute_query_dict(f'PRAGMA table_info("{table}")')
        keys = await client.execute_query_dict(f'PRAGMA foreign_key_list("{table}")')
        tables[table] = {
            "columns": {row.pop("name"): row for row in columns if row.pop("cid") is not None},
            "indexes": await _sqlite_indexes(client, table),
            "keys": sorted((k["from"], k["table"], k["to"], k["on_delete"]) for k in keys),
            "checks": sorted(re.findall(r'CONSTRAINT "(\w+)" CHECK \((.*?)\)(?:,|\s*\))', sql)),
            "increment": "AUTOINCREMENT" in sql,
        }
    return tables


async def _sqlite_indexes(client: Any, table: str) -> list[Any]:
    found = []
    for index in await client.execute_query_dict(f'PRAGMA index_list("{table}")'):
        columns = await client.execute_query_dict(f'PRAGMA index_xinfo("{index["name"]}")')
        keys = [(row["name"], row["desc"]) for row in columns if row["key"]]
        found.append((bool(index["unique"]), keys))
    return sorted(found)


async def _mysql_tables(client: Any) -> dict[str, dict[str, Any]]:
    async def by_table(columns: str, source: str) -> dict[str, list[dict[str, Any]]]:
        found: dict[str, list[dict[str, Any]]] = {}
        query = f"SELECT {columns} FROM information_schema.{source}"
        for row in await client.execute_query_dict(query):
            found.setdefault(row.pop("t"), []).append(row)
        return found

    here = "WHERE {}TABLE_SCHEMA = DATABASE()"
    tables = await by_table("TABLE_NAME t, TABLE_COLLATION c", f"TABLES {here.format('')}")
    columns = await by_table(
        "TABLE_NAME t, COLUMN_NAME name, COLUMN_TYPE type, IS_NULLABLE nullable, EXTRA extra, "
        "COLUMN_DEFAULT fallback, COLLATION_NAME collation",
        f"COLUMNS {here.format('')}",
    )
    indexes = await by_table(
        "TABLE_NAME t, NON_UNIQUE other, "
        "GROUP_CONCAT(COLUMN_NAME, ' ', COLLATION ORDER BY SEQ_IN_INDEX) columns",
        f"STATISTICS {here.format('')} GROUP BY TABLE_NAME, INDEX_NAME, NON_UNIQUE",
    )
    keys = await by_table(
        "k.TABLE_NAME t, k.COLUMN_NAME c, k.REFERENCED_TABLE_NAME other, "
        "k.REFERENCED_COLUMN_NAME oc, r.DELETE_RULE rule",
        "KEY_COLUMN_USAGE k JOIN information_schema.REFERENTIAL_CONSTRAINTS r "
        "USING (CONSTRAINT_SCHEMA, CONSTRAINT_NAME) WHERE k.TABLE_SCHEMA = DATABASE() "
        "AND r.TABLE_NAME = k.TABLE_NAME",
    )
    checks = await by_table(
        "TABLE_NAME t, CONSTRAINT_NAME name, CHECK_CLAUSE clause",
        "CHECK_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE()",
    )
    return {
        table: {
            "collation": rows[0]["c"],
            "columns": {row.pop("name"): row for row in columns[table]},
            "indexes": sorted(tuple(row.values()) for row in indexes.get(table, [])),
            "keys": sorted(tuple(row.values()) for row in keys.get(table, [])),
            "checks": sorted(tuple(row.values()) for row in checks.get(table, [])),
        }
        for table, rows in tables.items()
    }
