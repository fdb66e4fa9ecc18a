"""Which failures of the database are which, however deeply they come wrapped."""

from tortoise.exceptions import IntegrityError

RETRYABLE = frozenset({1205, 1213, 1020, 1047, 1180, 1615})
"""Lock wait timeout, deadlock, snapshot changed, node not ready, failed COMMIT, a prepared
statement whose table changed."""
CONNECTION_LOST = frozenset({2006, 2013, 2014, 2055, 4031})
DUPLICATE = frozenset({1062})
NO_SAVEPOINT = frozenset({1305})


def error_number(error: BaseException) -> int | None:
    """The server's error number behind an exception, however deeply Tortoise wrapped it."""
    seen: BaseException | None = error
    while seen is not None:
        for value in seen.args:
            if isinstance(value, int):
                return value
            if isinstance(value, BaseException) and (number := error_number(value)) is not None:
                return number
        seen = seen.__cause__
    return None


def is_retryable(error: BaseException) -> bool:
    """Whether the whole operation, run again with its key, may well succeed."""
    number = error_number(error)
    if number in RETRYABLE or number in CONNECTION_LOST:
        return True
    return "database is locked" in str(error)


def is_outage(error: BaseException) -> bool:
    """Whether the database itself is out of reach, so that no blame lies with the request."""
    name = type(error).__name__
    return (
        is_retryable(error)
        or name in {"DBConnectionError", "InterfaceError"}
        or (isinstance(error, OSError) and not isinstance(error, IntegrityError))
    )


def is_duplicate(error: BaseException) -> bool:
    """Whether a unique key said no."""
    return error_number(error) in DUPLICATE or "UNIQUE constraint failed" in str(error)
