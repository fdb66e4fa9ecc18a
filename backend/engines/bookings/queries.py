"""Reading slots and bookings: one's own, and for the rooms above those of their things."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from tortoise.queryset import QuerySet

from backend.core import clock, crypto, paging
from backend.core.actor import Actor
from backend.core.database import marks, rows
from backend.core.errors import NotFound
from backend.core.schemas import Page
from backend.core.states import moves_open_to
from backend.engines.bookings import rules
from backend.engines.bookings.models import Booking as Booking
from backend.engines.bookings.models import BookingStatus as BookingStatus
from backend.engines.bookings.models import Slot as Slot
from backend.engines.bookings.models import SlotStatus as SlotStatus
from backend.engines.bookings.permissions import P
from backend.engines.bookings.rules import Direction as Direction
from backend.engines.bookings.rules import Point as Point
from backend.engines.bookings.rules import Proof as Proof
from backend.engines.bookings.schemas import BookBody as BookBody
from backend.engines.bookings.schemas import BookingOut as BookingOut
from backend.engines.bookings.schemas import GuestOut as GuestOut
from backend.engines.bookings.schemas import GuestsQuery as GuestsQuery
from backend.engines.bookings.schemas import MineQuery
from backend.engines.bookings.schemas import ReleaseBody as ReleaseBody
from backend.engines.bookings.schemas import SlotOut as SlotOut
from backend.engines.bookings.states import ENDED, LIVE, SLOT_MOVES, THERE, B, S
from backend.engines.bookings.states import MOVES as MOVES
from backend.foundation.identity import queries as identity
from backend.foundation.residents import queries as residents

RUNNING = frozenset({S.OPEN, S.CLOSED})
_AHEAD = (
    "SELECT b.id, (SELECT COUNT(*) FROM bookings_booking o WHERE o.slot_id = b.slot_id "
    "AND o.status = 'waiting' AND o.turn < b.turn) AS n FROM bookings_booking b WHERE b.id IN ({})"
)


def visible_to(actor: Actor) -> QuerySet[Booking]:
    """One's own. A slot's are asked for by the room above, with its thing."""
    return Booking.all() if actor.is_system else Booking.filter(user_id=actor.user_id)


# -- rows ----------------------------------------------------------------------------------------
async def slot(slot_id: int, owner_kind: str = "") -> Slot:
    """A slot, of this kind of thing where one is named. Raises NotFound."""
    found = await Slot.get_or_none(id=slot_id)
    if found is None or (owner_kind and found.owner_kind != owner_kind):
        raise NotFound("没有这个场次")
    return found


async def held(slot_id: int) -> Slot:
    """The slot; whoever else changes it or its bookings waits for this transaction.

    Everything that changes places takes the slot first: so nobody overtakes in the queue, and no
    two wait for each other. Raises NotFound.
    """
    found = await Slot.filter(id=slot_id).select_for_update().first()
    if found is None:
        raise NotFound("没有这个场次")
    return found


async def mine_of(actor: Actor, booking_id: int) -> Booking:
    """One's own booking. Raises NotFound."""
    found = await visible_to(actor).filter(id=booking_id).first()
    if found is None:
        raise NotFound("没有这条报名")
    return found


async def guest(slot_id: int, booking_id: int) -> Booking:
    """A booking of this slot, for whoever holds it. Raises NotFound."""
    found = await Booking.get_or_none(id=booking_id, slot_id=slot_id)
    if found is None:
        raise NotFound("没有这条报名")
    found.is_hosted = True
    return found


async def slots_of(owner_kind: str, owner_ids: Iterable[int]) -> list[Slot]:
    """The slots of these things, by their start."""
    wanted = Slot.filter(owner_kind=owner_kind, owner_id__in=list(owner_ids))
    return await wanted.order_by("starts_at", "id")


async def bookings_of(slot_id: int, status: Collection[BookingStatus]) -> list[Booking]:
    """A slot's bookings of these statuses, in turn."""
    return await Booking.filter(slot_id=slot_id, status__in=list(status)).order_by("turn")


async def there(slot_id: int) -> int:
    """How many have come."""
    return await Booking.filter(slot_id=slot_id, status__in=[*THERE, B.DONE]).count()


async def own(actor: Actor, slot_id: int) -> list[Booking]:
    """The actor's bookings of a slot, oneself's first."""
    mine = Booking.filter(user_id=actor.user_id, slot_id=slot_id).exclude(live_key=None)
    return sorted(await mine.order_by("id"), key=lambda one: one.resident_id is not None)


