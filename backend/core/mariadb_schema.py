# ruff: noqa: ARG002, SLF001 - Tortoise has no public way to extend an editor
"""MariaDB's schema editor: collation said, foreign keys and checks really changed."""

from typing import Any

from tortoise import Model
from tortoise.fields import Field
from tortoise.fields.relational import ForeignKeyFieldInstance
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.migrations.schema_editor import MySQLSchemaEditor

from backend.core.fields import TEXT_CHARSET, TEXT_COLLATION
from backend.core.schema_editor import Constraint, GuardedEditor, column_name


class MariadbEditor(GuardedEditor, MySQLSchemaEditor):
    """MariaDB: every statement commits by itself, so each is reported when it is done."""

    def _table_generate_extra(self, table: str) -> str:
        return f" ENGINE=InnoDB CHARACTER SET {TEXT_CHARSET} COLLATE {TEXT_COLLATION}"

    async def _add_column(self, model: type[Model], field_name: str) -> None:
        await super()._add_column(model, field_name)
        await self._add_foreign_keys(model)

    async def _add_foreign_keys(self, model: type[Model]) -> None:
        """Tortoise notes the foreign keys for a CREATE TABLE that never comes."""
        clauses, self._foreign_keys = self._foreign_keys, []
        for clause in clauses:
            await self._run_sql(f"ALTER TABLE {self.quote(model._meta.db_table)} ADD {clause}")

    async def _drop_foreign_keys(self, table: str, column: str) -> None:
        rows = await self.client.execute_query_dict(
            "SELECT CONSTRAINT_NAME AS name FROM information_schema.KEY_COLUMN_USAGE "
            "WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = %s AND COLUMN_NAME = %s "
            "AND REFERENCED_TABLE_NAME IS NOT NULL",
            [table, column],
        )
        for row in rows:
            await self._run_sql(
                f"ALTER TABLE {self.quote(table)} DROP FOREIGN KEY {self.quote(row['name'])}"
            )

    async def remove_field(self, model: type[Model], field: Field[Any]) -> None:
        if isinstance(field, ForeignKeyFieldInstance):
            await self._drop_foreign_keys(model._meta.db_table, str(field.source_field))
        await super().remove_field(model, field)

    async def alter_field(
        self, old_model: type[Model], new_model: type[Model], field_name: str
    ) -> None:
        old, new = (model._meta.fields_map[field_name] for model in (old_model, new_model))
        if not isinstance(old, ForeignKeyFieldInstance):
            await super().alter_field(old_model, new_model, field_name)
            return
        changed = any(
            getattr(old, trait) != getattr(new, trait)
            for trait in ("on_delete", "model_name", "to_field", "null", "source_field")
        )
        if changed:
            await self._drop_foreign_keys(old_model._meta.db_table, str(old.source_field))
        await super().alter_field(old_model, new_model, field_name)
        if changed:
            self._get_fk_field_definition(new_model, str(new.source_field))
            await self._add_foreign_keys(new_model)

    async def _alter_field(
        self, model: type[Model], old_field: Field[Any], new_field: Field[Any]
    ) -> None:
        table, column = self.quote(model._meta.db_table), column_name(new_field)
        await self._fill_nulls(model, old_field, new_field)
        if column_name(old_field) != column:
            await self._run_sql(
                f"ALTER TABLE {table} RENAME COLUMN {self.quote(column_name(old_field))} "
                f"TO {self.quote(column)}"
            )
        if self._definition(model, old_field) != self._definition(model, new_field):
            await self._run_sql(self._build_modify_column_sql(model, new_field, table))
        if old_field.index != new_field.index:
            change = self.add_index if new_field.index else self.remove_index
            await change(model, Index(fields=(column,)))
        if old_field.unique != new_field.unique:
            unique = UniqueConstraint(fields=(column,))
            await (self.add_constraint if new_field.unique else self.remove_constraint)(
                model, unique
            )

    def _definition(self, model: type[Model], field: Field[Any]) -> tuple[str, bool, str]:
        default = self._default(model, field) if field.has_db_default() else ""
        return str(field.get_for_dialect(self.DIALECT, "SQL_TYPE")), field.null, default

    async def add_constraint(self, model: type[Model], constraint: Constraint) -> None:
        clause = self._constraint_clause(model, constraint)
        await self._run_sql(f"ALTER TABLE {self.quote(model._meta.db_table)} ADD {clause}")

    async def remove_constraint(self, model: type[Model], constraint: Constraint) -> None:
        if isinstance(constraint, CheckConstraint):
            table, name = self.quote(model._meta.db_table), self.quote(constraint.name)
            await self._run_sql(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        else:
            await super().remove_constraint(model, constraint)

    async def rename_constraint(
        self, model: type[Model], old_constraint: Constraint, new_constraint: Constraint
    ) -> None:
        await self.add_constraint(model, new_constraint)
        await self.remove_constraint(model, old_constraint)

    async def _plain_indexes(self, table: str) -> dict[str, list[str]]:
        return await self._indexes(table, unique=False)

    async def _get_unique_constraint_names_from_db(
        self, table_name: str, column_names: list[str], schema: str | None = None
    ) -> list[str]:
        unique = await self._indexes(table_name, unique=True)
        return [name for name, columns in unique.items() if columns == column_names]

    async def _indexes(self, table: str, *, unique: bool) -> dict[str, list[str]]:
        rows = await self.client.execute_query_dict(
            "SELECT INDEX_NAME AS name, COLUMN_NAME AS col FROM information_schema.STATISTICS "
            "WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = %s AND NON_UNIQUE = %s "
            "ORDER BY INDEX_NAME, SEQ_IN_INDEX",
            [table, int(not unique)],
        )
        found: dict[str, list[str]] = {}
        for row in rows:
            found.setdefault(row["name"], []).append(row["col"])
        return found
