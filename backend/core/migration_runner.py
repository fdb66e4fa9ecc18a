# ruff: noqa: SLF001 - Tortoise's executor offers its plan and its states only privately
"""Applies pending migrations: whole on SQLite, statement by statement on MariaDB."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from tortoise import BaseDBAsyncClient
from tortoise.backends.base.executor import EXECUTOR_CACHE
from tortoise.migrations.executor import MigrationExecutor
from tortoise.migrations.graph import MigrationKey
from tortoise.migrations.migration import Migration
from tortoise.migrations.operations import (
    CreateModel,
    Operation,
    RenameField,
    RunPython,
    RunSQL,
)
from tortoise.migrations.recorder import MigrationRecorder
from tortoise.migrations.schema_generator.state import ModelState, State
from tortoise.transactions import in_transaction

from backend.core import migration_lock
from backend.core.mariadb_schema import MariadbEditor
from backend.core.migration_lock import Journal, MigrationLock
from backend.core.model_changes import fork, removals
from backend.core.schema_editor import MigrationError
from backend.core.sqlite_schema import SqliteEditor

Editor = SqliteEditor | MariadbEditor


@dataclass(frozen=True)
class Step:
    """Operation `number` (from 1) of `total` begins; `done`: an earlier run has done it."""

    migration: str
    number: int
    total: int
    operation: str
    done: bool = False


Progress = Callable[[Step], object]


class MigrationFailed(MigrationError):
    """A migration stopped; the attributes and the text say exactly where."""

    def __init__(self, step: Step, statement: str, cause: Exception, *, undone: bool) -> None:
        self.step, self.statement, self.undone = step, statement, undone
        rest = (
            "整个迁移已回滚,数据库未变。"
            if undone
            else "之前的步骤已生效;改正后再次运行,会从停下的语句继续。"
        )
        super().__init__(
            f"迁移 {step.migration} 停在第 {step.number}/{step.total} 步({step.operation}):"
            f"{cause}\n语句:{statement or '(无)'}\n{rest}"
        )


class Runner:
    """Applies the pending migrations of one database whose lock is held."""

    def __init__(
        self,
        client: BaseDBAsyncClient,
        apps: dict[str, dict[str, Any]],
        lock: MigrationLock,
        progress: Progress,
    ) -> None:
        self.client, self.lock, self.progress = client, lock, progress
        self.executor = MigrationExecutor(client, apps)

    async def run(self) -> list[str]:
        """Apply what is pending, in order; give the names."""
        tables = await migration_lock.tables(self.client)
        if "linli_migration_step" not in tables:
            await migration_lock.run(self.client, migration_lock.STEP_TABLE)
        if "tortoise_migrations" not in tables:
            await self.executor.recorder.ensure_schema(editor_for(self.client))
        await self.executor.loader.build_graph()
        applied = set(await applied_keys(self.client))
        self._refuse_strangers(applied)
        pending = [key for key in self.executor._full_plan() if key not in applied]
        if not pending:
            return []  # what the models were, step by step, takes seconds to say
        state = await self.executor._project_state(applied)
        for key in pending:
            EXECUTOR_CACHE.clear()  # Tortoise keeps INSERTs by table name, with yesterday's columns
            apply = self._apply_whole if is_sqlite(self.client) else self._apply_stepwise
            await apply(self._migration(key), state)
        EXECUTOR_CACHE.clear()
        return [key.name for key in pending]

    def _migration(self, key: MigrationKey) -> Migration:
        migration = self.executor.loader.graph.nodes[key]
        if not isinstance(migration, Migration):
            raise MigrationError(f"找不到迁移文件 {key.name}。")
        return migration

    def _refuse_strangers(self, applied: set[MigrationKey]) -> None:
        graph = self.executor.loader.graph
        if unknown := sorted(key.name for key in applied - graph.nodes.keys()):
            raise MigrationError(f"数据库来自更新的版本,本版本不认识:{'、'.join(unknown)}。")
        if forked := fork(graph):
            raise MigrationError(forked)

    async def _apply_whole(self, migration: Migration, state: State) -> None:
        """Apply a migration in one transaction: SQLite."""
        # While it is on, building a table anew deletes the rows that refer to its rows; inside a
        # transaction it cannot be switched. The connection is the runner's own.
        await self.client.execute_query("PRAGMA foreign_keys=OFF")
        async with in_transaction(self.client.connection_name) as client:
            await self.lock.renew(client)
            broken = await _broken_references(client)
            editor = editor_for(client)
            for step, operation in _steps(migration):
                before = _advance(migration, operation, state, editor)
                self.progress(step)
                try:
                    await operation.database_forward(migration.app_label, before, state, editor)
                except Exception as error:
                    raise MigrationFailed(step, editor.running, error, undone=True) from error
            if lost := await _broken_references(client) - broken:
                raise MigrationError(f"迁移 {migration.name} 会留下悬空的外键,已回滚:{lost}")
            await self.lock.renew(client)
            await MigrationRecorder(client).record_applied(migration.app_label, migration.name)

    async def _apply_stepwise(self, migration: Migration, state: State) -> None:
        """Apply a migration statement by statement, noting each: MariaDB."""
        journal = Journal(self.client, migration.name)
        for step, operation in _steps(migration):
            editor = editor_for(self.client)
            before = _advance(migration, operation, state, editor)
            finished = await journal.finished(step.number, step.operation)
            if journal.ALL in finished:
                self.progress(replace(step, done=True))
                continue
            await self.lock.renew()
            self.progress(step)
            editor.finished = frozenset(finished)
            forward = partial(operation.database_forward, migration.app_label, before, state)
            note = partial(journal.note, step.number, step.operation)
            try:
                await self._operate(operation, forward, editor, note)
            except Exception as error:
                raise MigrationFailed(step, editor.running, error, undone=False) from error
        async with in_transaction(self.client.connection_name) as client:
            await MigrationRecorder(client).record_applied(migration.app_label, migration.name)
            await journal.forget(client)

    async def _operate(
        self,
        operation: Operation,
        forward: Callable[[Editor], Awaitable[None]],
        editor: Editor,
        note: Callable[[BaseDBAsyncClient, str], Awaitable[None]],
    ) -> None:
        """Run one operation. What changes rows is one transaction with the note that it ran."""
        if not isinstance(operation, RunPython | RunSQL):
            editor.on_finished = partial(note, self.client)
            await forward(editor)
            await note(self.client, Journal.ALL)
            return
        async with in_transaction(self.client.connection_name) as client:
            editor.client = client
            editor.on_finished = partial(note, client)
            await forward(editor)
            await note(client, Journal.ALL)


def is_sqlite(client: BaseDBAsyncClient) -> bool:
    return client.capabilities.dialect == "sqlite"


def editor_for(client: BaseDBAsyncClient) -> Editor:
    """The guarded schema editor of this connection's dialect."""
    return SqliteEditor(client) if is_sqlite(client) else MariadbEditor(client)