async def over(limit: int) -> list[int]:
    """Slots that are to be wound up."""
    late = clock.now() - rules.LATE
    found = Slot.filter(status__in=list(RUNNING), ends_at__lt=late).order_by("ends_at")
    return [one.id for one in await found.limit(limit).only("id")]


async def person(actor: Actor, resident_id: int | None) -> residents.Member | None:
    """The actor, or whom of their household they mean; None for an actor whom no register knows.

    Raises NotFound."""
    for one in await residents.household(actor.user_id):
        if one.is_me if resident_id is None else one.resident_id == resident_id:
            return one
    if resident_id is not None:
        raise NotFound("没有这位家人")
    return None


# -- what may be done now --------------------------------------------------------------------------
def why_closed(one: Slot, now: datetime) -> str:
    """Why nobody can sign up now; empty when somebody can, if only for the waiting list."""
    if one.status is not S.OPEN:
        return one.status.label
    if now < one.opens_at:
        return "报名还没有开始"
    if now >= one.closes_at:
        return "报名时间已过"
    if one.taken >= one.quota and one.waiting >= one.most_waiting:
        return "名额已满"
    return ""


def is_first_come_now(one: Slot, now: datetime) -> bool:
    """Whether only people of the first age may sign up as yet."""
    return one.first_age is not None and (one.first_until is None or now < one.first_until)


def is_door_open(one: Slot, direction: Direction, now: datetime) -> bool:
    if one.status not in RUNNING or now < one.starts_at - rules.EARLY:
        return False
    return now <= (one.ends_at if direction is Direction.IN else one.ends_at + rules.LATE)


def open_moves(one: Booking, of: Slot, actor: Actor, now: datetime) -> list[str]:
    """The table's moves that time allows too."""
    is_late = one.status is B.BOOKED and now > of.cancel_until
    shut = {"cancel"} if is_late or of.status not in RUNNING else set()
    if not is_door_open(of, Direction.IN, now):
        shut |= {"check-in", "admit"}
    if not is_door_open(of, Direction.OUT, now):
        shut |= {"check-out", "see-off"}
    if of.proof is not Proof.TICKET or now < of.starts_at:
        shut |= {"no-show"}
    if of.proof is Proof.TICKET:
        shut |= {"check-in", "check-out"}
    return [name for name in moves_open_to(MOVES, one, actor) if name not in shut]


# -- one's own -------------------------------------------------------------------------------------
async def mine(actor: Actor, query: MineQuery) -> Page[BookingOut]:
    """What one has signed up for, in all rooms, latest first."""
    chosen = Booking.filter(user_id=actor.user_id)
    if query.state != "all":
        chosen = chosen.filter(status__in=list(LIVE if query.state == "open" else ENDED))
    if query.cursor:
        chosen = chosen.filter(id__lt=paging.decode(query.cursor, int)[0])
    found = await chosen.order_by("-id").limit(query.limit + 1).prefetch_related("slot")
    items, after = paging.cut(found, query.limit, lambda one: (one.id,))
    return Page(items=await shown(actor, items), next=after)


async def one_of_mine(actor: Actor, booking_id: int) -> BookingOut:
    """One's own booking. Raises NotFound."""
    found = await mine_of(actor, booking_id)
    await found.fetch_related("slot")
    return (await shown(actor, [found]))[0]


async def shown(actor: Actor, found: Sequence[Booking]) -> list[BookingOut]:
    """Bookings of the actor's with their `slot`."""
    waiting = [one.id for one in found if one.status is B.WAITING]
    ahead = await rows(_AHEAD.format(marks(waiting)), *waiting) if waiting else []
    turns = {int(row["id"]): int(row["n"]) for row in ahead}
    is_known = any(one.resident_id for one in found)
    people = await residents.household(actor.user_id) if is_known else []
    names = {one.resident_id: one.name for one in people}
    now = clock.now()
    return [_shown(actor, one, now, turns, names) for one in found]


