"""Asking, passing on, answering, handing over to the staff, and ruling on abuse."""

from contextlib import suppress
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from backend.core import clock
from backend.core.actor import SYSTEM, Actor
from backend.core.database import duplicate_is, move_paths
from backend.core.errors import Conflict, NotFound, WrongState
from backend.core.events import emit
from backend.core.jobs import enqueue, job
from backend.core.states import make
from backend.engines.demands import queries as places
from backend.engines.demands import service as demands
from backend.engines.demands.queries import WithdrawBody
from backend.engines.orders.service import NewOrder, Place
from backend.engines.vehicles import queries as vehicles
from backend.features.move_car import messages, queries, rules
from backend.features.move_car.events import MoveAnswered, MoveAsked, MoveEnded
from backend.features.move_car.models import Block, MoveRequest, Reply, RequestStatus, Told
from backend.features.move_car.permissions import P
from backend.features.move_car.schemas import (
    AnswerBody,
    Ask,
    BlockNew,
    BlockOut,
    Complain,
    Dismiss,
    Lift,
    OverseenOut,
    RequestOut,
    ToldOut,
)
from backend.features.move_car.states import MOVES, OPEN, UNANSWERED
from backend.foundation.audit import service as audit
from backend.foundation.codes import service as codes
from backend.foundation.files import service as files
from backend.foundation.moderations import service as moderations
from backend.foundation.notify import service as notify


class AskedAlready(Conflict):
    code, title = "asked_already", "您已经请这辆车挪车，请等待答复"


# -- asking --------------------------------------------------------------------------------------
async def ask(actor: Actor, body: Ask) -> RequestOut:
    """Ask for a car to be moved. Nothing is looked up here: what the answer says and how long it
    takes is the same for a plate that is known and for one that is not.

    Raises Invalid, NotFound for a code that leads nowhere, AskingBlocked, AskedAlready, TooOften.
    """
    await queries.check_allowed(actor)
    plate = await _target(body)
    await queries.check_plate(plate.text)
    place = await places.place_of(actor, body.place)
    seal = vehicles.new_seal()
    columns: dict[str, Any] = dict(vehicles.sealed(plate.text, seal))
    request = await _create(
        actor.user_id,
        **columns,
        open_key=f"{actor.user_id}:{columns['plate_index']}",
        seal=seal,
        by_code=body.code is not None,
        reason=body.reason,
        file_ids=body.file_ids,
        area_path=place.area_path,
        place=asdict(place),
    )
    await files.attach(actor, body.file_ids, _subject(request.id))
    await audit.record(actor, "move_car.asked", _subject(request.id), place.area_path)
    await moderations.judge("move_car", request.id, actor.user_id, body.place.text or "")
    await emit(MoveAsked(request.id))
    return (await queries.for_asker(actor, [request]))[0]


async def _create(user_id: int, **columns: Any) -> MoveRequest:
    """The day's next request of the person. Raises TooOften, AskedAlready, Conflict for a rival
    that took the same place in the day."""
    slots = _slots(user_id, clock.today())
    number = await MoveRequest.filter(slot__in=slots).count()
    if number >= rules.MOST_A_DAY:
        raise queries.TooOften
    if await MoveRequest.filter(open_key=columns["open_key"]).exists():
        raise AskedAlready
    columns |= {"requester_id": user_id, "slot": slots[number], "asked_at": clock.now()}
    with duplicate_is(Conflict()):
        return await MoveRequest.create(**columns)


def _slots(user_id: int, day: date) -> list[str]:
    return [f"{user_id}:{day}:{number}" for number in range(rules.MOST_A_DAY)]


def _subject(request_id: int) -> str:
    return f"move_car:{request_id}"


async def _target(body: Ask) -> vehicles.Plate:
    if body.plate is not None:
        return vehicles.plate_of(body.plate)
    code = await codes.read(body.code or "")
    known = await vehicles.by_code(code.id)
    if known is None:
        raise NotFound("这个挪车码已失效")
    return known.plate


