"""How columns may be compared in the ORM's filters: as this house does it, and no other way.

Tortoise keeps thirty comparisons for every column of every table, 10 MB in each process. What is
left out here (parts of dates, regular expressions, ignoring case) uses no index anyway.
"""

from typing import Any

from tortoise import models
from tortoise.filters import get_filters_for_field

KNOWN = frozenset(
    {
        "",
        "not",
        "in",
        "not_in",
        "isnull",
        "not_isnull",
        "gt",
        "gte",
        "lt",
        "lte",
        "range",
        "contains",
        "startswith",
    }
)


def _known(field_name: str, field: Any, source_field: str) -> dict[str, Any]:
    every = get_filters_for_field(field_name, field, source_field)
    return {name: how for name, how in every.items() if _comparison(field_name, name) in KNOWN}


def _comparison(field_name: str, name: str) -> str:
    """`gte` of `created_at__gte`; empty for equality."""
    return name.removeprefix(field_name).removeprefix("__")


models.get_filters_for_field = _known  # type: ignore[attr-defined]
