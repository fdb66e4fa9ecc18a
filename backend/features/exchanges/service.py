"""Offering things, reserving them, handing them over."""

from typing import Any

from backend.core import clock
from backend.core.actor import SYSTEM, Actor
from backend.core.database import duplicate_is
from backend.core.errors import Conflict
from backend.core.states import check, make
from backend.engines.fairs import queries as fairs
from backend.engines.fairs.queries import ANNOUNCED, FairStatus
from backend.features.exchanges import messages, queries, rules
from backend.features.exchanges.models import ExchangeItem, ItemStatus
from backend.features.exchanges.schemas import ItemNew, ItemOut, MoveBody
from backend.features.exchanges.states import MOVES
from backend.foundation.audit import service as audit
from backend.foundation.files import service as files
from backend.foundation.moderations import service as moderations
from backend.foundation.notify import service as notify

ROOM = "exchanges"
NOBODY: dict[str, Any] = {"taker_id": None, "keep_key": None}


class TooManyItems(Conflict):
    code, title = "too_many_items", f"一场集市每人最多带 {rules.MOST_ITEMS} 件"


class TooManyReserved(Conflict):
    code, title = "too_many_reserved", f"一场集市每人最多预定 {rules.MOST_RESERVED} 件"


async def offer(actor: Actor, fair_id: int, body: ItemNew) -> ItemOut:
    """Bring a thing. Raises NotFound, WrongState, TooManyItems."""
    fair = await fairs.get(actor, fair_id)
    fairs.demand_status(fair, ANNOUNCED)
    mine = ExchangeItem.filter(fair_id=fair.id, giver_id=actor.user_id)
    if await mine.exclude(status__in=[ItemStatus.WITHDRAWN]).count() >= rules.MOST_ITEMS:
        raise TooManyItems
    given = body.model_dump(exclude={"accepts_rules"})
    item = await ExchangeItem.create(
        fair=fair, giver_id=actor.user_id, created_at=clock.now(), **given
    )
    await files.attach(actor, body.file_ids, queries.subject(item.id))
    await moderations.judge(ROOM, item.id, actor.user_id, body.title, body.about, body.wants)
    return (await queries.shown(actor, [item]))[0]


async def _ready(actor: Actor, item_id: int, name: str, body: MoveBody) -> ExchangeItem:
    item = await queries.get(actor, item_id)
    check(item, MOVES[name], actor, body.version)
    day = {FairStatus.OPEN} if name == "hand-over" else ANNOUNCED
    fairs.demand_status(item.fair, day)
    return item


async def reserve(actor: Actor, item_id: int, body: MoveBody) -> ItemOut:
    """Reserve a thing: of several at once one has it, the others get Conflict.

    Raises NotFound, Forbidden for one's own, WrongState, TooManyReserved.
    """
    item = await _ready(actor, item_id, "reserve", body)
    keys = rules.keep_keys(item.fair_id, actor.user_id)
    taken = {one.keep_key for one in await ExchangeItem.filter(keep_key__in=keys)}
    free = [one for one in keys if one not in taken]
    if not free:
        raise TooManyReserved
    with duplicate_is(Conflict()):
        await make(item, MOVES["reserve"], actor, taker_id=actor.user_id, keep_key=free[0])
    await _tell(item, item.giver_id, messages.RESERVED)
    return (await queries.shown(actor, [item]))[0]


async def give_up(actor: Actor, item_id: int, body: MoveBody) -> ItemOut:
    """Whoever reserved it does not want it any more."""
    item = await _ready(actor, item_id, "give-up", body)
    await make(item, MOVES["give-up"], actor, **NOBODY)
    await _tell(item, item.giver_id, messages.GIVEN_UP)
    return (await queries.shown(actor, [item]))[0]


async def release(actor: Actor, item_id: int, body: MoveBody) -> ItemOut:
    """The giver would rather wait for somebody else."""
    item = await _ready(actor, item_id, "release", body)
    taker = item.taker_id
    await make(item, MOVES["release"], actor, **NOBODY)
    await _tell(item, taker, messages.RELEASED)
    return (await queries.shown(actor, [item]))[0]


async def hand_over(actor: Actor, item_id: int, body: MoveBody) -> ItemOut:
    """On the day: it has changed hands."""
    item = await _ready(actor, item_id, "hand-over", body)
    await make(item, MOVES["hand-over"], actor, keep_key=None, handed_at=clock.now())
    return (await queries.shown(actor, [item]))[0]


async def withdraw(actor: Actor, item_id: int, body: MoveBody) -> ItemOut:
    """The giver keeps it."""
    item = await _ready(actor, item_id, "withdraw", body)
    await _take_away(item, "withdraw", actor)
    return (await queries.shown(actor, [item]))[0]


async def remove(actor: Actor, item_id: int, body: MoveBody) -> ItemOut:
    """The organisers take away what is against the rules."""
    item = await _ready(actor, item_id, "remove", body)
    await _take_away(item, "remove", actor)
    await audit.record(actor, "exchanges.removed", queries.subject(item.id), item.fair.area_path)
    await _tell(item, item.giver_id, messages.REMOVED)
    return (await queries.shown(actor, [item]))[0]


async def _take_away(item: ExchangeItem, name: str, actor: Actor) -> None:
    taker = item.taker_id
    await make(item, MOVES[name], actor, **NOBODY)
    await _tell(item, taker, messages.GONE)


async def _tell(item: ExchangeItem, user_id: int | None, template: messages.Template) -> None:
    link = fairs.PAGE.format(item.fair_id)
    await notify.send(template, to=user_id or 0, link=link, title=item.title)


# -- what follows --------------------------------------------------------------------------------
async def end(fair_id: int) -> None:
    """The fair is over: what did not change hands goes home again."""
    left = ExchangeItem.filter(fair_id=fair_id, status__in=list(MOVES["withdraw"].sources))
    for item in await left.prefetch_related("fair"):
        await _take_away(item, "withdraw", SYSTEM)


async def hide(item_id: int) -> None:
    """Moderation found the words risky: only those concerned still read them."""
    await ExchangeItem.filter(id=item_id).update(is_hidden=True)


async def forget(user_id: int) -> None:
    """A person left: what they brought goes with them, what they reserved is free again."""
    for item in await ExchangeItem.filter(giver_id=user_id).prefetch_related("fair"):
        if item.status in MOVES["withdraw"].sources:
            await _take_away(item, "withdraw", SYSTEM)
        await files.detach(queries.subject(item.id))
    kept = ExchangeItem.filter(taker_id=user_id, status=ItemStatus.RESERVED)
    for item in await kept.prefetch_related("fair"):
        await make(item, MOVES["give-up"], SYSTEM, **NOBODY)
    await ExchangeItem.filter(giver_id=user_id).update(
        giver_id=None, title="已注销用户的物品", about="", wants="", file_ids=[]
    )
    await ExchangeItem.filter(taker_id=user_id).update(taker_id=None)