# -- what the clock and the worker do ------------------------------------------------------------
async def begin(request_id: int) -> None:
    """Find whose car it is. Nobody's: the staff are called at once, and the asker is shown the
    same as ever."""
    request = await MoveRequest.get(id=request_id)
    plate = queries.plate_of(request)
    known = await vehicles.by_plate(plate.text) if plate else None
    if request.status not in UNANSWERED:
        return
    if known is None:
        await _hand_over(request, "hand-over", SYSTEM)
        return
    request.vehicle_id = known.id
    await MoveRequest.filter(id=request.id).update(vehicle_id=known.id)
    await _tell_next(request)
    delay = rules.timetable(request.reason).pass_on
    await enqueue(go_on, delay=delay, request_id=request.id, status=str(request.status))


@job()
async def go_on(request_id: int, status: str) -> None:
    """The next step of a request that still stands as it did when this was set up."""
    request = await MoveRequest.get_or_none(id=request_id)
    if request is None or request.status != status:
        return
    if request.status == RequestStatus.ASKED:
        await _pass_on(request)
    elif request.status == RequestStatus.PASSED_ON:
        await _hand_over(request, "hand-over", SYSTEM)


async def _pass_on(request: MoveRequest) -> None:
    await make(request, MOVES["pass-on"], SYSTEM)
    await _try_next(request)


async def _try_next(request: MoveRequest) -> None:
    await _tell_next(request)
    steps = rules.timetable(request.reason)
    delay = steps.hand_over - steps.pass_on
    await enqueue(go_on, delay=delay, request_id=request.id, status=str(request.status))


async def _tell_next(request: MoveRequest) -> None:
    """Tell the next contact; once all were told, the first again. The asker's own car is theirs
    to move, so they are not told."""
    people = await vehicles.contacts(request.vehicle_id or 0)
    others = [one for one in people if one != request.requester_id]
    told = await queries.told(request.id)
    fresh = [one for one in others if one not in told]
    if not others:
        return
    person = (fresh or others)[0]
    if fresh:
        await Told.create(request_id=request.id, user_id=person, told_at=clock.now())
    plate = queries.plate_of(request)
    await notify.send(
        messages.TOLD,
        to=person,
        link=messages.ANSWER_PAGE.format(request.id),
        plate=vehicles.masked(plate.text) if plate else "",
        place=str(request.place.get("place", "")),
        reason=request.reason.label,
    )


async def _hand_over(request: MoveRequest, name: str, actor: Actor, **changes: Any) -> None:
    """Open an order for those on site: the firm where there is one, else the community. It bears
    no plate in plain, and is the house's: the asker follows it through the request."""
    await make(request, MOVES[name], actor, to=RequestStatus.ESCALATED, due_at=None, **changes)
    plate = queries.plate_of(request)
    called = vehicles.masked(plate.text) if plate else ""
    asker = Actor(request.requester_id) if request.requester_id else SYSTEM
    photos = await files.release(asker.user_id, _subject(request.id))
    order = await demands.take_in(
        asker,
        NewOrder(
            kind=rules.KIND.key,
            title=f"挪车：{called}{request.reason.label}"[:40],
            text=f"车牌 {called} 的车{request.reason.label}，车主没有及时挪开，请到现场处理。",
            grade=rules.grade(request.reason),
            place=Place(**{**request.place, "area_path": request.area_path}),
            channel="move_car",
            file_ids=photos,
        ),
        is_sure=True,
    )
    request.order_id = order.id
    await MoveRequest.filter(id=request.id).update(order_id=order.id)
    if request.vehicle_id is not None:
        await tell_asker(request, messages.HANDED_OVER)


async def tell_asker(request: MoveRequest, template: messages.Template, **values: str) -> None:
    """Send a message of this room to whoever asked."""
    link = messages.PROGRESS_PAGE.format(request.id)
    place = str(request.place.get("place", ""))
    await notify.send(template, to=request.requester_id or 0, link=link, place=place, **values)


@job()
async def ask_whether_moved(request_id: int, due: str) -> None:
    """What an owner promised has run out; another promise has its own turn."""
    request = await MoveRequest.get_or_none(id=request_id)
    if request is not None and _still_promised(request, due):
        await tell_asker(request, messages.PROMISE_OVER)
        await enqueue(lapse, delay=rules.LAPSES_AFTER, request_id=request.id, due=due)


