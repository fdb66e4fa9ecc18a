"""Reading days, their benches, one's own turns, and who comes to a bench."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from backend.core import clock, crypto, paging, pickups
from backend.core.actor import Actor
from backend.core.database import below, marks, rows
from backend.core.errors import Invalid, NotFound
from backend.core.schemas import Page
from backend.core.states import moves_open_to
from backend.engines.bookings import queries as bookings
from backend.engines.bookings.queries import (
    Booking,
    BookingOut,
    BookingStatus,
    Slot,
    SlotOut,
    SlotStatus,
)
from backend.engines.craftsmen import queries as craftsmen
from backend.features.mending_days import rules
from backend.features.mending_days.models import Bench, BenchStatus, DayStatus, MendingDay
from backend.features.mending_days.permissions import P
from backend.features.mending_days.rules import KIND
from backend.features.mending_days.schemas import (
    BenchList,
    BenchOut,
    DayCard,
    DayOut,
    DayQuery,
    GuestTurn,
    MyTurn,
    TurnOut,
)
from backend.features.mending_days.states import BENCH_MOVES, DAY_MOVES
from backend.foundation.areas import queries as areas
from backend.foundation.identity import queries as identity
from backend.foundation.residents import queries as residents

B = BookingStatus
HELD = frozenset({B.CHECKED_IN, B.CHECKED_OUT, B.DONE})
SAID = {B.BOOKED: "已预约", B.NO_SHOW: "没来"} | dict.fromkeys(HELD, "已服务")
"""How a turn's booking is called here, where it is called otherwise than elsewhere."""
_LEFT = (
    "SELECT b.day_id AS day, COUNT(*) AS n FROM bookings_slot s "
    "JOIN mending_days_bench b ON b.id = s.owner_id "
    "WHERE s.owner_kind = 'bench' AND b.day_id IN ({}) AND s.status = 'open' "
    "AND s.taken < s.quota AND s.closes_at > ? GROUP BY b.day_id"
)
_MINE = (
    "SELECT b.day_id AS day, COUNT(*) AS n FROM bookings_booking k "
    "JOIN bookings_slot s ON s.id = k.slot_id JOIN mending_days_bench b ON b.id = s.owner_id "
    "WHERE s.owner_kind = 'bench' AND b.day_id IN ({}) AND k.user_id = ? "
    "AND k.live_key IS NOT NULL GROUP BY b.day_id"
)


# -- rows ----------------------------------------------------------------------------------------
async def visible_to(actor: Actor) -> QuerySet[MendingDay]:
    """Days where one lives, of one's post, and those one has a bench at."""
    if actor.is_system:
        return MendingDay.all()
    scope = Q(area_path__in=await _home_paths(actor) or ["-"])
    for path in actor.paths(P.ANNOUNCE):
        first, end = below(path)
        scope |= Q(area_path__gte=first, area_path__lt=end)
    standing = Bench.filter(craftsman__user_id=actor.user_id)
    held = [one.day_id for one in await standing.only("id", "day_id")]
    return MendingDay.filter(scope | Q(id__in=held or [0]))


async def _home_paths(actor: Actor) -> list[str]:
    homes = await residents.dwellings_of(actor.user_id)
    return sorted({path for home in homes for path in craftsmen.along(home.area_path)})


async def lives_at(actor: Actor, day: MendingDay) -> bool:
    return day.area_path in await _home_paths(actor)


async def get(actor: Actor, day_id: int) -> MendingDay:
    """Raises NotFound."""
    found = await (await visible_to(actor)).filter(id=day_id).first()
    if found is None:
        raise NotFound("没有这个小修小补日")
    return found


async def run_by(actor: Actor, day_id: int) -> MendingDay:
    """A day that the actor looks after. Raises NotFound."""
    found = await get(actor, day_id)
    if not found.may(actor, P.ANNOUNCE):
        raise NotFound("没有这个小修小补日")
    return found


async def bench_of(bench_id: int) -> Bench:
    """Raises NotFound."""
    found = await Bench.get_or_none(id=bench_id).select_related("day", "craftsman")
    if found is None:
        raise NotFound("没有这个摊位")
    return found


async def kept_by(actor: Actor, bench_id: int) -> Bench:
    """A bench of the actor's own, or that the actor looks after. Raises NotFound."""
    found = await bench_of(bench_id)
    if not any(found.may(actor, one) for one in (P.SERVE, P.ANNOUNCE)):
        raise NotFound("没有这个摊位")
    return found


async def benches_of(day_id: int) -> list[Bench]:
    return await Bench.filter(day_id=day_id).order_by("id").select_related("day", "craftsman")


