"""Reading passes and invitations, and which of them covers a car."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from backend.core import clock, crypto, paging
from backend.core.actor import Actor
from backend.core.errors import NotFound
from backend.core.schemas import Page, PageQuery
from backend.core.states import moves_open_to
from backend.engines.lots import queries as lots
from backend.engines.passes.models import VISIT_CODE, Pass, PassStatus, Term, Visit, VisitStatus
from backend.engines.passes.permissions import P
from backend.engines.passes.schemas import InvitationOut, PassQuery, TermOut, VisitOut
from backend.engines.passes.schemas import PassOut as PassOut
from backend.engines.passes.schemas import QuotaOut as QuotaOut
from backend.engines.passes.states import MOVES, VISIT_MOVES
from backend.engines.vehicles import queries as vehicles
from backend.foundation.areas import queries as areas


def visible_to(actor: Actor) -> QuerySet[Pass]:
    """One's own passes, and those of the car parks where one works."""
    return Pass.filter(Q(owner_id=actor.user_id) | lots.at_work(actor, P.READ, "lot__"))


async def get(actor: Actor, pass_id: int) -> Pass:
    """The pass with its car park and space. Raises NotFound."""
    chosen = visible_to(actor).filter(id=pass_id)
    found = await chosen.prefetch_related("lot__area", "space").first()
    if found is None:
        raise NotFound("没有这张月卡")
    return found


async def mine(actor: Actor) -> Page[PassOut]:
    """One's own passes, latest first."""
    found = Pass.filter(owner_id=actor.user_id).exclude(status=PassStatus.CANCELLED)
    items = await found.order_by("-id").limit(100).prefetch_related("lot__area", "space")
    return Page(items=await shown(actor, items))


async def listed(actor: Actor, query: PassQuery) -> Page[PassOut]:
    """Passes of a car park where the actor works, latest first. Raises NotFound."""
    lot = await lots.managed(actor, query.lot_id, P.READ)
    chosen = Pass.filter(lot_id=lot.id)
    if query.status is not None:
        chosen = chosen.filter(status=query.status)
    if query.cursor:
        chosen = chosen.filter(id__lt=paging.decode(query.cursor, int)[0])
    found = (
        await chosen.order_by("-id").limit(query.limit + 1).prefetch_related("lot__area", "space")
    )
    items, after = paging.cut(found, query.limit, lambda one: (one.id,))
    return Page(items=await shown(actor, items), next=after)


def plate_of(one: Pass | Visit) -> vehicles.Plate | None:
    """The plate in plain; None for an invitation that names none."""
    return vehicles.read_plate(vehicles.opened(one.plate, one.seal)) if one.plate else None


def plate_shown(one: Pass | Visit, *, in_plain: bool) -> str | None:
    plate = plate_of(one)
    if plate is None:
        return None
    return plate.shown if in_plain else vehicles.masked(plate.text)


async def shown(actor: Actor, found: Sequence[Pass]) -> list[PassOut]:
    """Passes as the actor may see them; they come with car park and space."""
    terms: defaultdict[int, list[Term]] = defaultdict(list)
    for row in await Term.filter(of_id__in=[one.id for one in found]).order_by("-id"):
        terms[row.of_id].append(row)
    return [
        PassOut(
            id=one.id,
            lot_id=one.lot_id,
            lot_name=one.lot.name,
            vehicle_id=one.vehicle_id,
            plate=plate_shown(one, in_plain=one.owner_id == actor.user_id) or "",
            space_number=one.space.number if one.space else None,
            month_price=lots.month_price(one.lot, one.space),
            status=one.status,
            status_name=one.status.label,
            valid_from=one.valid_from,
            valid_until=one.valid_until,
            terms=[_term(row) for row in terms[one.id]],
            moves=moves_open_to(MOVES, one, actor),
            version=one.version,
        )
        for one in found
    ]


def _term(row: Term) -> TermOut:
    return TermOut(
        months=row.months,
        amount=row.amount,
        status=row.status,
        status_name=row.status.label,
        payment_id=row.payment_id,
        begins_at=row.begins_at,
        ends_at=row.ends_at,
    )


# -- invitations ---------------------------------------------------------------------------------


async def visits(actor: Actor, query: PageQuery) -> Page[VisitOut]:
    """One's own invitations, latest first."""
    chosen = Visit.filter(issuer_id=actor.user_id)
    if query.cursor:
        chosen = chosen.filter(id__lt=paging.decode(query.cursor, int)[0])
    found = await chosen.order_by("-id").limit(query.limit + 1).prefetch_related("lot__area")
    items, after = paging.cut(found, query.limit, lambda one: (one.id,))
    return Page(items=[visit_shown(actor, one) for one in items], next=after)


