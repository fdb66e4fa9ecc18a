"""Entering votes on paper, twice, by two people; ruling where they differ; counting at the end."""

import asyncio
from typing import Any

from backend.core import ballot_paper, clock, printing
from backend.core.actor import SYSTEM, Actor
from backend.core.ballot_paper import BallotPaper
from backend.core.database import duplicate_is
from backend.core.errors import Conflict, Forbidden, Invalid, NotFound, TooLarge
from backend.core.http import Download
from backend.core.states import check, make
from backend.engines.ballots import queries as ballots
from backend.engines.ballots import service as casting
from backend.engines.electorates import queries as electorates
from backend.engines.papers import queries
from backend.engines.papers.models import PaperBallot
from backend.engines.papers.schemas import (
    EntryBody,
    PaperOut,
    PrintQuery,
    Reading,
    RulingBody,
    VoidBody,
)
from backend.engines.papers.states import MOVES, OPEN
from backend.engines.votings import queries as votings
from backend.engines.votings import service as box
from backend.engines.votings.queries import Source, Voting, VotingOut, VotingStatus
from backend.engines.votings.service import AlreadyVoted as AlreadyVoted
from backend.engines.votings.service import VotingOver as VotingOver
from backend.foundation.areas import queries as areas
from backend.foundation.audit import service as audit

MOST_PRINTED = 400
TAKING = frozenset({VotingStatus.OPEN, VotingStatus.ENDED})


class SamePerson(Conflict):
    code, title = "same_person", "同一张选票要由另一位工作人员再录一次"


# -- printing ------------------------------------------------------------------------------------
async def papers(actor: Actor, voting_id: int, query: PrintQuery) -> Download:
    """Ballots of the dwellings that have not voted, each with a code of its own that is kept
    nowhere. Raises NotFound, TooLarge."""
    one = await queries.voting(actor, voting_id)
    if one.electorate_id is None or not one.takes_paper:
        raise NotFound("这次投票不用纸质选票")
    wanted = await _without_vote(one, await areas.path_of(query.area_id))
    places = await areas.places(wanted)
    made = [_paper(one, places[each]) for each in wanted]
    drawn = await asyncio.to_thread(ballot_paper.ballot_papers, made)
    detail = {"papers": len(made)}
    await audit.record(actor, "papers.printed", f"voting:{one.id}", one.area_path, **detail)
    return Download(drawn, printing.PDF, f"ballots-{one.id}.pdf")


async def _without_vote(one: Voting, path: str) -> list[int]:
    found = [each for each, _ in await areas.squares(path)]
    known = await electorates.electors(one.electorate_id or 0, found)
    cast = await votings.marks(one.id, list(known))
    wanted = [each for each in found if each in known and each not in cast]
    if not wanted:
        raise NotFound("没有需要纸质选票的房屋")
    if len(wanted) > MOST_PRINTED:
        raise TooLarge(f"一次最多打印 {MOST_PRINTED} 张，请按楼栋打印")
    return wanted


def _paper(one: Voting, place: str) -> BallotPaper:
    return BallotPaper(
        title=one.title,
        place=place,
        choices=list(votings.keys_of(one).values()),
        until=clock.spoken(one.ends_at),
        code=ballots.new_printed_code(),
        foot="凭校验码可在小程序核对本户选票是否计入。校验码只印在这张纸上，请勿给他人。",
    )


# -- entering ------------------------------------------------------------------------------------
async def enter(actor: Actor, voting_id: int, body: EntryBody) -> PaperOut:
    """Enter a paper: the first time it waits, the second, by somebody else, it is compared.

    Raises NotFound, VotingOver, AlreadyVoted when the dwelling has, SamePerson, Invalid for a
    moment outside of the vote.
    """
    one = await queries.voting(actor, voting_id)
    if one.status not in TAKING or not one.takes_paper:
        raise VotingOver
    if body.choice not in votings.keys_of(one):
        raise Invalid(fields={"choice": "没有这个选项"})
    if not one.starts_at <= body.received_at < one.ends_at or body.received_at > clock.now():
        raise Invalid(fields={"received_at": "要在投票期间收到的选票才有效"})
    await electorates.elector(one.electorate_id or 0, body.dwelling_id)
    live = PaperBallot.filter(live_key=f"{one.id}:{body.dwelling_id}").select_for_update()
    paper = await live.first()
    if paper is None or paper.status not in OPEN:
        paper = await _first(actor, one, body)
    else:
        await _second(actor, one, paper, body)
    return (await queries.shown(actor, [paper]))[0]


