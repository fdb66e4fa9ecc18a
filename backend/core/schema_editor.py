# ruff: noqa: SLF001 - Tortoise has no public way to extend an editor
"""What both dialects' schema editors share: Tortoise 1.1.9's, with what they forget put right.

Written against 1.1.9 exactly: the overridden methods are private there. `tests/core` compares,
on both databases, a schema that was migrated with one that was created at once.
"""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from copy import copy
from typing import Any

from tortoise import Model
from tortoise.apps import Apps
from tortoise.fields import Field
from tortoise.fields.relational import ForeignKeyFieldInstance, ManyToManyFieldInstance
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.migrations.schema_editor.base import BaseSchemaEditor
from tortoise.migrations.schema_editor.data import ModelSqlData

Constraint = UniqueConstraint | CheckConstraint


class MigrationError(Exception):
    """Why the database was not migrated, in words for the operator."""


class SchemaRefused(MigrationError):
    """The migration asks for something that cannot be done to a table with rows in it."""


class GuardedEditor(BaseSchemaEditor, ABC):
    """What both dialects share. The runner sets `before` and `after` for each operation."""

    before: Apps
    after: Apps
    running = ""  # the statement under way, for the error report
    finished: frozenset[str] = frozenset()  # statements an interrupted run has done already
    on_finished: Callable[[str], Awaitable[None]] | None = None
    _constrained: type[Model]

    async def _run_sql(self, sql: str) -> None:
        for statement in self._statements(sql):
            if statement in self.finished:
                continue
            self.running = statement
            await self.client.execute_query(statement)
            if self.on_finished:
                await self.on_finished(statement)

    def _statements(self, sql: str) -> list[str]:
        return [sql.strip().rstrip(";")]

    async def create_model(self, model: type[Model]) -> None:
        data = self._get_model_sql_data(model)
        for sql in (data.table_sql, *data.m2m_tables_sql):
            await self._run_sql(sql)

    def _get_model_sql_data(self, model: type[Model]) -> ModelSqlData:
        self._constrained = model
        return super()._get_model_sql_data(model)

    def _get_inner_statements(self) -> list[str]:
        """Tortoise leaves Meta.constraints out of CREATE TABLE without a word."""
        declared = getattr(self._constrained._meta, "constraints", None) or ()
        clauses = [self._constraint_clause(self._constrained, one) for one in declared]
        return [*super()._get_inner_statements(), *clauses]

    def _constraint_clause(self, model: type[Model], constraint: Constraint) -> str:
        if isinstance(constraint, CheckConstraint):
            return self.CHECK_CONSTRAINT_CREATE_TEMPLATE.format(
                name=constraint.name, check=constraint.check
            )
        if constraint.condition:
            raise SchemaRefused(f"{model.__name__}: MariaDB 没有带条件的唯一约束。")
        columns = self._resolve_fields_to_columns(model, constraint.fields)
        name = constraint.name or self._get_unique_constraint_name(model, columns)
        return self.UNIQUE_CONSTRAINT_CREATE_TEMPLATE.format(
            index_name=name, fields=", ".join(self.quote(column) for column in columns)
        )

    async def add_field(self, model: type[Model], field_name: str) -> None:
        field = model._meta.fields_map[field_name]
        if isinstance(field, ManyToManyFieldInstance):
            await super().add_field(model, field_name)
            return
        refuse_unfillable(model.__name__, field_name, field)
        await self._add_column(model, field_name)
        column = column_of(model, field_name)
        if column.index and not column.unique:
            await self.add_index(model, Index(fields=(column_name(column),)))

    async def _add_column(self, model: type[Model], field_name: str) -> None:
        await super().add_field(model, field_name)

    async def alter_field(
        self, old_model: type[Model], new_model: type[Model], field_name: str
    ) -> None:
        """Tortoise takes any change of a foreign key for a change of type."""
        if isinstance(new_model._meta.fields_map[field_name], ForeignKeyFieldInstance):
            old, new = (column_of(model, field_name) for model in (old_model, new_model))
            await self._alter_field(new_model, old, new)
        else:
            await super().alter_field(old_model, new_model, field_name)

    async def add_index(self, model: type[Model], index: Index) -> None:
        await super().add_index(model, self._by_columns(model, index))

    async def remove_index(self, model: type[Model], index: Index) -> None:
        """An index keeps its generated name when a field or table is renamed: ask for it."""
        index = self._by_columns(model, index)
        existing = await self._plain_indexes(model._meta.db_table)
        name = self._index_name_for_model(model, index)
        if name not in existing:
            columns = list(index.field_names)
            name = next((other for other, of in existing.items() if of == columns), name)
        await super().remove_index(model, Index(fields=tuple(index.field_names), name=name))

    def _by_columns(self, model: type[Model], index: Index) -> Index:
        index = copy(index)
        index.fields = self._resolve_fields_to_columns(model, list(index.fields))
        return index

    @abstractmethod
    async def _plain_indexes(self, table: str) -> dict[str, list[str]]:
        """Name → columns of the indexes of this table that are not unique."""

    async def _fill_nulls(self, model: type[Model], old: Field[Any], new: Field[Any]) -> None:
        """Before a column becomes NOT NULL: put its database default where nothing stands."""
        if not old.null or new.null:
            return
        table, column = self.quote(model._meta.db_table), self.quote(column_name(old))
        if new.has_db_default():
            await self._run_sql(
                f"UPDATE {table} SET {column} = {self._default(model, new)} "  # noqa: S608
                f"WHERE {column} IS NULL"
            )
        query = f"SELECT COUNT(*) AS number FROM {table} WHERE {column} IS NULL"  # noqa: S608
        left = (await self.client.execute_query_dict(query))[0]["number"]
        if left:
            raise SchemaRefused(
                f"{model.__name__}.{column_name(old)} 不能改为必填:还有 {left} 行为空。"
                "请给字段加 db_default,或先用 RunPython 补齐。"
            )

    def _default(self, model: type[Model], field: Field[Any]) -> str:
        if hasattr(field.db_default, "get_sql"):
            return str(field.db_default.get_sql(dialect=self.DIALECT))
        return self._escape_default_value(field.to_db_value(field.db_default, model))


def refuse_unfillable(model_name: str, field_name: str, field: Field[Any]) -> None:
    """Raise when rows that exist already would have no value for this new column."""
    if field.null or field.pk or field.generated or field.has_db_default():
        return
    raise SchemaRefused(
        f"新字段 {model_name}.{field_name} 不允许为空,已有的行却没有值可填。"
        "Python 的 default 不进数据库:请加 db_default,或设 null=True。"
    )


def column_of(model: type[Model], field_name: str) -> Field[Any]:
    """The field that is the column: itself, or for a foreign key its `…_id`."""
    field = model._meta.fields_map[field_name]
    if isinstance(field, ForeignKeyFieldInstance):
        return model._meta.fields_map[field.source_field or field_name]
    return field


def column_name(column: Field[Any]) -> str:
    return column.source_field or column.model_field_name
