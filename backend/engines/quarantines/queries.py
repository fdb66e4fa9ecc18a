"""Reading what disagrees."""

from typing import Any

from backend.core import paging
from backend.core.actor import Actor
from backend.core.database import rows
from backend.core.errors import NotFound
from backend.core.schemas import Page
from backend.core.states import moves_open_to
from backend.engines.payments import queries as payments
from backend.engines.quarantines.models import Quarantine
from backend.engines.quarantines.permissions import P
from backend.engines.quarantines.schemas import QuarantineOut, QuarantineQuery
from backend.engines.quarantines.states import MOVES, OURS
from backend.engines.quarantines.states import QuarantineStatus as QuarantineStatus
from backend.engines.quarantines.states import Why as Why
from backend.foundation.identity import queries as identity

_IDS = "SELECT id FROM payments_quarantine WHERE {} ORDER BY id DESC LIMIT ?"


async def get(actor: Actor, quarantine_id: int) -> Quarantine:
    """Raises NotFound for what is not the actor's to read."""
    found = await Quarantine.get_or_none(id=quarantine_id)
    if found is None or not (found.may(actor, P.RULE) or _may_read(actor, found)):
        raise NotFound("没有这条记录")
    return found


def _may_read(actor: Actor, one: Quarantine) -> bool:
    if one.area_path == "/":
        return actor.oversees_all(P.OVERSEE)
    return actor.oversees(P.OVERSEE, one.unit_id, one.area_path)


async def listed(actor: Actor, query: QuarantineQuery) -> Page[QuarantineOut]:
    """What the actor may read, newest first; what belongs to no payment of ours is for those who
    look after a whole county."""
    scope = payments.overseen_by(actor, P.OVERSEE)
    where = f"({scope.where} OR area_path = '/')" if _is_above(actor) else scope.where
    parts, params = [where], list[Any](scope.params)
    if query.status is not None:
        parts.append("status = ?")
        params.append(query.status.value)
    if query.cursor:
        parts.append("id < ?")
        params.append(paging.decode(query.cursor, int)[0])
    found = await rows(_IDS.format(" AND ".join(parts)), *params, query.limit + 1)
    ids, after = paging.cut([row["id"] for row in found], query.limit, lambda one: (one,))
    known = {one.id: one for one in await Quarantine.filter(id__in=ids or [0])}
    return Page(items=await shown(actor, [known[one] for one in ids]), next=after)


def _is_above(actor: Actor) -> bool:
    return actor.oversees_all(P.OVERSEE)


async def shown(actor: Actor, found: list[Quarantine]) -> list[QuarantineOut]:
    """As the API shows them to the actor."""
    names = await identity.names(one.ruled_by for one in found if one.ruled_by)
    return [
        QuarantineOut(
            **{name: getattr(one, name) for name in _SAME},
            why_name=one.why.label,
            status_name=one.status.label,
            moves=open_moves(one, actor),
            ruled_by_name=names[one.ruled_by].name if one.ruled_by in names else "",
        )
        for one in found
    ]


def open_moves(one: Quarantine, actor: Actor) -> list[str]:
    """Only money in our account can be taken in or sent back."""
    is_ours = one.kind == "payment" and one.why in OURS
    return [name for name in moves_open_to(MOVES, one, actor) if is_ours or name == "ignore"]


_SAME = (
    "id",
    "kind",
    "why",
    "status",
    "version",
    "number",
    "transaction_id",
    "amount",
    "facts",
    "payment_id",
    "created_at",
    "reason",
    "ruled_at",
    "applied_to",
)