async def _first(actor: Actor, one: Voting, body: EntryBody) -> PaperBallot:
    if await votings.mark(one.id, body.dwelling_id) is not None:
        raise AlreadyVoted
    with duplicate_is(Conflict()):
        return await PaperBallot.create(
            voting_id=one.id,
            dwelling_id=body.dwelling_id,
            area_path=one.area_path,
            live_key=f"{one.id}:{body.dwelling_id}",
            received_at=body.received_at,
            first_by=actor.user_id,
            first_choice=body.choice,
            first_code=_plain(body),
            entered_at=clock.now(),
        )


def _plain(body: Reading) -> str:
    code = body.code.replace(" ", "")
    if not 12 <= len(code) <= 32:
        raise Invalid(fields={"code": "校验码是 12 位"})
    return code


async def _second(actor: Actor, one: Voting, paper: PaperBallot, body: EntryBody) -> None:
    check(paper, MOVES["confirm"], actor)
    if paper.first_by == actor.user_id:
        raise SamePerson
    code = _plain(body)
    if (body.choice, code) == (paper.first_choice, paper.first_code):
        await _settle(actor, one, paper, "confirm", (body.choice, code), second_by=actor.user_id)
        return
    said: dict[str, Any] = {
        "second_by": actor.user_id,
        "second_choice": body.choice,
        "second_code": code,
    }
    await make(paper, MOVES["dispute"], actor, **said)
    await audit.record(actor, "papers.disputed", f"paper:{paper.id}", one.area_path)


async def _settle(
    actor: Actor, one: Voting, paper: PaperBallot, name: str, vote: tuple[str, str], **more: Any
) -> None:
    """Into the box, unless a vote by phone came first: then that is what counts."""
    if await votings.mark(one.id, paper.dwelling_id) is not None:
        await make(paper, MOVES["outrun"], actor, **_wiped(one), **more)
        return
    mark = await box.take(one, paper.dwelling_id, vote, Source.PAPER, None)
    await make(paper, MOVES[name], actor, **_wiped(one, is_live=True), **more)
    await casting.tell_household(one, mark)
    await audit.record(actor, "papers.counted", f"paper:{paper.id}", one.area_path)


def _wiped(one: Voting, *, is_live: bool = False) -> dict[str, None]:
    columns = ["first_code", "second_code", *([] if is_live else ["live_key"])]
    columns += ["first_choice", "second_choice"] if one.is_secret else []
    return dict.fromkeys(columns)


# -- where a person rules ------------------------------------------------------------------------
async def rule(actor: Actor, paper_id: int, body: RulingBody) -> PaperOut:
    """Two entries differ: a third person reads the paper. Raises NotFound, Forbidden for one of the
    two, WrongState, VotingOver."""
    paper = await queries.get(actor, paper_id)
    check(paper, MOVES["rule"], actor, body.version)
    if actor.user_id in (paper.first_by, paper.second_by):
        raise Forbidden("请由第三人核对")
    one = await queries.voting(actor, paper.voting_id)
    vote = (body.choice, _plain(body))
    await _settle(actor, one, paper, "rule", vote, ruled_by=actor.user_id, note=body.note)
    return (await queries.shown(actor, [paper]))[0]


async def void(actor: Actor, paper_id: int, body: VoidBody) -> PaperOut:
    """It was entered wrongly, or is no vote at all. Raises NotFound, WrongState."""
    paper = await queries.get(actor, paper_id)
    one = await queries.voting(actor, paper.voting_id)
    said: dict[str, Any] = {"ruled_by": actor.user_id, "note": body.note}
    await make(paper, MOVES["void"], actor, version=body.version, **_wiped(one), **said)
    await audit.record(actor, "papers.voided", f"paper:{paper.id}", one.area_path, note=body.note)
    return (await queries.shown(actor, [paper]))[0]


async def void_all(voting_id: int) -> None:
    """The vote was cancelled: what waits is no vote any more."""
    one = await votings.current(voting_id)
    for paper in await PaperBallot.filter(voting_id=voting_id, status__in=list(OPEN)):
        await make(paper, MOVES["void"], SYSTEM, note="投票已取消", **_wiped(one))


async def count(actor: Actor, voting_id: int, version: int | None = None) -> VotingOut:
    """Count a vote that has ended. Raises NotFound, WrongState, Conflict while papers wait."""
    one = await votings.held(actor, voting_id)
    waiting = await queries.open_count(one.id)
    if waiting:
        raise Conflict(f"还有 {waiting} 张纸质选票没有核对完")
    return await box.count(actor, one, version)
