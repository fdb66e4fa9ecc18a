"""What joins matters and votes."""

import asyncio

from backend.core import clock, printing
from backend.core.actor import Actor
from backend.core.errors import NotFound
from backend.core.http import Download
from backend.engines.matters import queries as matters
from backend.engines.matters import service as keeping
from backend.engines.matters.queries import Matter, MatterOut, MatterStatus
from backend.engines.votings import queries as votings
from backend.engines.votings import service as holding
from backend.engines.votings.queries import ChoiceBody, VotingOut, VotingPlan
from backend.features.deliberation.schemas import PrepareBody
from backend.foundation.areas import queries as areas
from backend.foundation.codes import service as codes


async def prepare(actor: Actor, matter_id: int, body: PrepareBody) -> VotingOut:
    """A vote on the matter as it was shaped; text and options stand still from now on.

    Raises NotFound, WrongState, Conflict while there is one, Invalid.
    """
    one = await keeping.ready(actor, matter_id)
    choices = [ChoiceBody.model_validate(each) for each in one.options]
    plan = VotingPlan.model_validate(body.model_dump(exclude={"version"}))
    place, words = (one.area_id, one.area_path), (one.title, text_of(one))
    voting = await holding.prepare(actor, place, one.subject, words, plan, choices)
    await keeping.tie(actor, one, voting.id, body.version)
    return await votings.shown(actor, voting)


def text_of(one: Matter) -> str:
    """What is voted on: the matter's text, and what the opinions came to."""
    said = [f"{each['title']}：{each['summary']}" for each in one.sections if each["summary"]]
    return "\n".join([one.text, *said])


async def begin_vote(subject: str) -> None:
    """The vote has begun; once more, or once it is over, does no harm."""
    one = await matters.by_subject(subject)
    if one is not None and one.status is MatterStatus.SHAPED:
        await keeping.begin_vote(one)


async def settle(subject: str, voting_id: int, passed: str | None) -> None:
    """The vote is counted: the matter is decided, or not. Facts may be told in any order."""
    await begin_vote(subject)
    one = await matters.by_subject(subject)
    if one is None or one.status is not MatterStatus.VOTING:
        return
    voting = await votings.current(voting_id)
    await keeping.settle(one, decision_of(voting, passed), has_passed=passed is not None)


def decision_of(voting: votings.Voting, passed: str | None) -> str:
    """The result in words."""
    if passed is not None:
        return f"表决通过：{votings.keys_of(voting)[passed]}"
    if not (voting.outcome or {})["has_quorum"]:
        return "参与表决的面积或人数不足三分之二，表决无效"
    return "没有选项达到法定票数，未通过" if voting.kind.item else "没有领先的选项"


async def take_back(subject: str) -> None:
    """The vote was cancelled: the matter can be shaped anew."""
    one = await matters.by_subject(subject)
    if one is not None and one.voting_id is not None:
        await keeping.untie(one)


async def poster(actor: Actor, matter_id: int) -> Download:
    """A poster with the matter's code as PDF. Raises NotFound, also before it is published."""
    one = await matters.kept(actor, matter_id)
    if one.code_id is None:
        raise NotFound("发布后才有海报")
    area = await areas.get(one.area_id)
    note = f"扫码发表意见、参加投票\n意见截止 {clock.spoken(one.opinions_until)}"
    card = printing.Card(area.name, one.title, note, await codes.qr(one.code_id))
    drawn = await asyncio.to_thread(printing.posters, [card])
    return Download(drawn, printing.PDF, f"matter-{one.id}.pdf")


async def scanned(actor: Actor, scene: str) -> MatterOut:
    """The matter that a phone's scan leads to. Raises NotFound."""
    code = await codes.read(scene)
    return await matters.shown(actor, await matters.by_code(actor, code.id))
