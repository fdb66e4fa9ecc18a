"""Cursors: opaque, stable under inserts, as cheap on the last page as on the first."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from backend.core.errors import Invalid

T = TypeVar("T")


def encode(*position: int | str) -> str:
    """A cursor for the place in the list after `position`."""
    raw = json.dumps(position, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decode(cursor: str, *kinds: type) -> tuple[Any, ...]:
    """The position in a cursor, checked against the expected types. Raises Invalid."""
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        position = json.loads(raw)
    except (binascii.Error, ValueError) as error:
        raise Invalid(fields={"cursor": "不是有效的翻页标记"}) from error
    if (
        not isinstance(position, list)
        or len(position) != len(kinds)
        or any(type(value) is not kind for value, kind in zip(position, kinds, strict=True))
        or any(isinstance(value, int) and abs(value) >= 2**63 for value in position)
    ):
        raise Invalid(fields={"cursor": "不是有效的翻页标记"})
    return tuple(position)


def cut(
    found: Sequence[T], limit: int, position: Callable[[T], tuple[int | str, ...]]
) -> tuple[list[T], str | None]:
    """The first `limit` of the rows found (ask for one more) and the cursor to what follows."""
    items = list(found[:limit])
    return items, encode(*position(items[-1])) if len(found) > limit else None
