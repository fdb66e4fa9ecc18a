"""Column types that mean the same on SQLite and on MariaDB."""

from datetime import UTC, datetime
from typing import Any, Literal, TypeVar, overload

from tortoise import Model
from tortoise.fields import CharField, DatetimeField

from backend.core import clock

Text = TypeVar("Text", str, str | None)
Moment = TypeVar("Moment", datetime, datetime | None)

# Text written by people. Not utf8mb4_unicode_ci: there every emoji and every rare character
# outside the basic plane (𬭎, 𠀀) equals every other, so a unique name would refuse the second.
# "nopad": trailing blanks count, as they do on SQLite.
TEXT_CHARSET, TEXT_COLLATION = "utf8mb4", "utf8mb4_unicode_520_nopad_ci"
# Codes, keys, hashes, numbers: equal means the same bytes, as on SQLite. Plain utf8mb4_bin
# would still ignore trailing blanks.
CODE_COLLATION = "utf8mb4_nopad_bin"


class CodeField(CharField[Text]):
    """A string for machines (code, key, token hash): compared byte by byte on both databases.

    ``max_length`` is in characters. A foreign key to such a column gets the same collation.
    """

    @overload
    def __init__(
        self: "CodeField[str]", max_length: int, *, null: Literal[False] = False, **kwargs: Any
    ) -> None: ...
    @overload
    def __init__(
        self: "CodeField[str | None]", max_length: int, *, null: Literal[True], **kwargs: Any
    ) -> None: ...
    def __init__(self, max_length: int, **kwargs: Any) -> None:
        super().__init__(max_length, **kwargs)  # type: ignore[misc]

    class _db_mysql:  # noqa: N801 - the name is Tortoise's way to say "on this dialect"
        def __init__(self, field: CharField[Any]) -> None:
            self.field = field

        @property
        def SQL_TYPE(self) -> str:  # noqa: N802 - Tortoise's name
            length = self.field.max_length
            return f"VARCHAR({length}) CHARACTER SET {TEXT_CHARSET} COLLATE {CODE_COLLATION}"


class UtcDatetimeField(DatetimeField[Moment]):
    """A moment, microseconds kept: aware UTC when read, on both databases.

    Tortoise's own field would hand an aware +08:00 to MariaDB, which stores its wall clock,
    eight hours wrong. Here what is written or compared must be aware and is converted to UTC;
    a naive value raises ValueError, anything but a datetime TypeError. What the database gives
    back without a zone is UTC, whatever Tortoise's ``use_tz`` and ``timezone`` say.
    """

    @overload
    def __init__(
        self: "UtcDatetimeField[datetime]",
        *,
        auto_now: bool = False,
        auto_now_add: bool = False,
        null: Literal[False] = False,
        **kwargs: Any,
    ) -> None: ...
    @overload
    def __init__(
        self: "UtcDatetimeField[datetime | None]",
        *,
        auto_now: bool = False,
        auto_now_add: bool = False,
        null: Literal[True],
        **kwargs: Any,
    ) -> None: ...
    def __init__(
        self, *, auto_now: bool = False, auto_now_add: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(auto_now, auto_now_add, **kwargs)  # type: ignore[misc]

    def to_db_value(self, value: Any, instance: type[Model] | Model) -> Any:
        if self._is_stamped(instance):
            value = clock.now()
            setattr(instance, self.model_field_name, value)
        if value is not None:
            value = in_utc(value, self.model_field_name)
        self.validate(value)
        return value

    def to_python_value(self, value: Any) -> datetime | None:
        if value is None:
            return None
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)

    def _is_stamped(self, instance: type[Model] | Model) -> bool:
        """Whether this save fills the field by itself; filters pass the class, not a row."""
        if not isinstance(instance, Model):
            return False
        return self.auto_now or (
            self.auto_now_add and getattr(instance, self.model_field_name) is None
        )


def in_utc(value: object, name: str) -> datetime:
    """Convert an aware datetime to UTC; ``name`` is the column, for the error's sake."""
    if not isinstance(value, datetime):
        raise TypeError(f"{name}: a datetime is wanted, not {value!r}")
    if value.utcoffset() is None:
        raise ValueError(f"{name}: {value!r} has no time zone")
    return value.astimezone(UTC)
