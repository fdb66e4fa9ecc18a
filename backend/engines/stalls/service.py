"""Offering stalls, choosing among them, and counting who comes by."""

from typing import Any

from tortoise.exceptions import IntegrityError

from backend.core import clock, live
from backend.core.actor import Actor
from backend.core.database import duplicate_is, execute, is_duplicate, transaction
from backend.core.errors import Conflict, Invalid
from backend.core.events import emit
from backend.core.states import check, make
from backend.engines.fairs import queries as fairs
from backend.engines.fairs.queries import RECRUITING, Fair, FairStatus
from backend.engines.shops import queries as shops
from backend.engines.stalls import queries, rules
from backend.engines.stalls.events import StallOffered, StallRuled
from backend.engines.stalls.models import Stall, StallStatus, StallVisit
from backend.engines.stalls.schemas import (
    MoveBody,
    PlaceBody,
    ReasonBody,
    ScanBody,
    StallNew,
    StallOut,
    VisitOut,
)
from backend.engines.stalls.states import MOVES
from backend.foundation.areas import queries as areas
from backend.foundation.audit import service as audit
from backend.foundation.codes import service as codes
from backend.foundation.moderations import service as moderations

ROOM = "stalls"
TAKES_A_PLACE = (StallStatus.OFFERED, StallStatus.ACCEPTED)


class SpotTaken(Conflict):
    code, title = "spot_taken", "这个位置已有摊位"


async def offer(actor: Actor, fair_id: int, body: StallNew) -> StallOut:
    """Offer a stall; one that the organisers set up themselves is accepted at once.

    Raises NotFound, WrongState when the fair looks for none, Conflict after too many.
    """
    fair = await fairs.get(actor, fair_id)
    fairs.demand_status(fair, RECRUITING)
    if body.shop_id is not None:
        await shops.run_by(actor, body.shop_id)
    is_staff = fair.may(actor, fairs.P.RUN)
    mine = Stall.filter(fair_id=fair.id, offered_by=actor.user_id, status__in=TAKES_A_PLACE)
    if not is_staff and await mine.count() >= rules.MOST_OFFERS:
        raise Conflict(f"一场集市最多报 {rules.MOST_OFFERS} 个摊位")
    stall = await Stall.create(
        fair=fair, offered_by=actor.user_id, created_at=clock.now(), **body.model_dump()
    )
    await moderations.judge(ROOM, stall.id, actor.user_id, body.name, body.about)
    if is_staff:
        await _accept(actor, stall)
    else:
        await emit(StallOffered(stall.id, fair.id))
    return (await queries.shown(actor, [stall]))[0]


async def accept(actor: Actor, stall_id: int, body: MoveBody) -> StallOut:
    stall = await queries.run_by(actor, stall_id)
    fairs.demand_status(stall.fair, RECRUITING)
    await _accept(actor, stall, body.version)
    await emit(StallRuled(stall.id, "accept"))
    return (await queries.shown(actor, [stall]))[0]


async def _accept(actor: Actor, stall: Stall, version: int | None = None) -> None:
    """It takes part, and has a code of its own from now on."""
    check(stall, MOVES["accept"], actor, version)
    area = await areas.get(stall.fair.area_id)
    key = f"stall:{stall.id}"
    label = f"摊位：{stall.name}"
    code = await codes.issue(actor, codes.CodeKind.STALL, area, label=label, live_key=key)
    await make(stall, MOVES["accept"], actor, code_id=code.id)
    await audit.record(actor, "stalls.accepted", key, stall.fair.area_path)


async def decline(actor: Actor, stall_id: int, body: ReasonBody) -> StallOut:
    """Refuse an offer, or take a stall out again; whoever offered it reads why."""
    stall = await queries.run_by(actor, stall_id)
    fairs.demand_status(stall.fair, RECRUITING)
    await _leave(actor, stall, "decline", body.version, body.reason)
    await emit(StallRuled(stall.id, "decline"))
    return (await queries.shown(actor, [stall]))[0]


