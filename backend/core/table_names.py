"""A table's new name as a step of a migration: Tortoise gives one only to a table that is called
like its model."""

from tortoise.migrations.operations import TortoiseOperation
from tortoise.migrations.schema_editor.base import BaseSchemaEditor
from tortoise.migrations.schema_generator.state import State


class RenameTable(TortoiseOperation):
    """The model's table is called `table` from here on; rows and indexes stay."""

    def __init__(self, model_name: str, table: str) -> None:
        self.model_name = model_name
        self.table = table

    def describe(self) -> str:
        return f"Rename table of {self.model_name} to {self.table}"

    def state_forward(self, app_label: str, state: State) -> None:
        model = self.get_model_state(state, app_label, self.model_name)
        model.table = model.options["table"] = self.table
        state.reload_model(app_label, self.model_name)

    async def database_forward(
        self,
        app_label: str,
        old_state: State,
        new_state: State,
        state_editor: BaseSchemaEditor | None = None,
    ) -> None:
        if state_editor is None:
            return
        old, new = (
            state.apps.get_model(f"{app_label}.{self.model_name}")
            for state in (old_state, new_state)
        )
        await state_editor.rename_table(new, old._meta.db_table, self.table)  # noqa: SLF001
