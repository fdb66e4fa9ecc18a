"""Every table of the product, found by reflection: a row in each, and every mention of somebody."""

import re
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any

from tortoise import Tortoise, fields
from tortoise.exceptions import IntegrityError
from tortoise.models import Model

from backend.core import clock, database
from backend.core.database import UtcDatetimeField, rows

PERSONS = {
    *("user_id", "to_user_id", "payer_id", "owner_id", "buyer_id", "cashier_id", "reporter_id"),
    *("handler_id", "requester_id", "issuer_id", "partner_id", "publisher_id", "claimer_id"),
    *(
        "writer_id",
        "author_id",
        "caller_id",
        "giver_id",
        "taker_id",
        "captain_id",
        "reader_id",
        "actor_id",
    ),
}
"""Columns that hold the number of an account; so do those called `by`, `…_by` and `by_user`."""

OTHERS = {
    *("parent_id", "from_parent_id", "to_parent_id", "street_id", "community_id", "compound_id"),
    *("unit_id", "avatar_file_id", "picture_id", "reverses_id", "corrects_id", "complaint_id"),
    *("needs_survey_id", "satisfaction_survey_id", "cover_id", "of_id"),
    *("named_id", "request_id", "report_id", "task_id"),
}
"""Columns called `…_id` that no table is called after and that hold no account's number."""

NOT_AN_ACCOUNT = {
    # Residents of the register: the account's link to them goes instead.
    *("ballots_naming.owner_id", "ballots_proxy.owner_id"),
    # Shops, firms, teams, units.
    *("payments_payee.owner_id", "bookings_slot.owner_id", "hours_hour.owner_id"),
    "craftsmen_engagement.owner_id",
}
"""Columns called like those of persons that hold something else."""


@dataclass(frozen=True)
class Column:
    table: str
    name: str
    field: fields.Field[Any]

    def __str__(self) -> str:
        return f"{self.table}.{self.name}"

    @property
    def names_a_person(self) -> bool:
        """Whether an account's number stands here."""
        is_called_so = self.name in PERSONS | {"by", "by_user"} or self.name.endswith("_by")
        is_number = isinstance(self.field, fields.BigIntField)
        return is_number and is_called_so and str(self) not in NOT_AN_ACCOUNT

    @property
    def words(self) -> list[str]:
        """All that a field of words knows."""
        known: Any = getattr(self.field, "enum_type", ())
        return [str(one.value) for one in known if isinstance(one.value, str)]

    @property
    def is_mark(self) -> bool:
        """Whether it says that something still runs, by being true or not there at all."""
        return isinstance(self.field, fields.BooleanField) and self.field.null

    @property
    def is_path(self) -> bool:
        """Whether the path of an area stands here."""
        return self.name == "path" or self.name.endswith("_path")


def models() -> list[type[Model]]:
    found = (Tortoise.apps or {})["app"].values()
    return sorted(found, key=lambda one: one._meta.db_table)


def columns() -> list[Column]:
    return [
        Column(one._meta.db_table, kept.source_field or name, kept)
        for one in models()
        for name, kept in one._meta.fields_map.items()
        if kept.has_db_field
    ]


def unknown() -> list[str]:
    """Columns called `…_id` of which nobody has said yet whether they name a person."""
    things = {f"{one._meta.db_table.partition('_')[2]}_id" for one in models()} | OTHERS
    numbers = [one for one in columns() if isinstance(one.field, fields.BigIntField)]
    named = [one for one in numbers if one.name.endswith("_id") and not one.names_a_person]
    return [str(one) for one in named if one.name not in things | PERSONS]


async def fill() -> None:
    """A row in every table that has none."""
    for model in models():
        if await model.all().count() == 0:
            await _make(model)


async def _make(model: type[Model]) -> None:
    values: dict[str, Any] = {}
    joins = model._meta.fk_fields | model._meta.o2o_fields
    sources = {model._meta.fields_map[name].source_field for name in joins}
    for name, kept in model._meta.fields_map.items():
        if name in joins:
            related: type[Model] = kept.related_model  # type: ignore[attr-defined]
            if await related.all().count() == 0:
                await _make(related)
            values[name] = await related.all().first()
        elif kept.has_db_field and kept.required and name not in sources and not kept.generated:
            values[name] = _any(kept)
    await model.create(**values)


def _any(kept: fields.Field[Any]) -> Any:
    """Some value that the field takes."""
    if isinstance(choices := getattr(kept, "enum_type", None), type) and issubclass(choices, Enum):
        return next(iter(choices))
    kinds: dict[type, Any] = {
        UtcDatetimeField: clock.now(),
        fields.DateField: date(2026, 11, 23),
        fields.JSONField: {},
        fields.BooleanField: False,
        fields.FloatField: 1.0,
        fields.IntField: 1,
    }
    return next((value for kind, value in kinds.items() if isinstance(kept, kind)), "x")


async def write(column: Column, value: int | str | None) -> None:
    """Put the value into the column of as many rows as its keys allow."""
    table, name = column.table, column.name
    key = next(one for one in models() if one._meta.db_table == table)._meta.db_pk_column
    for row in await rows(f"SELECT {key} AS k FROM {table}"):
        try:
            sql = f"UPDATE {table} SET `{name}` = ? WHERE {key} = ?"
            await database.execute(sql, value, row["k"])
        except IntegrityError:
            continue


async def mentions(what: str) -> set[str]:
    """The columns in which it stands, alone or within more, and not as a part of another number."""
    wanted = re.compile(rf"(?<!\d){re.escape(what)}" + (r"(?!\d)" if what.isdigit() else ""))
    return {
        f"{model._meta.db_table}.{name}"
        for model in models()
        for row in await rows(f"SELECT * FROM {model._meta.db_table}")
        for name, value in row.items()
        if value is not None and wanted.search(str(value))
    }
