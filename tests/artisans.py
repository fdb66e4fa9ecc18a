"""A craftsman of the neighbourhood and a call of the neighbour's, for tests of who may see and
touch what: see tests.neighbours."""

from datetime import timedelta
from typing import Any

from backend.core import clock
from backend.engines.craftsmen.models import (
    CraftCall,
    CraftSkill,
    Craftsman,
    sealed_paper,
    sealed_where,
)

SAYS = "秘密社区里的话"
ARTISANS = (
    ("craftsmen_craftsman", "id", "craftsman_id"),
    ("craftsmen_skill", "craftsman_id", "craftsman_id"),
    ("craftsmen_call", "id", "call_id"),
)
"""Tables, by which column, and the id in `Home.ids`."""
ARTISAN = 987_655


async def know_crafts(home: Any, phone: str) -> None:
    one = await Craftsman.create(
        user_id=ARTISAN,
        called="王师傅",
        text=SAYS,
        area_path=home.area_path,
        reach="community",
        serves_path=home.area_path,
        week=[["morning"]] * 7,
        status="active",
        submitted_at=clock.now(),
    )
    paper = sealed_paper(SAYS)
    await CraftSkill.create(craftsman=one, skill="plumbing", price=0, **paper)
    call = await CraftCall.create(
        caller_id=home.ids["user_id"],
        craftsman=one,
        tried=[one.id],
        skill="plumbing",
        text=SAYS,
        area_path=home.area_path,
        day=clock.today() + timedelta(days=1),
        part="morning",
        answer_by=clock.now() + timedelta(hours=1),
        asked_at=clock.now(),
        **sealed_where(SAYS, phone),
    )
    home.ids |= {"craftsman_id": one.id, "call_id": call.id}