async def withdraw(actor: Actor, stall_id: int, body: MoveBody) -> StallOut:
    """Take one's own offer back, before the fair."""
    stall = await queries.get(actor, stall_id)
    fairs.demand_status(stall.fair, RECRUITING)
    await _leave(actor, stall, "withdraw", body.version, "")
    return (await queries.shown(actor, [stall]))[0]


async def _leave(actor: Actor, stall: Stall, name: str, version: int | None, reason: str) -> None:
    free: dict[str, Any] = {"map_column": None, "map_row": None, "spot_key": None, "reason": reason}
    await make(stall, MOVES[name], actor, version=version, **free)
    await audit.record(actor, f"stalls.{name}", f"stall:{stall.id}", stall.fair.area_path)
    if stall.code_id is not None:
        await codes.withdraw(stall.code_id)


async def place(actor: Actor, stall_id: int, body: PlaceBody) -> StallOut:
    """Put a stall on the map, or take it off. Raises Invalid beside the map, SpotTaken."""
    stall = await queries.run_by(actor, stall_id)
    fair: Fair = stall.fair
    fairs.demand_status(fair, RECRUITING)
    if (body.column or 0) > fair.map_columns or (body.row or 0) > fair.map_rows:
        raise Invalid(fields={"column": f"地图只有 {fair.map_rows} 行 {fair.map_columns} 列"})
    key = body.column and f"{fair.id}:{body.row}:{body.column}"
    spot: dict[str, Any] = {"map_column": body.column, "map_row": body.row, "spot_key": key}
    with duplicate_is(SpotTaken()):
        await make(stall, MOVES["place"], actor, version=body.version, **spot)
    return (await queries.shown(actor, [stall]))[0]


# -- coming by -----------------------------------------------------------------------------------
async def scan(actor: Actor, body: ScanBody) -> VisitOut:
    """Come by a stall of an open fair: counted once a person, however often it is scanned.

    Raises NotFound for what is no stall's code or leads nowhere any more, WrongState.
    """
    code = await codes.read(body.scene)
    stall = await queries.by_code(actor, code.id)
    fairs.demand_status(stall.fair, {FairStatus.OPEN})
    check_taking_part(stall)
    is_first = await _visit(stall, actor.user_id)
    if is_first:
        tell(stall.fair_id, "visit")
    visited = await queries.visited_by(actor.user_id, stall.fair_id)
    shown = (await queries.shown(actor, [stall]))[0]
    return VisitOut(stall=shown, is_first=is_first, visited=len(visited))


def check_taking_part(stall: Stall) -> None:
    """Raise Conflict for a stall that was taken out."""
    if stall.status is not StallStatus.ACCEPTED:
        raise Conflict("这个摊位已退出集市")


async def _visit(stall: Stall, user_id: int) -> bool:
    """Of two scans at once the database lets one in."""
    if await StallVisit.exists(stall_id=stall.id, user_id=user_id):
        return False
    try:
        async with transaction():
            await StallVisit.create(stall_id=stall.id, user_id=user_id, at=clock.now())
    except IntegrityError as error:
        if not is_duplicate(error):
            raise
        return False
    await execute("UPDATE stalls_stall SET visitors = visitors + 1 WHERE id = ?", stall.id)
    stall.visitors += 1
    return True


def tell(fair_id: int, what: str) -> None:
    """Tell the walls that show this fair to look again."""
    body = {"type": "fair", "fair_id": fair_id, "what": what}
    live.publish("fairs", to={"watch": f"fair:{fair_id}"}, body=body)


# -- what follows --------------------------------------------------------------------------------
async def withdraw_codes(fair_id: int) -> None:
    """The fair is over: its stalls' codes lead nowhere."""
    for stall in await queries.accepted(fair_id):
        if stall.code_id is not None:
            await codes.withdraw(stall.code_id)


async def hide(stall_id: int) -> None:
    await Stall.filter(id=stall_id).update(is_hidden=True)


async def forget(user_id: int) -> None:
    """A person left: what they offered and where they were stays, nameless."""
    await Stall.filter(offered_by=user_id).update(offered_by=None)
    await StallVisit.filter(user_id=user_id).update(user_id=None)
