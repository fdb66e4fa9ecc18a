"""Brings a database to the newest schema: Tortoise's migrations behind a guarded runner.

Forward only. One process at a time (a lock row with a lease). On SQLite each migration is one
transaction, and foreign keys are checked before it commits. MariaDB commits every statement by
itself, so each finished one is noted: an interrupted migration says where it stopped and goes
on from there. The files are in the package that Tortoise's configuration names `migrations`;
one file serves both dialects. What only SQL can say (a DESC index) is a RunPython that asks
`schema_editor.DIALECT`, or a RunSQL that both understand.
"""

import asyncio
import importlib
import re
import sys
import warnings
from collections.abc import AsyncIterator, Collection, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tortoise import BaseDBAsyncClient, Model
from tortoise.context import TortoiseContext
from tortoise.fields.relational import ForeignKeyFieldInstance, ManyToManyFieldInstance
from tortoise.migrations.executor import MigrationExecutor
from tortoise.transactions import in_transaction

from backend.core import migration_lock
from backend.core.migration_runner import (
    Progress,
    Runner,
    applied_keys,
    describe,
    editor_for,
)
from backend.core.model_changes import ModelChanges
from backend.core.schema_editor import MigrationError

Config = dict[str, Any]


@dataclass(frozen=True)
class Status:
    """Names of migrations. `unknown`: applied, but not in this release."""

    applied: tuple[str, ...]
    pending: tuple[str, ...]
    unknown: tuple[str, ...]
    interrupted: str | None

    @property
    def is_current(self) -> bool:
        return not (self.pending or self.unknown or self.interrupted)

    def lines(self) -> list[str]:
        """For an administrator's eyes."""
        named = {"applied": self.applied, "pending": self.pending, "unknown": self.unknown}
        said = [f"{state}: {', '.join(names)}" for state, names in named.items() if names]
        return said + ([f"interrupted: {self.interrupted}"] if self.interrupted else [])


async def migrate(
    config: Config, *, progress: Progress | None = None, wait: float = 600
) -> list[str]:
    """Apply every migration that is not applied yet; give their names.

    Args:
        config: Tortoise's configuration; one app of it names its `migrations` package.
        progress: told of each operation before it runs.
        wait: seconds to wait for another process that is migrating.

    Raises:
        MigrationLocked: another process held the lock for longer than `wait`.
        MigrationFailed: an operation failed; says which, and whether anything is left of it.
        MigrationError: the database belongs to a newer release, or the files have two heads.
    """
    async with _opened(config) as (client, apps), migration_lock.held(client, wait) as lock:
        return await Runner(client, apps, lock, progress or (lambda _: None)).run()


async def status(config: Config) -> Status:
    """What is applied, pending, unknown to this release or interrupted. Changes nothing."""
    async with _opened(config) as (client, apps):
        executor = MigrationExecutor(client, apps)
        await executor.loader.build_graph()
        known = [key.name for key in executor._full_plan()]  # noqa: SLF001 - no public way
        applied = {key.name for key in await applied_keys(client)}
        steps = await migration_lock.last_steps(client)
        return Status(
            applied=tuple(name for name in known if name in applied),
            pending=tuple(name for name in known if name not in applied),
            unknown=tuple(sorted(applied - set(known))),
            interrupted="{migration} #{number} {operation}".format(**steps[0]) if steps else None,
        )


async def check(config: Config) -> list[str]:
    """What the models say and no migration does yet, one line each; empty when in step.

    Files that two people began at the same place are said alone: what they lack together is of no
    use before they are one line. Opens no connection.
    """
    async with _loaded(config) as changes:
        if forked := await changes.fork():
            return [forked]
        return [describe(operation) for operation in await changes.operations()]