def _shown(
    actor: Actor, one: Booking, now: datetime, turns: dict[int, int], names: dict[int, str]
) -> BookingOut:
    of = one.slot
    for_whom = names.get(one.resident_id, "家人") if one.resident_id else None
    return BookingOut(
        id=one.id,
        slot_id=one.slot_id,
        title=of.title,
        place=of.place,
        starts_at=of.starts_at,
        ends_at=of.ends_at,
        link=of.link,
        for_whom=for_whom,
        resident_id=one.resident_id,
        status=one.status,
        status_name=one.status.label,
        ahead=turns.get(one.id),
        offered_until=one.offered_until,
        cancel_until=of.cancel_until,
        checked_in_at=one.checked_in_at,
        checked_out_at=one.checked_out_at,
        reason=one.reason,
        proof=of.proof,
        moves=open_moves(one, of, actor, now),
        version=one.version,
    )


async def slots_shown(actor: Actor, found: Sequence[Slot]) -> list[SlotOut]:
    """Slots for whoever may sign up, with their own bookings; two statements for all of them."""
    by_id = {one.id: one for one in found}
    own = Booking.filter(user_id=actor.user_id, slot_id__in=list(by_id)).exclude(live_key=None)
    bookings = await own.order_by("id") if found else []
    for one in bookings:
        one.slot = by_id[one.slot_id]
    mine: defaultdict[int, list[BookingOut]] = defaultdict(list)
    for booking in await shown(actor, bookings):
        mine[booking.slot_id].append(booking)
    now = clock.now()
    return [_slot(actor, one, mine[one.id], now) for one in found]


def _slot(actor: Actor, one: Slot, mine: list[BookingOut], now: datetime) -> SlotOut:
    names = (
        "id owner_kind owner_id title place latitude longitude radius proof starts_at ends_at "
        "opens_at closes_at cancel_until quota most_waiting taken waiting first_age first_until "
        "status version"
    )
    facts: dict[str, Any] = {name: getattr(one, name) for name in names.split()}
    return SlotOut(
        **facts,
        proof_name=one.proof.label,
        status_name=one.status.label,
        left=0 if one.waiting else one.quota - one.taken,
        why_closed=why_closed(one, now),
        mine=mine,
        moves=moves_open_to(SLOT_MOVES, one, actor),
    )


# -- the host's ------------------------------------------------------------------------------------
async def guests(
    actor: Actor, of: Slot, query: GuestsQuery, *, is_staff: bool = False
) -> Page[GuestOut]:
    """Who is booked into a slot that the actor holds, in turn; `is_staff` reads whole names."""
    chosen = Booking.filter(slot_id=of.id)
    if query.status is not None:
        chosen = chosen.filter(status=query.status)
    if query.cursor:
        chosen = chosen.filter(turn__gt=paging.decode(query.cursor, int)[0])
    found = await chosen.order_by("turn").limit(query.limit + 1)
    items, after = paging.cut(found, query.limit, lambda one: (one.turn,))
    return Page(items=await guests_shown(actor, of, items, is_staff=is_staff), next=after)


async def guests_shown(
    actor: Actor, of: Slot, found: Sequence[Booking], *, is_staff: bool
) -> list[GuestOut]:
    called = await identity.names(one.user_id for one in found if one.user_id)
    now, made = clock.now(), []
    for one in found:
        name = called[one.user_id].name if one.user_id in called else "已注销用户"
        one.is_hosted = True
        made.append(
            GuestOut(
                id=one.id,
                user_id=one.user_id,
                name=name if is_staff or one.user_id is None else crypto.mask_name(name),
                status=one.status,
                status_name=one.status.label,
                turn=one.turn,
                booked_at=one.booked_at,
                checked_in_at=one.checked_in_at,
                checked_out_at=one.checked_out_at,
                checked_by=one.checked_by,
                moves=_host_moves(one, of, actor, now),
                version=one.version,
            )
        )
    return made


def _host_moves(one: Booking, of: Slot, actor: Actor, now: datetime) -> list[str]:
    """Of a host who takes part too, the guest's own moves stand elsewhere."""
    return [name for name in open_moves(one, of, actor, now) if MOVES[name].who == P.HOST]


async def about(user_id: int) -> dict[str, Any]:
    """Everything the room keeps about a person, in plain words for their own export."""
    found = await Booking.filter(user_id=user_id).order_by("id").prefetch_related("slot")
    return {
        "预约与报名": [
            {
                "项目": one.slot.title,
                "时间": one.slot.starts_at,
                "状态": one.status.label,
                "报名时间": one.booked_at,
                "签到时间": one.checked_in_at,
                "签退时间": one.checked_out_at,
            }
            for one in found
        ]
    }
