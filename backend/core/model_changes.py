# ruff: noqa: SLF001 - Tortoise's autodetector is extended from inside
"""What must change in the schema: the models as they are against the migrations so far.

Migrations keep columns, not Python: no enum classes, no Python defaults, no descriptions. So a
file never imports a room, and old files go on working when rooms change.
"""

import re
from collections.abc import Collection, Mapping
from copy import copy
from enum import Enum
from typing import Any

from tortoise import Model
from tortoise.apps import Apps
from tortoise.fields import CharField, Field, JSONField, SmallIntField
from tortoise.fields.data import CharEnumFieldInstance, IntEnumFieldInstance
from tortoise.fields.relational import ManyToManyFieldInstance, RelationalField
from tortoise.indexes import Index
from tortoise.migrations.autodetector import MigrationAutodetector
from tortoise.migrations.constraints import CheckConstraint
from tortoise.migrations.graph import MigrationGraph
from tortoise.migrations.operations import (
    AddField,
    AlterField,
    CreateModel,
    RemoveConstraint,
    RemoveField,
    RemoveIndex,
    RenameField,
    RenameModel,
    TortoiseOperation,
)
from tortoise.migrations.schema_generator.operation_generator import ModelKey, OperationGenerator
from tortoise.migrations.schema_generator.state import ModelState, State
from tortoise.migrations.writer import MigrationWriter

from backend.core.schema_editor import MigrationError, refuse_unfillable


class ModelChanges:
    """Compares one app's models with its migrations."""

    def __init__(self, apps: Apps, config: dict[str, dict[str, Any]], label: str) -> None:
        self.label = label
        self.module = str(config[label]["migrations"])
        self.detector = _Detector(apps, config)

    async def operations(
        self, renames: Mapping[str, str] | None = None, drops: Collection[str] = ()
    ) -> list[TortoiseOperation]:
        """The operations still to be written, `renames` first (see migrations.make)."""
        await self.detector.loader.build_graph()
        old, new = await self.detector._project_state(), self.detector._current_state()
        renaming: list[TortoiseOperation] = []
        for name, to in (renames or {}).items():
            for operation in _rename(old, self.label, name, to):
                operation.state_forward(self.label, old)
                renaming.append(operation)
        found = _Generator(old, new, drops).generate([self.label])
        for operation in found:
            self._refuse(operation, old)
        return [*renaming, *found]

    async def fork(self) -> str | None:
        """What is wrong with the files themselves: see `fork`."""
        await self.detector.loader.build_graph()
        return fork(self.detector.loader.graph)

    def _refuse(self, operation: TortoiseOperation, old: State) -> None:
        """Raise for what could not be done to a table with rows."""
        if isinstance(operation, AddField) and isinstance(operation.field, Field):
            if not isinstance(operation.field, ManyToManyFieldInstance):
                refuse_unfillable(operation.model_name, operation.name, operation.field)
        elif isinstance(operation, AlterField) and isinstance(operation.field, Field):
            before = old.models[(self.label, operation.model_name)].fields[operation.name]
            if not isinstance(before, RelationalField) and (
                before.field_type != operation.field.field_type
            ):
                raise MigrationError(
                    f"{operation.model_name}.{operation.name} 换了类型:"
                    "请加一个新字段,用 RunPython 搬数据,再去掉旧的。"
                )

    def writer(self, name: str, operations: list[TortoiseOperation]) -> MigrationWriter:
        """The file `NNNN_name` with these operations, after the newest one there is."""
        heads = self.detector._leaf_nodes(self.label)
        return MigrationWriter(
            f"{self.detector._next_number(self.label):04d}_{name}",
            self.label,
            operations,
            dependencies=[(head.app_label, head.name) for head in heads],
            initial=not heads,
            migrations_module=self.module,
        )


class _Detector(MigrationAutodetector):
    def _current_state(self) -> State:
        state = super()._current_state()
        for model in state.models.values():
            model.bases = (Model,)
            model.options.pop("table_description", None)
            model.fields = {name: plain(field) for name, field in model.fields.items()}
        return state


