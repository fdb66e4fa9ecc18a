"""The fair that the neighbour's community plans, with what belongs to it, for tests of who may see
and touch what: see tests.neighbours."""

from datetime import timedelta
from typing import Any

from backend.core import clock
from backend.engines.fairs.models import Fair
from backend.engines.stalls.models import Stall, StallKind, Zone
from backend.features.arrivals.models import Arrival
from backend.features.exchanges.models import ExchangeItem
from backend.features.letters.models import Letter, LetterKind, LetterStatus
from backend.features.offerings.models import Offering, OfferingKind

SAYS = "秘密社区里的话"
BAZAAR = (
    ("fairs_fair", "id", "fair_id"),
    ("stalls_stall", "id", "stall_id"),
    ("offerings_offering", "id", "offering_id"),
    ("arrivals_arrival", "fair_id", "fair_id"),
    ("exchanges_item", "id", "item_id"),
    ("letters_letter", "id", "letter_id"),
)
"""Tables, by which column, and the id in `Home.ids`."""


async def hold_fair(home: Any) -> None:
    """A draft: nobody from elsewhere may know of it, or of anything that belongs to it."""
    now, whose = clock.now(), home.ids["user_id"]
    fair = await Fair.create(
        area_id=home.ids["area_id"],
        area_path=home.area_path,
        title=SAYS,
        theme=SAYS,
        starts_at=now + timedelta(days=9),
        ends_at=now + timedelta(days=9, hours=3),
        created_by=whose,
        created_at=now,
    )
    owned = {"fair": fair, "created_at": now}
    stall = await Stall.create(
        **owned, kind=StallKind.CRAFT, zone=Zone.CARE, name=SAYS, offered_by=whose
    )
    offering = await Offering.create(
        **owned, kind=OfferingKind.SERVICE, title=SAYS, created_by=whose
    )
    item = await ExchangeItem.create(**owned, title=SAYS, giver_id=whose)
    letter = await Letter.create(
        fair=fair,
        kind=LetterKind.LETTER,
        text=SAYS,
        writer_id=whose,
        status=LetterStatus.SENT,
        written_at=now,
    )
    await Arrival.create(fair=fair, user_id=whose, is_named=True, at=now)
    home.ids |= {
        "fair_id": fair.id,
        "stall_id": stall.id,
        "offering_id": offering.id,
        "item_id": item.id,
        "letter_id": letter.id,
    }