async def make(
    config: Config,
    name: str,
    *,
    renames: Mapping[str, str] | None = None,
    drops: Collection[str] = (),
) -> Path | None:
    """Write the migration `NNNN_name.py` that brings the files in step with the models.

    The same models give the same file, formatted by ruff. Nothing to do gives None.

    Args:
        config: Tortoise's configuration; no connection is opened.
        name: small letters, digits and underscores.
        renames: what is only called differently now: "Order.remark" → "note", "Order" → "Demand".
        drops: what is really gone, though something new looks just like it: "Order.remark".

    Raises:
        MigrationError: a rename would have to be guessed, a new column could not be filled, or
            a column changed its type.
    """
    if not re.fullmatch(r"[a-z0-9_]{1,60}", name):
        raise MigrationError(f"迁移名只能用小写字母、数字和下划线:{name!r}")
    async with _loaded(config) as changes:
        operations = await changes.operations(renames or {}, drops)
        if not operations:
            return None
        writer = changes.writer(name, operations)
        path = writer.path()
        path.write_text(await _formatted(writer.as_string(), path), encoding="utf-8")
        importlib.invalidate_caches()
        return path


async def create_schema(client: BaseDBAsyncClient, models: Iterable[type[Model]]) -> None:
    """Create the tables of these models at once, just as migrations would; for tests.

    `client` is an open connection to an empty database. What RunPython makes is not there.
    """
    editor = editor_for(client)
    waiting = list(models)
    async with in_transaction(client.connection_name) as editor.client:
        while waiting:
            ready = [model for model in waiting if not _needed_by(model) & set(waiting)]
            if not ready:
                raise MigrationError(f"表互相引用:{[model.__name__ for model in waiting]}")
            for model in ready:
                await editor.create_model(model)
            waiting = [model for model in waiting if model not in ready]


def _needed_by(model: type[Model]) -> set[type[Model]]:
    """The other models whose tables must be there before this one's."""
    relations = (
        field
        for field in model._meta.fields_map.values()  # noqa: SLF001 - Tortoise's only way
        if isinstance(field, ForeignKeyFieldInstance)
        or (isinstance(field, ManyToManyFieldInstance) and not field._generated)  # noqa: SLF001
    )
    return {field.related_model for field in relations} - {model}


@asynccontextmanager
async def _opened(config: Config) -> AsyncIterator[tuple[BaseDBAsyncClient, dict[str, Config]]]:
    """A connection of one's own, and the apps; the models are not loaded."""
    name = _app(config)[1].get("default_connection", "default")
    if ":memory:" in str(config["connections"][name]):
        raise MigrationError("内存数据库只在自己的连接里存在,不能迁移;请用 create_schema。")
    # Tortoise wants a module to look for models in: one without any, so that none is set up twice.
    bare = {label: app | {"models": [__package__]} for label, app in config["apps"].items()}
    async with TortoiseContext() as context:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=".*has no models")
            await context.init(config=config | {"apps": bare})
        yield context.connections.get(name), bare


@asynccontextmanager
async def _loaded(config: Config) -> AsyncIterator[ModelChanges]:
    """The models as they are now, without a connection."""
    async with TortoiseContext() as context:
        await context.init(config=config, init_connections=False)
        assert context.apps is not None
        yield ModelChanges(context.apps, config["apps"], _app(config)[0])


def _app(config: Config) -> tuple[str, Config]:
    """The one app that has migrations."""
    apps = [(label, app) for label, app in config["apps"].items() if app.get("migrations")]
    if len(apps) != 1:
        raise MigrationError("配置里要有且只有一个带 migrations 的 app。")
    return apps[0]


async def _formatted(source: str, path: Path) -> str:
    for arguments in (["check", "--select", "I", "--fix", "--quiet"], ["format", "--quiet"]):
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "ruff", *arguments, "--stdin-filename", str(path), "-"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        output, errors = await process.communicate(source.encode())
        if process.returncode:
            raise MigrationError(f"写迁移需要开发环境里的 ruff:{errors.decode()}")
        source = output.decode()
    return source
