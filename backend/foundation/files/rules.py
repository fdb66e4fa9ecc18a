"""What may come in, for what, and how long an address is good."""

import struct
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from io import BytesIO
from zipfile import BadZipFile, ZipFile

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
WANTED: dict[Purpose, str] = {
    Purpose.ORDER: "请上传 JPEG、PNG、WebP 图片，或 MP3、M4A、AAC、AMR、WAV 录音",
    Purpose.AVATAR: "请上传 JPEG、PNG 或 WebP 图片",
    Purpose.IMPORT: "请上传 .xlsx 表格",
}
ZIP = b"PK\x03\x04"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOVE_AFTER = {"pass": "let_pass", "review": "let_pass", "risky": "block"}
"""WeChat's word → our move. What it would have people review stays: the community sees it."""
OVERTAKING = 180
"""Seconds that a verdict may be ahead of the answer that names its trace."""
MOST_SECONDS = 60
LEEWAY = 2
"""Seconds that a recorder set to a minute may run on."""
MOST_UNATTACHED = 60
"""Uploads of one person that wait to be attached: enough for any form, too few to fill a disk."""
MOST_UNPACKED = 200 * MEGABYTE


def is_sheet(content: bytes) -> bool:
    """Whether it is an .xlsx that can be unpacked without harm."""
    if not content.startswith(ZIP):
        return False
    try:
        with ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
    except (BadZipFile, ValueError, OSError, struct.error):
        return False
    is_small = sum(entry.file_size for entry in entries) <= MOST_UNPACKED
    return is_small and any(entry.filename == "xl/workbook.xml" for entry in entries)


def expiry(now: datetime) -> int:
    """Epoch second at which an address made now dies: 15 to 30 minutes ahead."""
    return (int(now.timestamp()) // WINDOW + 2) * WINDOW


def expiry_for_wechat(now: datetime) -> int:
    """WeChat may take half an hour to fetch what it judges, and our job may come late."""
    return int(now.timestamp()) + 2 * 3600


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