@job()
async def lapse(request_id: int, due: str) -> None:
    """Nobody said anything more: it will have been moved."""
    request = await MoveRequest.get_or_none(id=request_id)
    if request is not None and _still_promised(request, due):
        await _end(request, "lapse", SYSTEM)


def _still_promised(request: MoveRequest, due: str) -> bool:
    is_same = request.due_at is not None and clock.iso(request.due_at) == due
    return request.status == RequestStatus.PROMISED and is_same


# -- the owner -----------------------------------------------------------------------------------
async def answer(actor: Actor, request_id: int, body: AnswerBody) -> ToldOut:
    """Say when one comes, or that one is away: then the next contact is told, or the staff."""
    request = await queries.told_to(actor, request_id)
    said: dict[str, Any] = {"reply": body.reply, "replied_at": clock.now()}
    if body.reply is Reply.AWAY:
        await _decline(actor, request, said)
    else:
        await _promise(actor, request, said)
    await audit.record(actor, "move_car.answered", _subject(request.id), request.area_path)
    await emit(MoveAnswered(request.id, str(body.reply)))
    return (await queries.for_owner(actor, [request]))[0]


async def _promise(actor: Actor, request: MoveRequest, said: dict[str, Any]) -> None:
    wait = rules.PROMISES[said["reply"]]
    due = said["replied_at"] + wait
    await make(request, MOVES["promise"], actor, due_at=due, **said)
    await enqueue(ask_whether_moved, delay=wait, request_id=request.id, due=clock.iso(due))


async def _decline(actor: Actor, request: MoveRequest, said: dict[str, Any]) -> None:
    people = await vehicles.contacts(request.vehicle_id or 0)
    told = set(await queries.told(request.id))
    if not set(people) - told - {request.requester_id}:
        await _hand_over(request, "decline", actor, **said)
        return
    await make(request, MOVES["decline"], actor, to=RequestStatus.PASSED_ON, due_at=None, **said)
    await _try_next(request)


async def complain(actor: Actor, request_id: int, body: Complain) -> ToldOut:
    """Say that the asker pesters; those who rule look into it. Raises Conflict the second time."""
    request = await queries.told_to(actor, request_id)
    still = MoveRequest.filter(id=request.id, complaint=None)
    if await still.update(complaint=body.reason) != 1:
        raise Conflict("已经反映过了，社区会核实")
    request.complaint = body.reason
    await audit.record(actor, "move_car.complained", _subject(request.id), request.area_path)
    return (await queries.for_owner(actor, [request]))[0]


# -- the asker -----------------------------------------------------------------------------------
async def end(actor: Actor, request_id: int, name: str) -> RequestOut:
    """`moved` or `withdraw`: it is over; whoever is not on site yet need not come."""
    request = await queries.asked_by(actor, request_id)
    await _end(request, name, actor)
    return (await queries.for_asker(actor, [request]))[0]


async def _end(request: MoveRequest, name: str, actor: Actor) -> None:
    await make(request, MOVES[name], actor, ended_at=clock.now(), due_at=None, open_key=None)
    if request.order_id is not None and name != "settle":
        # Whoever has arrived already finishes the order themselves.
        with suppress(WrongState):
            said = WithdrawBody(reason=request.status.label)
            await demands.withdraw(SYSTEM, request.order_id, said)
    await emit(MoveEnded(request.id, str(request.status)))


async def insist(actor: Actor, request_id: int) -> RequestOut:
    """What was promised did not happen: the staff are called. Raises WrongState before its time."""
    request = await queries.asked_by(actor, request_id)
    if request.due_at is not None and request.due_at > clock.now():
        raise WrongState("车主答应的时间还没到，请再等一等")
    await _hand_over(request, "insist", actor)
    return (await queries.for_asker(actor, [request]))[0]


async def settle(order_id: int) -> None:
    """The order is done, so the request is."""
    request = await queries.of_order(order_id)
    if request is not None and request.status in OPEN:
        await _end(request, "settle", SYSTEM)
        await tell_asker(request, messages.SETTLED)


