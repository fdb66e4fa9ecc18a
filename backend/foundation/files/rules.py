"""What may come in, for what, and how long an address is good."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

MEGABYTE = 1024 * 1024
UNATTACHED = timedelta(days=1)
"""How long an upload waits to be attached to something."""
WINDOW = 900
"""Seconds. Addresses change at its multiples only, so that phones can cache what they show."""


class Purpose(StrEnum):
    ORDER = "order"
    AVATAR = "avatar"
    IMPORT = "import"


class Kind(StrEnum):
    IMAGE = "image"
    AUDIO = "audio"
    SHEET = "sheet"


class Variant(StrEnum):
    FULL = "full"
    THUMB = "thumb"


@dataclass(frozen=True)
class Limit:
    bytes: int
    said: str


ALLOWED: dict[Purpose, dict[Kind, Limit]] = {
    Purpose.ORDER: {
        Kind.IMAGE: Limit(15 * MEGABYTE, "15 MB"),
        Kind.AUDIO: Limit(2 * MEGABYTE, "2 MB"),
    },
    Purpose.AVATAR: {Kind.IMAGE: Limit(5 * MEGABYTE, "5 MB")},
    Purpose.IMPORT: {Kind.SHEET: Limit(10 * MEGABYTE, "10 MB")},
}
MOST_SECONDS = 60


def expiry(now: datetime) -> int:
    """Epoch second at which an address made now dies: 15 to 30 minutes ahead."""
    return (int(now.timestamp()) // WINDOW + 2) * WINDOW


def signed_text(file_id: int, variant: Variant, expires: int) -> str:
    """What the signature of an address covers."""
    return f"file|{file_id}|{variant}|{expires}"


def part(header: str, total: int) -> tuple[int, int] | None:
    """First and last byte of a `Range: bytes=…` header of one range.

    None when the header is to be ignored (several ranges, another unit); first > last when no
    such part exists.
    """
    unit, _, asked = header.partition("=")
    first, dash, last = asked.strip().partition("-")
    are_numbers = all(text.isascii() and text.isdigit() for text in (first, last) if text)
    if unit.strip() != "bytes" or not dash or not (first or last) or not are_numbers:
        return None
    if not first:
        return (max(total - int(last), 0), total - 1) if int(last) else (1, 0)
    start, end = int(first), min(int(last), total - 1) if last else total - 1
    return (start, end) if start < total and not (last and int(last) < start) else (1, 0)