async def visit(actor: Actor, visit_id: int) -> Visit:
    """One's own invitation. Raises NotFound."""
    chosen = Visit.filter(id=visit_id, issuer_id=actor.user_id)
    found = await chosen.prefetch_related("lot__area").first()
    if found is None:
        raise NotFound("没有这张访客通行证")
    return found


def visit_shown(actor: Actor, one: Visit) -> VisitOut:
    return VisitOut(
        id=one.id,
        lot_id=one.lot_id,
        lot_name=one.lot.name,
        code=crypto.decrypt(one.code, field=VISIT_CODE, row=one.seal),
        plate=plate_shown(one, in_plain=True),
        remark=one.remark,
        valid_from=one.valid_from,
        valid_until=one.valid_until,
        status=one.status,
        status_name=one.status.label,
        is_over=one.valid_until <= clock.now(),
        moves=moves_open_to(VISIT_MOVES, one, actor),
    )


async def by_code(code: str) -> Visit:
    """The invitation of a code, with its car park. Raises NotFound."""
    digest = crypto.digest(code.strip().upper())
    found = await Visit.get_or_none(code_digest=digest).prefetch_related("lot__area")
    if found is None or found.status == VisitStatus.CANCELLED:
        raise NotFound("访客码无效")
    return found


async def invitation(code: str) -> InvitationOut:
    """What the visitor sees. Raises NotFound."""
    one = await by_code(code)
    return InvitationOut(
        lot_name=one.lot.name,
        place=await areas.full_name(one.lot.area),
        plate=plate_shown(one, in_plain=False),
        valid_from=one.valid_from,
        valid_until=one.valid_until,
        is_good=one.status == VisitStatus.ISSUED and one.valid_until > clock.now(),
    )


def slots(dwelling_id: int, month: date, quota: int) -> list[str]:
    """The places that a dwelling's invitations of a month can take."""
    return [f"{dwelling_id}:{month:%Y-%m}:{number}" for number in range(quota)]


async def used(dwelling_id: int, lot: lots.Lot) -> int:
    """How many of the month's invitations of a dwelling are issued."""
    return await Visit.filter(
        slot__in=slots(dwelling_id, clock.today(), lot.visitor_quota) or [""]
    ).count()


async def quota(dwelling_id: int, lot: lots.Lot) -> QuotaOut:
    """How many of the month's invitations a dwelling has used."""
    spent = await used(dwelling_id, lot)
    return QuotaOut(lot_id=lot.id, quota=lot.visitor_quota, used=spent)


# -- for the rooms above -------------------------------------------------------------------------


@dataclass(frozen=True)
class Cover:
    """What lets a car in for nothing: `kind` is `pass` or `visit`, until when it does."""

    kind: str
    id: int
    until: datetime


async def covering(lot_id: int, text: str, at: datetime, stay: str) -> Cover | None:
    """What covers the plate at that moment. An invitation that let this very stay (its key) in
    still does, any other one only while unused."""
    indexes = vehicles.indexes(text)
    found = (
        await Pass.filter(
            lot_id=lot_id, plate_index__in=indexes, valid_from__lte=at, valid_until__gt=at
        )
        .order_by("-valid_until")
        .first()
    )
    if found is not None and found.valid_until is not None:
        return Cover("pass", found.id, found.valid_until)
    invited = (
        await Visit.filter(
            Q(status=VisitStatus.ISSUED) | Q(used_by=stay),
            lot_id=lot_id,
            plate_index__in=indexes,
            valid_from__lte=at,
            valid_until__gt=at,
        )
        .exclude(status=VisitStatus.CANCELLED)
        .order_by("valid_until", "id")
        .first()
    )
    return Cover("visit", invited.id, invited.valid_until) if invited else None


async def about(user_id: int) -> dict[str, Any]:
    """Everything the room keeps about a person, in plain words for their own export."""
    own = await Pass.filter(owner_id=user_id).order_by("id")
    invited = await Visit.filter(issuer_id=user_id).order_by("id")
    return {
        "停车月卡": [
            {
                "车牌": plate_shown(one, in_plain=True),
                "状态": one.status.label,
                "有效期到": one.valid_until,
            }
            for one in own
        ],
        "访客通行证": [
            {
                "车牌": plate_shown(one, in_plain=True),
                "备注": one.remark,
                "从": one.valid_from,
                "到": one.valid_until,
            }
            for one in invited
        ],
    }