# -- rulings -------------------------------------------------------------------------------------
async def block(actor: Actor, request_id: int, body: BlockNew) -> BlockOut:
    """Keep the asker of this request from asking for some days. Raises NotFound, Conflict."""
    request = await _ruled(actor, request_id)
    if request.requester_id is None:
        raise NotFound("没有这次挪车请求")
    now = clock.now()
    made = await Block.create(
        user_id=request.requester_id,
        request_id=request.id,
        area_path=request.area_path,
        reason=body.reason,
        made_by=actor.user_id,
        made_at=now,
        until=now + timedelta(days=body.days),
    )
    said = {"days": body.days}
    await audit.record(actor, "move_car.blocked", f"user:{made.user_id}", made.area_path, **said)
    await _answer(request, f"已暂停对方 {body.days} 天内发起挪车请求")
    await notify.send(messages.BLOCKED, to=made.user_id, reason=made.reason, until=made.until)
    return (await queries.blocks_shown(actor, [made]))[0]


async def dismiss(actor: Actor, request_id: int, body: Dismiss) -> OverseenOut:
    """The complaint has no grounds; whoever complained reads why. Raises NotFound, Conflict."""
    request = await _ruled(actor, request_id)
    if not await _answer(request, body.reason):
        raise Conflict("没有反映，或已经处理过")
    await audit.record(actor, "move_car.dismissed", _subject(request.id), request.area_path)
    return await queries.overseen_shown(actor, request)


async def _ruled(actor: Actor, request_id: int) -> MoveRequest:
    request = await queries.overseen(actor, request_id)
    if not actor.may(P.RULE, request.area_path):
        raise NotFound("没有这次挪车请求")
    if request.requester_id == actor.user_id:
        raise Conflict("不能处理自己的请求")
    return request


async def _answer(request: MoveRequest, words: str) -> bool:
    """Tell whoever complained what came of it; False when nothing waits for an answer."""
    waiting = MoveRequest.filter(id=request.id, complaint__not_isnull=True, complaint_ruling=None)
    request.complaint_ruling = words
    return bool(await waiting.update(complaint_ruling=words))


async def lift(actor: Actor, block_id: int, body: Lift) -> BlockOut:
    """Let the person ask again. Raises NotFound, Conflict when it is lifted or over."""
    found = await queries.blocks_visible_to(actor).filter(id=block_id).first()
    if found is None or not actor.may(P.RULE, found.area_path):
        raise NotFound("没有这条处理")
    now = clock.now()
    running = Block.filter(id=found.id, lifted_at=None, until__gt=now)
    if await running.update(lifted_at=now, lifted_by=actor.user_id) != 1:
        raise Conflict("已经解除或到期")
    found.lifted_at = now
    said = {"reason": body.reason}
    await audit.record(actor, "move_car.lifted", f"user:{found.user_id}", found.area_path, **said)
    return (await queries.blocks_shown(actor, [found]))[0]


async def follow_area(from_path: str, to_path: str) -> None:
    """An area stands elsewhere: requests and rulings below it follow."""
    for table in ("move_car_request", "move_car_block"):
        await move_paths(table, from_path, to_path)


# -- forgetting ----------------------------------------------------------------------------------
async def hide_place(request_id: int, name: str) -> None:
    """The asker's words of the place are risky: it is called by its area alone."""
    request = await MoveRequest.get(id=request_id)
    await MoveRequest.filter(id=request_id).update(place=request.place | {"place": name})


async def forget(user_id: int) -> None:
    """A person left: their requests stay nameless and plateless."""
    nameless = dict.fromkeys(("requester_id", "slot", "open_key", "plate"))
    await MoveRequest.filter(requester_id=user_id).update(**nameless)
    await Told.filter(user_id=user_id).delete()
    await Block.filter(user_id=user_id).delete()


async def forget_old() -> None:
    """Half a year after its end nobody needs to know whose car and whose request it was."""
    old = MoveRequest.filter(ended_at__lt=clock.now() - rules.KEPT, plate__not_isnull=True)
    ids = await old.limit(500).values_list("id", flat=True)
    if ids:
        await Told.filter(request_id__in=ids).delete()
        await MoveRequest.filter(id__in=ids).update(requester_id=None, slot=None, plate=None)
