"""Writing letters and messages, answering them, and making demands of them."""

from typing import Any

from backend.core import clock
from backend.core.actor import SYSTEM, Actor
from backend.core.errors import Conflict, WrongState
from backend.core.states import check, make
from backend.engines.demands import queries as demand_queries
from backend.engines.demands import service as demands
from backend.engines.demands.service import PlaceBody
from backend.engines.duties import service as duties
from backend.engines.fairs import queries as fairs
from backend.engines.fairs.queries import ANNOUNCED, Fair, FairStatus
from backend.engines.orders.queries import Grade
from backend.engines.orders.service import NewOrder, Order
from backend.features.letters import messages, queries, rules
from backend.features.letters.models import Letter, LetterKind, LetterStatus
from backend.features.letters.schemas import AnswerBody, LetterNew, LetterOut, MoveBody, TakeBody
from backend.features.letters.states import MOVES
from backend.foundation.audit import service as audit
from backend.foundation.moderations import service as moderations
from backend.foundation.notify import service as notify

ROOM = "letters"
FIRST = {LetterKind.LETTER: LetterStatus.SENT, LetterKind.MESSAGE: LetterStatus.SHOWN}


async def write(actor: Actor, fair_id: int, body: LetterNew) -> LetterOut:
    """Write to the organisers, or on the board. Raises NotFound, WrongState before the preview
    and two weeks after the end."""
    fair = await fairs.get(actor, fair_id)
    _check_open(fair)
    letter = await Letter.create(
        fair=fair,
        kind=body.kind,
        text=body.text,
        writer_id=actor.user_id,
        status=FIRST[body.kind],
        written_at=clock.now(),
    )
    await moderations.judge(ROOM, letter.id, actor.user_id, body.text)
    return (await queries.shown(actor, [letter]))[0]


def _check_open(fair: Fair) -> None:
    is_just_over = (
        fair.status in (FairStatus.CLOSED, FairStatus.REVIEWED)
        and fair.closed_at is not None
        and clock.now() < fair.closed_at + rules.OPEN_FOR
    )
    if fair.status not in ANNOUNCED and not is_just_over:
        raise WrongState("现在不能写信和留言", status=str(fair.status))


async def answer(actor: Actor, letter_id: int, body: AnswerBody) -> LetterOut:
    """Answer a letter, as the organisers."""
    letter = await queries.get(actor, letter_id)
    said: dict[str, Any] = {"answer": body.answer, "answered_by": actor.user_id}
    await make(letter, MOVES["answer"], actor, version=body.version, **said)
    await notify.send(
        messages.ANSWERED,
        to=letter.writer_id or 0,
        link=fairs.PAGE.format(letter.fair_id),
        fair=letter.fair.title,
        answer=letter.answer,
    )
    return (await queries.shown(actor, [letter]))[0]


async def take(actor: Actor, letter_id: int, body: TakeBody) -> LetterOut:
    """Make a demand of a letter: its writer's, who follows it like any other.

    Raises NotFound, WrongState, Conflict when its writer has left.
    """
    letter = await queries.get(actor, letter_id)
    check(letter, MOVES["take"], actor, body.version)
    if letter.writer_id is None:
        raise Conflict("写信人已注销，不能转办")
    order = await _demand(actor, letter, body.kind)
    await make(letter, MOVES["take"], actor, order_id=order.id)
    await audit.record(actor, "letters.taken", f"letter:{letter.id}", letter.fair.area_path)
    link = f"/pages/order/index?id={order.id}"
    await notify.send(messages.TAKEN, to=letter.writer_id, link=link, fair=letter.fair.title)
    return (await queries.shown(actor, [letter]))[0]


async def _demand(actor: Actor, letter: Letter, kind: str) -> Order:
    title = f"集市意见信：{letter.fair.title}"[:40]
    where = PlaceBody(area_id=letter.fair.area_id, text=letter.fair.place)
    found = await duties.match(letter.text, title)
    matches = demand_queries.matches_of(found)
    new = NewOrder(
        kind=kind,
        title=title,
        text=letter.text,
        grade=Grade(found.grade),
        place=await demand_queries.place_of(actor, where),
        reporter_id=letter.writer_id,
        channel="fair",
        duty=matches[0] if found.sure else None,
        candidates=matches,
    )
    return await demands.take_in(Actor(letter.writer_id or 0), new, is_sure=found.sure)


async def step(actor: Actor, letter_id: int, name: str, body: MoveBody) -> LetterOut:
    """`hide`, `show`, `withdraw`: moves that ask for nothing more."""
    letter = await queries.get(actor, letter_id)
    await make(letter, MOVES[name], actor, version=body.version)
    await audit.record(actor, f"letters.{name}", f"letter:{letter.id}", letter.fair.area_path)
    return (await queries.shown(actor, [letter]))[0]


async def refuse(letter_id: int) -> None:
    """Moderation found a message risky: only its writer and the organisers still read it. A letter
    is read by nobody else anyway."""
    letter = await queries.get(SYSTEM, letter_id)
    if letter.status in MOVES["hide"].sources:
        await make(letter, MOVES["hide"], SYSTEM)


async def forget(user_id: int) -> None:
    """A person left: what they wrote and nobody took up goes with them; the rest is nameless."""
    mine = Letter.filter(writer_id=user_id).prefetch_related("fair")
    for letter in await mine:
        if letter.status in MOVES["withdraw"].sources:
            await make(letter, MOVES["withdraw"], SYSTEM)
    await Letter.filter(writer_id=user_id).update(writer_id=None, text="（已删除）")
    await Letter.filter(answered_by=user_id).update(answered_by=None)