async def live_booking(slot_id: int) -> Booking:
    """Whoever has this turn. Raises NotFound while nobody has."""
    found = await Booking.filter(slot_id=slot_id).exclude(live_key=None).first()
    if found is None:
        raise NotFound("这个号没有人预约")
    return found


async def ending(now: datetime, limit: int) -> list[int]:
    """Days that are behind."""
    late = MendingDay.filter(status=DayStatus.ANNOUNCED, ends_at__lt=now - rules.LATE)
    return [one.id for one in await late.order_by("ends_at").limit(limit).only("id")]


async def to_remind(first: datetime, last: datetime) -> list[int]:
    """Days between two moments of which nobody has been reminded."""
    found = MendingDay.filter(status=DayStatus.ANNOUNCED, starts_at__gte=first, starts_at__lt=last)
    return [one.id for one in await found.filter(is_reminded=False).only("id")]


# -- days ------------------------------------------------------------------------------------------
async def listed(actor: Actor, query: DayQuery) -> Page[DayCard]:
    """Days to come, the next first; or those behind, the latest first."""
    is_coming = query.state == "coming"
    now, seen = clock.now(), await visible_to(actor)
    chosen = seen.filter(ends_at__gte=now) if is_coming else seen.filter(ends_at__lt=now)
    if query.cursor:
        chosen = chosen.filter(_after(query.cursor, is_coming=is_coming))
    order = ("starts_at", "id") if is_coming else ("-starts_at", "-id")
    found = await chosen.order_by(*order).limit(query.limit + 1)
    items, after = paging.cut(found, query.limit, lambda one: (one.starts_at.isoformat(), one.id))
    return Page(items=await cards(actor, items), next=after)


def _after(cursor: str, *, is_coming: bool) -> Q:
    """What follows a place in the list. Raises Invalid."""
    text, last = paging.decode(cursor, str, int)
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise Invalid(fields={"cursor": "不是有效的翻页标记"}) from error
    if at.tzinfo is None:
        raise Invalid(fields={"cursor": "不是有效的翻页标记"})
    if is_coming:
        return Q(starts_at__gt=at) | Q(starts_at=at, id__gt=last)
    return Q(starts_at__lt=at) | Q(starts_at=at, id__lt=last)


async def cards(actor: Actor, found: Sequence[MendingDay]) -> list[DayCard]:
    """Days in a list, with four statements for all of them."""
    ids = [one.id for one in found]
    benches: defaultdict[int, list[Bench]] = defaultdict(list)
    there = Bench.filter(day_id__in=ids or [0]).order_by("id")
    for bench in await there.select_related("craftsman"):
        benches[bench.day_id].append(bench)
    names = await areas.full_names(one.area_path for one in found)
    left, mine = await _counted(_LEFT, ids, clock.now()), await _counted(_MINE, ids, actor.user_id)
    return [
        DayCard(
            **_card(one, benches[one.id], actor),
            area_name=names[one.area_path],
            left=left.get(one.id, 0),
            mine=mine.get(one.id, 0),
        )
        for one in found
    ]


async def _counted(sql: str, day_ids: list[int], value: Any) -> dict[int, int]:
    if not day_ids:
        return {}
    found = await rows(sql.format(marks(day_ids)), *day_ids, value)
    return {int(row["day"]): int(row["n"]) for row in found}


def _card(one: MendingDay, benches: Sequence[Bench], actor: Actor) -> dict[str, Any]:
    there = [bench for bench in benches if bench.status is BenchStatus.SET]
    plain = "id place starts_at ends_at status"
    return {name: getattr(one, name) for name in plain.split()} | {
        "skills": list(dict.fromkeys(bench.skill.label for bench in there)),
        "benches": len(there),
        "my_bench_id": next((bench.id for bench in there if bench.may(actor, P.SERVE)), None),
        "served": sum(bench.served for bench in benches),
        "status_name": one.status.label,
    }


async def detail(actor: Actor, day_id: int) -> DayOut:
    """Raises NotFound."""
    day = await get(actor, day_id)
    (card,) = await cards(actor, [day])
    return DayOut(
        **card.model_dump(),
        about=day.about,
        most_each=day.most_each,
        reason=day.reason,
        bench_list=await benches_shown(actor, await benches_of(day.id)),
        moves=moves_open_to(DAY_MOVES, day, actor),
        version=day.version,
    )


async def benches_shown(actor: Actor, found: Sequence[Bench]) -> list[BenchOut]:
    """Benches with their turns."""
    slots = await bookings.slots_of(KIND, [one.id for one in found])
    turns: defaultdict[int, list[TurnOut]] = defaultdict(list)
    for slot in await bookings.slots_shown(actor, slots):
        turns[slot.owner_id].append(_turn(slot))
    return [_bench(actor, one, turns[one.id]) for one in found]


