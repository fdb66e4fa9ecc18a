"""Codes that a photo does not keep, and distances. Pure."""

import math
import re
from datetime import datetime
from typing import NamedTuple

from backend.core import crypto
from backend.engines.bookings.queries import Direction, Point

STEP = 30
"""Seconds that a code on the screen lives; the one before is still taken, for who scans slowly."""
_CODE = re.compile(r"(LLQD\.([1-9][0-9]{0,17})\.(in|out)\.([0-9]{1,12}))\.([A-Za-z0-9_-]{32})")
_METRES = 111_320
"""Of a degree of latitude."""


class Scanned(NamedTuple):
    slot_id: int
    direction: Direction
    is_fresh: bool
    """Whether the screen shows it now, or did just before."""


def code_of(slot_id: int, direction: Direction, now: datetime) -> str:
    """What the screen at the door shows at this moment."""
    said = f"LLQD.{slot_id}.{direction}.{_step(now)}"
    return f"{said}.{crypto.sign(f'attendances|{said}')}"


def _step(now: datetime) -> int:
    return int(now.timestamp()) // STEP


def seconds_left(now: datetime) -> int:
    """For how long the screen still shows the code."""
    return STEP - int(now.timestamp()) % STEP


def scanned(text: str, now: datetime) -> Scanned | None:
    """Whose door a text is of; None for none that we signed."""
    found = _CODE.fullmatch(text.strip())
    if found is None or not crypto.signed_ok(f"attendances|{found[1]}", found[5]):
        return None
    is_fresh = _step(now) - int(found[4]) in (0, 1)
    return Scanned(int(found[2]), Direction(found[3]), is_fresh)


def metres(one: Point, other: Point) -> int:
    """How far two points of a city lie apart; over such distances the earth is flat."""
    north = (one.latitude - other.latitude) / 1e6
    east = (one.longitude - other.longitude) / 1e6
    east *= math.cos(math.radians((one.latitude + other.latitude) / 2e6))
    return round(math.hypot(north, east) * _METRES)
