"""Reading waivers: those of one's firm."""

from collections.abc import Sequence

from backend.core import paging
from backend.core.actor import Actor, Permission
from backend.core.database import rows
from backend.core.errors import NotFound
from backend.core.schemas import Page
from backend.core.states import moves_open_to
from backend.engines.bills import queries as bills
from backend.engines.tariffs import queries as tariffs
from backend.features.waivers.models import Waiver
from backend.features.waivers.permissions import P
from backend.features.waivers.schemas import WaiverOut, WaiverQuery
from backend.features.waivers.states import MOVES
from backend.foundation.areas import queries as areas
from backend.foundation.identity import queries as identity

_IDS = "SELECT b.id FROM waivers_waiver b JOIN areas_area a ON a.id = b.area_id WHERE "


async def get(actor: Actor, waiver_id: int, permission: Permission) -> Waiver:
    """The waiver, if it is of the actor's firm. Raises NotFound."""
    found = await Waiver.get_or_none(id=waiver_id)
    if found is None:
        raise NotFound("没有这条减免")
    path = await areas.path_of(found.area_id)
    if not tariffs.stands_for(actor, permission, found.unit_id, path):
        raise NotFound("没有这条减免")
    return found


async def listed(actor: Actor, query: WaiverQuery) -> Page[WaiverOut]:
    """A page of the firm's waivers, latest first."""
    sees, params = tariffs.scope(actor, P.READ)
    tests = [sees]
    if query.status is not None:
        tests.append("b.status = ?")
        params.append(query.status.value)
    if query.cursor:
        tests.append("b.id < ?")
        params.append(paging.decode(query.cursor, int)[0])
    where = f"{' AND '.join(tests)} ORDER BY b.id DESC LIMIT ?"
    found = [row["id"] for row in await rows(f"{_IDS}{where}", *params, query.limit + 1)]
    ids, after = paging.cut(found, query.limit, lambda one: (one,))
    known = {one.id: one for one in await Waiver.filter(id__in=ids or [0])}
    return Page(items=await shown(actor, [known[one] for one in ids]), next=after)


_SAME = (
    *("id", "dwelling_id", "bill_id", "amount", "percent", "from_on", "until_on", "ground"),
    *("note", "status", "asked_at", "ruled_at", "ruling", "version"),
)
"""What is shown as the row has it."""


async def shown(actor: Actor, found: Sequence[Waiver]) -> list[WaiverOut]:
    places = await areas.places(one.dwelling_id for one in found)
    known = await tariffs.many(one.tariff_id for one in found)
    of_bills = {row["id"]: row for row in await bills.by_ids([one.bill_id or 0 for one in found])}
    people = await identity.names(
        who for one in found for who in (one.asked_by, one.ruled_by) if who
    )
    names = {user_id: one.name for user_id, one in people.items()}
    return [
        WaiverOut(
            **{name: getattr(one, name) for name in _SAME},
            place=places[one.dwelling_id],
            title=of_bills[one.bill_id]["title"] if one.bill_id else known[one.tariff_id].name,
            ground_name=one.ground.label,
            status_name=one.status.label,
            asked_by=names.get(one.asked_by, ""),
            ruled_by=names.get(one.ruled_by or 0, ""),
            moves=moves_open_to(MOVES, one, actor),
        )
        for one in found
    ]