def _bench(actor: Actor, one: Bench, turns: list[TurnOut]) -> BenchOut:
    plain = "id craftsman_id skill minutes status reason served"
    facts: dict[str, Any] = {name: getattr(one, name) for name in plain.split()}
    return BenchOut(
        **facts,
        called=one.craftsman.called,
        skill_name=one.skill.label,
        status_name=one.status.label,
        left=sum(not turn.why_closed for turn in turns),
        is_mine=one.may(actor, P.SERVE),
        turns=turns,
        moves=_bench_moves(actor, one),
    )


def _bench_moves(actor: Actor, one: Bench) -> list[str]:
    if one.day.status is not DayStatus.ANNOUNCED:
        return []
    return moves_open_to(BENCH_MOVES, one, actor)


def _turn(slot: SlotOut) -> TurnOut:
    return TurnOut(
        id=slot.id,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        why_closed=slot.why_closed,
        mine=next((_mine(one) for one in slot.mine), None),
    )


def _mine(one: BookingOut) -> MyTurn:
    code = rules.code_of(one.id) if one.status in (B.BOOKED, B.NO_SHOW) else None
    return MyTurn(
        booking_id=one.id,
        for_whom=one.for_whom,
        status=one.status,
        status_name=SAID.get(one.status, one.status_name),
        code=code,
        qr=code and pickups.qr(rules.PREFIX, code),
        moves=one.moves,
    )


# -- a bench ---------------------------------------------------------------------------------------
async def bench_list(actor: Actor, bench_id: int) -> BenchList:
    """A bench with every turn of it, for its craftsman and the staff. Raises NotFound."""
    bench = await kept_by(actor, bench_id)
    slots = await bookings.slots_of(KIND, [bench.id])
    (card,) = await cards(actor, [bench.day])
    (shown,) = await benches_shown(actor, [bench])
    taken = await _guests(actor, bench, slots)
    return BenchList(bench=shown, day=card, items=[taken.get(one.id, _free(one)) for one in slots])


async def _guests(actor: Actor, bench: Bench, slots: Sequence[Slot]) -> dict[int, GuestTurn]:
    by_id, is_staff = {one.id: one for one in slots}, bench.may(actor, P.ANNOUNCE)
    found = await Booking.filter(slot_id__in=list(by_id) or [0]).exclude(live_key=None)
    called = await identity.names(one.user_id for one in found if one.user_id)
    made: dict[int, GuestTurn] = {}
    for one in found:
        slot = by_id[one.slot_id]
        name = called[one.user_id].name if one.user_id in called else "已注销用户"
        made[slot.id] = GuestTurn(
            id=slot.id,
            starts_at=slot.starts_at,
            ends_at=slot.ends_at,
            name=name if is_staff else crypto.mask_name(name),
            status=one.status,
            status_name=SAID.get(one.status, one.status.label),
            moves=_guest_moves(actor, bench, one, slot),
        )
    return made


def _guest_moves(actor: Actor, bench: Bench, one: Booking, slot: Slot) -> list[str]:
    now = clock.now()
    if not is_open(bench.day, now):
        return []
    one.is_hosted = True
    by_hand = bench.may(actor, P.ANNOUNCE) and one.status in (B.BOOKED, B.NO_SHOW)
    is_missing = "no-show" in bookings.open_moves(one, slot, actor, now)
    return [*(["hold"] if by_hand else []), *(["miss"] if is_missing else [])]


def is_open(day: MendingDay, now: datetime) -> bool:
    """Whether turns are being held, or can be said to have been."""
    is_near = day.starts_at - rules.EARLY <= now <= day.ends_at + rules.LATE
    return day.status is DayStatus.ANNOUNCED and is_near


def _free(slot: Slot) -> GuestTurn:
    return GuestTurn(
        id=slot.id,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        name="",
        status=None,
        status_name=slot.status.label if slot.status is SlotStatus.CALLED_OFF else "空号",
        moves=[],
    )


async def about(user_id: int) -> dict[str, Any]:
    """Everything the room keeps about a person, in plain words for their own export."""
    stood = Bench.filter(craftsman__user_id=user_id).order_by("id").select_related("day")
    return {
        "小修小补摊位": [
            {
                "时间": one.day.starts_at,
                "地点": one.day.place,
                "手艺": one.skill.label,
                "服务人次": one.served,
                "状态": one.status.label,
            }
            for one in await stood
        ]
    }
