# ruff: noqa: ARG002, SLF001 - Tortoise has no public way to extend an editor
"""SQLite's schema editor: builds the table anew for what SQLite cannot ALTER, losing nothing."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Any

from tortoise import Model
from tortoise.fields import Field
from tortoise.fields.relational import ManyToManyFieldInstance
from tortoise.indexes import Index
from tortoise.migrations.schema_editor import SqliteSchemaEditor

from backend.core.schema_editor import Constraint, GuardedEditor, column_name


class SqliteEditor(GuardedEditor, SqliteSchemaEditor):
    """SQLite: must run in a transaction, on a connection with foreign_keys=OFF.

    What SQLite cannot ALTER is done by building the table anew from the model as it is after
    the operation, so that nothing the model declares can get lost; indexes and triggers that
    no model declares (made by RunPython or RunSQL) are put back as they were.
    """

    def _statements(self, sql: str) -> list[str]:
        return list(_split(sql))

    def _escape_default_value(self, default: object) -> str:
        if isinstance(default, str):  # Tortoise escapes with backslashes, which SQLite keeps
            return "'" + default.replace("'", "''") + "'"
        return super()._escape_default_value(default)

    async def _add_column(self, model: type[Model], field_name: str) -> None:
        if hasattr(model._meta.fields_map[field_name].db_default, "get_sql"):
            await self._remake_table(model)  # ADD COLUMN takes constant defaults only
        else:
            await super()._add_column(model, field_name)

    async def add_index(self, model: type[Model], index: Index) -> None:
        if index.name or not await self._has_index(model, index):
            await super().add_index(model, index)

    async def _has_index(self, model: type[Model], index: Index) -> bool:
        """Whether building the table anew, for the same operation, has made it already."""
        columns = list(self._by_columns(model, index).field_names)
        return columns in (await self._plain_indexes(model._meta.db_table)).values()

    async def remove_field(self, model: type[Model], field: Field[Any]) -> None:
        if isinstance(field, ManyToManyFieldInstance):
            await super().remove_field(model, field)
        else:
            await self._remake_table(model)

    async def _alter_field(
        self, model: type[Model], old_field: Field[Any], new_field: Field[Any]
    ) -> None:
        await self._fill_nulls(model, old_field, new_field)
        await self._remake_table(model, alter_fields=[(old_field, new_field)])

    async def add_constraint(self, model: type[Model], constraint: Constraint) -> None:
        self._constraint_clause(model, constraint)
        await self._remake_table(model)

    async def remove_constraint(self, model: type[Model], constraint: Constraint) -> None:
        await self._remake_table(model)

    async def rename_constraint(
        self, model: type[Model], old_constraint: Constraint, new_constraint: Constraint
    ) -> None:
        await self._remake_table(model)

    async def _remake_table(
        self,
        model: type[Model],
        create_field: Field[Any] | None = None,
        delete_field: Field[Any] | None = None,
        alter_fields: Sequence[tuple[Field[Any], Field[Any]]] | None = None,
    ) -> None:
        old, new = self.before.get_model(str(model._meta.app), model.__name__), self._after(model)
        table = new._meta.db_table
        undeclared = await self._undeclared(old)
        sequence = await self._sequence(table)
        create, *indexes = _split(self._get_model_sql_data(new).table_sql)
        await self._run_sql(create.replace(f'"{table}"', f'"new__{table}"', 1))
        await self._copy_rows(
            table, new, {column_name(b): column_name(a) for a, b in alter_fields or ()}
        )
        await self._run_sql(f'DROP TABLE "{table}"')
        await self._run_sql(f'ALTER TABLE "new__{table}" RENAME TO "{table}"')
        for sql in (*sequence, *indexes, *undeclared):
            await self._run_sql(sql)

    async def _copy_rows(self, table: str, new: type[Model], renamed: dict[str, str]) -> None:
        """`renamed` maps new column names to old ones. A column new to the table is left out:
        it gets its default."""
        rows = await self.client.execute_query_dict(f'PRAGMA table_info("{table}")')
        existing = {row["name"] for row in rows}
        pairs = [
            (self.quote(column), self.quote(renamed.get(column, column)))
            for column in new._meta.fields_db_projection.values()
            if renamed.get(column, column) in existing
        ]
        into, values = (", ".join(side) for side in zip(*pairs, strict=True))
        await self._run_sql(
            f'INSERT INTO "new__{table}" ({into}) SELECT {values} FROM "{table}"'  # noqa: S608
        )

    async def _sequence(self, table: str) -> list[str]:
        """SQL that keeps AUTOINCREMENT from giving the ids of deleted rows a second time."""
        query = "SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'"
        if not await self.client.execute_query_dict(query):
            return []
        query = "SELECT seq FROM sqlite_sequence WHERE name = ?"
        rows = await self.client.execute_query_dict(query, [table])
        delete = f"DELETE FROM sqlite_sequence WHERE name = '{table}'"  # noqa: S608
        insert = "INSERT INTO sqlite_sequence (name, seq) VALUES "
        return [sql for row in rows for sql in (delete, f"{insert}('{table}', {row['seq']})")]

    async def _undeclared(self, model: type[Model]) -> list[str]:
        """The SQL of the indexes and triggers on this table that its model does not declare."""
        table = model._meta.db_table
        known = self._declared_indexes(model)
        query = (
            "SELECT type, name, sql FROM sqlite_master "
            "WHERE tbl_name = ? AND type IN ('index', 'trigger') AND sql IS NOT NULL"
        )
        columns = set(self._after(model)._meta.fields_db_projection.values())
        kept = []
        for row in await self.client.execute_query_dict(query, [table]):
            if row["type"] == "index":
                shape = await self._shape(table, row["name"])
                gone = {column for column, _ in shape[1] if column} - columns
                if shape in known or gone:
                    continue
            kept.append(row["sql"])
        return kept

    def _after(self, model: type[Model]) -> type[Model]:
        """This model as it is after the operation."""
        return self.after.get_model(str(model._meta.app), model.__name__)

    def _declared_indexes(self, model: type[Model]) -> set[Any]:
        with closing(sqlite3.connect(":memory:")) as scratch:
            scratch.row_factory = sqlite3.Row
            scratch.executescript(self._get_model_sql_data(model).table_sql)
            listed = scratch.execute(f'PRAGMA index_list("{model._meta.db_table}")').fetchall()
            return {
                _shape(row, scratch.execute(f'PRAGMA index_xinfo("{row["name"]}")').fetchall())
                for row in listed
            }

    async def _shape(self, table: str, name: str) -> Any:
        listed = await self.client.execute_query_dict(f'PRAGMA index_list("{table}")')
        columns = await self.client.execute_query_dict(f'PRAGMA index_xinfo("{name}")')
        return _shape(next(row for row in listed if row["name"] == name), columns)

    async def _plain_indexes(self, table: str) -> dict[str, list[str]]:
        found = {}
        for row in await self.client.execute_query_dict(f'PRAGMA index_list("{table}")'):
            if not row["unique"] and not row["partial"]:
                query = f'PRAGMA index_info("{row["name"]}")'
                columns = await self.client.execute_query_dict(query)
                found[row["name"]] = [column["name"] for column in columns]
        return found


def _split(sql: str) -> Iterator[str]:
    """Split a script at the semicolons that end statements, not at those in texts."""
    statement = ""
    for part in sql.split(";"):
        statement += part + ";"
        if sqlite3.complete_statement(statement):
            if statement.strip(" \n;"):
                yield statement.strip().rstrip(";")
            statement = ""
    if statement.strip(" \n;"):
        yield statement.strip().rstrip(";")


def _shape(listed: Any, columns: Sequence[Any]) -> tuple[Any, ...]:
    """What an SQLite index is, apart from its name."""
    keys = tuple((row["name"], row["desc"]) for row in columns if row["key"])
    return bool(listed["unique"]), keys, bool(listed["partial"])
