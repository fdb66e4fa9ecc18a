"""The neighbour's points, for tests of who may see and touch what: see tests.neighbours."""

from typing import Any

from backend.core.database import transaction
from backend.engines.awards import service as awards
from backend.engines.points import service as points

TIME_BANK = (
    ("awards_award", "user_id", "user_id"),
    ("points_hold", "user_id", "user_id"),
    ("points_policy", "area_id", "area_id"),
)
"""Tables, by which column, and the id in `Home.ids`."""


async def open_bank(home: Any) -> None:
    """Points that came, points that are set aside, and an award that waits for review."""
    owner, path = home.ids["user_id"], home.area_path
    async with transaction():
        came = awards.Deed(owner, 90, "秘密社区里的话", "help", path)
        await awards.award(came, key="neighbour:1")
        waits = awards.Deed(owner, 9, "秘密社区里的话", "help", path, partner_id=owner)
        held = await awards.award(waits, key="neighbour:2")
        await points.reserve(owner, 1, "秘密社区里的话", key="neighbour")
    home.ids |= {"award_id": held.id}