async def applied_keys(client: BaseDBAsyncClient) -> list[MigrationKey]:
    """What is recorded as applied. Where Tortoise would say "nothing", a failure raises here."""
    if "tortoise_migrations" not in await migration_lock.tables(client):
        return []
    rows = await migration_lock.run(client, "SELECT app, name FROM tortoise_migrations")
    return [MigrationKey(app_label=row["app"], name=row["name"]) for row in rows]


def _steps(migration: Migration) -> Iterator[tuple[Step, Operation]]:
    total = len(migration.operations)
    for number, operation in enumerate(migration.operations, start=1):
        yield Step(migration.name, number, total, describe(operation)), operation


def describe(operation: Operation) -> str:
    """One line, in Tortoise's words, with the name of the function or the start of the SQL."""
    if isinstance(operation, RunPython):
        return f"Run {operation.code.__name__}"
    if isinstance(operation, RunSQL):
        return f"Run {str(operation.sql)[:150]}"
    return operation.describe()


def _advance(migration: Migration, operation: Operation, state: State, editor: Editor) -> State:
    """Move `state` on by one operation, show both ends to the editor, give the earlier one."""
    # Copying renders every model again; a table that is new has no earlier state to ask for.
    before = state if isinstance(operation, CreateModel) else state.clone()
    if isinstance(operation, RenameField):
        _refuse_stale_names(state.models[(migration.app_label, operation.model_name)], operation)
    operation.state_forward(migration.app_label, state)
    editor.before, editor.after = before.apps, state.apps
    return before


def _refuse_stale_names(model: ModelState, rename: RenameField) -> None:
    if removals(model, rename.old_name):
        raise MigrationError(
            f"{rename.model_name}.{rename.old_name} 改名前要先去掉用到它的索引和约束,"
            "改名后再加;linli migrations make 会这样写。"
        )


async def _broken_references(client: BaseDBAsyncClient) -> set[tuple[Any, ...]]:
    rows = await client.execute_query_dict("PRAGMA foreign_key_check")
    return {tuple(row.values()) for row in rows}
