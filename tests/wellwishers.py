"""What the neighbour wished for and somebody took on, for tests of who may see and touch what: see
tests.neighbours."""

from datetime import timedelta
from typing import Any

from backend.core import clock
from backend.core.actor import SYSTEM, Actor
from backend.engines.wishes import service as wishes
from backend.engines.wishes.models import Wish, WishClaim
from backend.engines.wishes.schemas import Approve, WishNew
from backend.features.thanks.models import WishThanks

SAYS = "秘密社区里的话"
WELLWISHERS = (
    ("wishes_wish", "id", "wish_id"),
    ("wishes_claim", "id", "claim_id"),
    ("thanks_thanks", "wish_id", "wish_id"),
)
"""Tables, by which column, and the id in `Home.ids`."""
HELPER = 987_654


async def wish_well(home: Any) -> None:
    """A wish of the neighbour's, claimed by somebody; and thanks for a share of it."""
    until = clock.today() + timedelta(days=30)
    body = WishNew.model_validate(
        {"category": "goods", "title": SAYS, "text": SAYS, "handover": "home", "until": until}
    )
    made = await wishes.publish(Actor(home.ids["user_id"]), body)
    await wishes.approve(SYSTEM, made.id, Approve(version=made.version))
    await Wish.filter(id=made.id).update(needed=2, taken=1)
    claim = await WishClaim.create(
        wish_id=made.id,
        claimer_id=HELPER,
        live_key=f"{made.id}:{HELPER}",
        shares=1,
        shows_name=True,
        note=SAYS,
        claimed_at=clock.now(),
    )
    await WishThanks.create(
        wish_id=made.id,
        key=str(made.id),
        writer_id=home.ids["user_id"],
        text=SAYS,
        is_public=True,
        shows_photos=True,
        said_at=clock.now(),
    )
    home.ids |= {"wish_id": made.id, "claim_id": claim.id}
