"""How columns may be compared in the ORM's filters: as this house does it, and no other way.

Tortoise keeps thirty comparisons for every column of every table, 10 MB in each process. What is
left out here (parts of dates, regular expressions, ignoring case) uses no index anyway.
"""

from typing import Any

from tortoise import models
from tortoise.fields import BooleanField, DatetimeField, IntField
from tortoise.filters import get_filters_for_field

_NUMBERS = (IntField, BooleanField, DatetimeField)

EQUAL = frozenset({"", "not", "in", "not_in"})
ORDER = frozenset({"gt", "gte", "lt", "lte", "range"})
NULL = frozenset({"isnull", "not_isnull"})
TEXT = frozenset({"contains", "startswith"})


def _known(field_name: str, field: Any, source_field: str) -> dict[str, Any]:
    every = get_filters_for_field(field_name, field, source_field)
    known = _comparisons(field)
    return {name: how for name, how in every.items() if _comparison(field_name, name) in known}


def _comparisons(field: Any) -> frozenset[str]:
    """Those that say something about the column; all of them where there is no column."""
    known = EQUAL | ORDER
    if getattr(field, "null", True) or field.pk:  # a key is null where nothing was joined
        known |= NULL
    if field is None or not isinstance(field, _NUMBERS):
        known |= TEXT
    return known


def _comparison(field_name: str, name: str) -> str:
    """`gte` of `created_at__gte`; empty for equality."""
    return name.removeprefix(field_name).removeprefix("__")


models.get_filters_for_field = _known  # type: ignore[attr-defined]
