"""What follows from votes and from matters going on: they move each other, and people are told."""

from backend.core import clock
from backend.core.actor import SYSTEM
from backend.core.events import on
from backend.engines.matters import queries as matters
from backend.engines.matters.events import MatterMoved
from backend.engines.matters.queries import Matter, MatterStatus
from backend.engines.orders import service as orders
from backend.engines.votings import queries as votings
from backend.engines.votings.events import VotingCancelled, VotingCounted, VotingStarted
from backend.features.deliberation import messages, service
from backend.features.deliberation.messages import Template
from backend.foundation.announcements import service as announcements
from backend.foundation.notify import service as notify


@on(VotingStarted)
async def begin_vote(event: VotingStarted) -> None:
    await service.begin_vote(event.subject)
    voting = await votings.current(event.voting_id)
    said = {"title": voting.title, "until": clock.spoken(voting.ends_at)}
    link = messages.VOTE.format(voting.id)
    await announcements.spread(messages.STARTED, voting.area_path, link, **said)


@on(VotingCounted)
async def settle(event: VotingCounted) -> None:
    await service.settle(event.subject, event.voting_id, event.passed)


@on(VotingCancelled)
async def take_back(event: VotingCancelled) -> None:
    one = await matters.by_subject(event.subject)
    was_open = one is not None and one.status is MatterStatus.VOTING
    await service.take_back(event.subject)
    if one is not None and was_open:
        await _spread(messages.CANCELLED, one, reason=event.reason)


@on(MatterMoved)
async def tell_people(event: MatterMoved) -> None:
    one = await matters.current(event.matter_id)
    if event.move == "publish":
        await _spread(messages.PUBLISHED, one)
        await _tell_reporters(one)
    if event.move in ("pass", "fail", "decide"):
        await _spread(messages.DECIDED, one, decision=one.decision)
    if event.move == "finish":
        await _spread(messages.DONE, one)


async def _spread(template: Template, one: Matter, **values: str) -> None:
    link = messages.PAGE.format(one.id)
    await announcements.spread(template, one.area_path, link, title=one.title, **values)


async def _tell_reporters(one: Matter) -> None:
    """Whoever reported what became the matter, each once."""
    found = [await orders.get(SYSTEM, each) for each in await matters.order_ids(one)]
    for user_id in sorted({each.reporter_id for each in found if each.reporter_id}):
        link = messages.PAGE.format(one.id)
        await notify.send(messages.LISTED, to=user_id, link=link, title=one.title)
