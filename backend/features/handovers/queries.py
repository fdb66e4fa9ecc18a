"""Reading settlements: both sides theirs, staff those of their firm's places."""

from collections.abc import Sequence

from backend.core.actor import Actor
from backend.core.errors import NotFound
from backend.core.states import moves_open_to
from backend.engines.bills import queries as bills
from backend.features.handovers.models import Handover, HandoverStatus, Kind
from backend.features.handovers.permissions import P
from backend.features.handovers.schemas import HandoverOut, Handovers
from backend.features.handovers.states import MOVES
from backend.foundation.areas import queries as areas
from backend.foundation.holdings import queries as holdings
from backend.foundation.residents.queries import Relation

MOST = 50
OWED = (
    "b.dwelling_id = ? AND b.tenure = ? AND b.status = 'unpaid' AND b.payment_id IS NULL "
    "ORDER BY b.id"
)


async def mine(actor: Actor) -> Handovers:
    """Settlements of dwellings that are or were the actor's, latest first."""
    held = {one.dwelling_id for one in await holdings.of_user(actor.user_id)}
    found = await Handover.filter(dwelling_id__in=sorted(held) or [0]).order_by("-id").limit(MOST)
    seen = [one for one in found if await _stand(actor, one)]
    return Handovers(items=await shown(actor, seen))


async def at_counter(actor: Actor) -> Handovers:
    """Open settlements at the actor's places, latest first."""
    found = Handover.filter(status=HandoverStatus.OPEN)
    items = [one for one in await found.order_by("-id").limit(500) if await _is_staff(actor, one)]
    return Handovers(items=await shown(actor, items[:MOST]))


async def get(actor: Actor, handover_id: int) -> Handover:
    """The settlement, if the actor is one of its sides or staff there. Raises NotFound."""
    found = await Handover.get_or_none(id=handover_id)
    if found is None or not (await _stand(actor, found) or await _is_staff(actor, found)):
        raise NotFound("没有这条结算")
    return found


async def _stand(actor: Actor, one: Handover) -> bool:
    """Whether the actor is a side, and what that lets them do."""
    sides = {
        held.tenure
        for held in await holdings.of_user(actor.user_id)
        if held.dwelling_id == one.dwelling_id and held.relation is Relation.OWNER
    }
    one.may_confirm = one.kind is not Kind.REFUND and one.tenure in sides
    one.may_drop = bool(sides & {one.former, one.tenure})
    return one.may_drop


async def _is_staff(actor: Actor, one: Handover) -> bool:
    return actor.may(P.STAFF, await areas.path_of(one.area_id))


async def debts(dwelling_id: int, tenure: int) -> tuple[list[int], int]:
    """The unpaid bills of a tenure that nobody is paying, and what they come to."""
    found = await bills.rows_of(OWED, dwelling_id, tenure)
    return [row["id"] for row in found], sum(int(row["owed"]) for row in found)


async def shown(actor: Actor, found: Sequence[Handover]) -> list[HandoverOut]:
    places = await areas.places(one.dwelling_id for one in found)
    return [
        HandoverOut(
            id=one.id,
            dwelling_id=one.dwelling_id,
            place=places[one.dwelling_id],
            kind=one.kind,
            kind_name=one.kind.label,
            amount=one.amount,
            status=one.status,
            status_name=one.status.label,
            asked_at=one.asked_at,
            ended_at=one.ended_at,
            moves=[name for name in moves_open_to(MOVES, one, actor) if _fits(one, name)],
            version=one.version,
        )
        for one in found
    ]


def _fits(one: Handover, move: str) -> bool:
    return one.may_confirm if move == "confirm" else True