class _Generator(OperationGenerator):
    """Tortoise takes a column that went and a like one that came for a rename: here one says so."""

    def __init__(self, old: State, new: State, drops: Collection[str]) -> None:
        super().__init__(old, new)
        self.drops = drops

    def _match_renamed_models(
        self, old_keys: list[ModelKey], new_keys: list[ModelKey]
    ) -> dict[ModelKey, ModelKey]:
        for new, old in super()._match_renamed_models(old_keys, new_keys).items():
            self._refuse_guess(old[1], new[1])
        return {}

    def generate(self, app_labels: Any = None) -> list[TortoiseOperation]:
        operations: list[TortoiseOperation] = []
        for operation in super().generate(app_labels):
            if isinstance(operation, RenameField):
                operations += self._apart(operation)
            else:
                operations.append(operation)
            if isinstance(operation, CreateModel):
                operation.bases = None
        return operations

    def _apart(self, rename: RenameField) -> list[TortoiseOperation]:
        self._refuse_guess(f"{rename.model_name}.{rename.old_name}", rename.new_name)
        model = next(m for m in self.new_state.models.values() if m.name == rename.model_name)
        field = model.fields[rename.new_name]
        return [
            AddField(rename.model_name, rename.new_name, field),
            RemoveField(rename.model_name, rename.old_name),
        ]

    def _refuse_guess(self, old: str, new: str) -> None:
        if old not in self.drops:
            raise MigrationError(
                f"{old} 不见了,{new} 和它一样:是改名(renames)还是删旧加新(drops)?请说明。"
            )


def fork(graph: MigrationGraph) -> str | None:
    """That several migrations have no successor, and which; None where there is one line."""
    heads = sorted(key.name for key in graph.leaf_nodes())
    if len(heads) < 2:
        return None
    return f"迁移分成了几支,请先合成一条线(后写的改号,依赖先写的):{'、'.join(heads)}。"


def _rename(old: State, label: str, name: str, to: str) -> list[TortoiseOperation]:
    """Rename a model, or a field: then what is named after it goes first, and comes back later."""
    model, dot, field = name.partition(".")
    if (label, model) not in old.models:
        raise MigrationError(f"没有叫 {model} 的表,不能改名。")
    if not dot:
        return [RenameModel(model, to)]
    return [*removals(old.models[(label, model)], field), RenameField(model, field, to)]


def removals(model: ModelState, field: str) -> list[TortoiseOperation]:
    """What takes away the indexes and constraints of a model that name one field.

    Tortoise renames the field only and goes on speaking of an index on the old one.
    """
    found: list[TortoiseOperation] = []
    for index in model.options.get("indexes", ()):
        fields = list(index.fields if isinstance(index, Index) else index)
        if field in fields:
            name = index.name if isinstance(index, Index) else None
            found.append(RemoveIndex(model.name, name=name, fields=None if name else fields))
    found += [
        RemoveConstraint(model.name, fields=list(together))
        for together in model.options.get("unique_together", ())
        if field in together
    ]
    for constraint in model.options.get("constraints", ()):
        if isinstance(constraint, CheckConstraint):
            is_named = re.search(rf"\b{field}\b", constraint.check) is not None
        else:
            is_named = field in constraint.fields
        if is_named:
            found.append(RemoveConstraint(model.name, name=constraint.name))
    return found


def plain(field: Field[Any]) -> Field[Any]:
    """The column of this field and nothing else."""
    field = _without_enum(field)
    field.default = field.description = None
    if isinstance(field, JSONField):
        del field.encoder, field.decoder
    return field


def _without_enum(field: Field[Any]) -> Field[Any]:
    """A copy; enum fields become the columns they are stored in."""
    column: Field[Any]
    if isinstance(field, CharEnumFieldInstance):
        column = CharField.__new__(CharField)
    elif isinstance(field, IntEnumFieldInstance):
        column = SmallIntField.__new__(SmallIntField)
    else:
        return copy(field)
    vars(column).update(vars(field))
    if isinstance(field.db_default, Enum):
        column.db_default = field.db_default.value
    return column
