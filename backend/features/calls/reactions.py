"""Telling both sides, asking the next one in time, and forgetting."""

from backend.core import clock
from backend.core.events import on
from backend.core.jobs import enqueue, job
from backend.engines.craftsmen.events import CraftsmanStopped
from backend.engines.craftsmen.queries import CallStatus, CraftCall
from backend.features.calls import messages, queries, service
from backend.features.calls.events import CallMoved, CraftsmanAsked
from backend.foundation.identity.events import UserErased
from backend.foundation.moderations.events import TextRefused
from backend.foundation.notify import service as notify

TOLD = {
    "accept": messages.ACCEPTED,
    "unanswered": messages.UNANSWERED,
    "finish": messages.DONE,
}
"""What the caller hears."""


def _words(one: CraftCall) -> dict[str, str]:
    return {
        "skill": one.skill.label,
        "day": f"{one.day.month}月{one.day.day}日",
        "part": one.part.label,
        "called": one.craftsman.called if one.craftsman else "",
    }


@on(CraftsmanAsked)
async def ask(event: CraftsmanAsked) -> None:
    one = await queries.call_of(event.call_id)
    if one.craftsman_id != event.craftsman_id or one.answer_by is None or one.craftsman is None:
        return
    link, until = messages.CALL_PAGE.format(one.id), clock.spoken(one.answer_by)
    to = one.craftsman.user_id or 0
    await notify.send(messages.ASKED, to=to, link=link, until=until, **_words(one))
    if event.is_next:
        await notify.send(messages.PASSED_ON, to=one.caller_id or 0, link=link, **_words(one))
    due = clock.iso(one.answer_by)
    await enqueue(pass_on, delay=one.answer_by - clock.now(), call_id=one.id, due=due)


@job()
async def pass_on(call_id: int, due: str) -> None:
    """The time to answer is over, and nothing was heard."""
    one = await queries.call_of(call_id)
    is_same = one.answer_by is not None and clock.iso(one.answer_by) == due
    if is_same and one.status is CallStatus.ASKED:
        await service.pass_on(one)


@on(CallMoved)
async def tell(event: CallMoved) -> None:
    one = await queries.call_of(event.call_id)
    link = messages.CALL_PAGE.format(one.id)
    if event.move in TOLD:
        await notify.send(TOLD[event.move], to=one.caller_id or 0, link=link, **_words(one))
    if event.move == "cancel" and one.craftsman is not None:
        to = one.craftsman.user_id or 0
        await notify.send(messages.CANCELLED, to=to, link=link, **_words(one))


@on(CraftsmanStopped)
async def ask_others(event: CraftsmanStopped) -> None:
    await service.stopped(event.craftsman_id)


@on(TextRefused)
async def hide(event: TextRefused) -> None:
    if event.room == service.ROOM:
        await service.hide(event.row_id)


@on(UserErased)
async def forget(event: UserErased) -> None:
    await service.forget(event.user_id)
