"""Holding votes: prepared, frozen, begun, ended, counted."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict
from hashlib import sha256
from typing import Any

from backend.core import clock
from backend.core.actor import SYSTEM, Actor
from backend.core.database import duplicate_is, execute
from backend.core.errors import Conflict, Invalid
from backend.core.events import emit
from backend.core.states import check, make
from backend.engines.electorates import queries as electorates
from backend.engines.electorates import service as rolls
from backend.engines.votings import queries, rules
from backend.engines.votings.events import VotingCancelled, VotingCounted, VotingStarted
from backend.engines.votings.models import (
    BallotMark,
    BallotSlip,
    Source,
    Voting,
    VotingStatus,
    new_key,
    new_slip_id,
)
from backend.engines.votings.permissions import P
from backend.engines.votings.schemas import ChoiceBody, VotingChange, VotingOut, VotingPlan
from backend.engines.votings.states import MOVES
from backend.foundation.audit import service as audit

# Checked and counted in one statement, which also makes rivals wait for each other.
_TAKE = (
    "UPDATE votings_voting SET ballots = ballots + 1 WHERE id = ? AND starts_at <= ? "
    "AND (status = 'open' AND ends_at > ?{})"
)
_TAKE_PHONE, _TAKE_PAPER = _TAKE.format(""), _TAKE.format(" OR status IN ('open', 'ended')")


class VotingOver(Conflict):
    code, title = "voting_over", "现在不能投票"


class AlreadyVoted(Conflict):
    code, title = "already_voted", "这户已经投过票，以先投的为准"


# -- before --------------------------------------------------------------------------------------
async def prepare(
    actor: Actor, area: tuple[int, str], subject: str, words: tuple[str, str], plan: VotingPlan,
    choices: Sequence[ChoiceBody],
) -> Voting:  # fmt: skip
    """A vote at an area (id, path) on a title and a text, for a room above that has checked who
    asks. Raises Invalid, Conflict while another on the same subject runs."""
    if await queries.running(subject) is not None:
        raise Conflict("这件事已经有一次投票")
    _check(plan)
    _check_choices(choices)
    return await Voting.create(
        area_id=area[0],
        area_path=area[1],
        subject=subject,
        title=words[0],
        text=words[1],
        choices=[one.model_dump() for one in choices],
        seal=secrets.token_hex(16),
        created_by=actor.user_id,
        created_at=clock.now(),
        **_columns(plan),
    )


def _columns(plan: VotingPlan) -> dict[str, Any]:
    found = plan.model_dump(exclude={"unsold_ids", "version"})
    return found | {"unsold": sorted(set(plan.unsold_ids))}


def _check(plan: VotingPlan) -> None:
    if plan.ends_at <= max(plan.starts_at, clock.now()):
        raise Invalid(fields={"ends_at": "截止时间要晚于开始时间和现在"})


def _check_choices(choices: Sequence[ChoiceBody]) -> None:
    keys = [one.key for one in choices]
    if not keys or len(set(keys)) != len(keys) or set(keys) & rules.FIXED.keys():
        raise Invalid(fields={"choices": "请至少给出一个选项，编号不能重复"})


async def change(actor: Actor, voting_id: int, body: VotingChange) -> VotingOut:
    """Another law, time or list of what is unsold, while it is a draft. Raises NotFound,
    WrongState, StaleVersion, Invalid."""
    one = await queries.held(actor, voting_id)
    _check(body)
    await make(one, MOVES["change"], actor, version=body.version, **_columns(body))
    detail = {"kind": one.kind.value, "unsold": len(one.unsold)}
    await audit.record(actor, "votings.changed", f"voting:{one.id}", one.area_path, **detail)
    return await queries.shown(actor, one)


async def freeze(actor: Actor, voting_id: int, version: int | None = None) -> VotingOut:
    """Let text and roll stand still, to be looked at before it begins. Raises NotFound, WrongState,
    Invalid for a roll that cannot be counted."""
    one = await queries.held(actor, voting_id)
    roll = await rolls.freeze(
        actor, one.area_path, is_of_owners=bool(one.kind.item), unsold=one.unsold
    )
    said = json.dumps(
        queries.canonical(one), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    text_hash = sha256(said.encode()).hexdigest()
    columns = {"electorate_id": roll.id, "text_hash": text_hash, "key": new_key(one.seal)}
    await make(one, MOVES["freeze"], actor, version=version, **columns)
    detail = {"text": text_hash, "roll": roll.digest, "dwellings": roll.dwellings}
    await audit.record(actor, "votings.frozen", f"voting:{one.id}", one.area_path, **detail)
    return await queries.shown(actor, one)


async def thaw(actor: Actor, voting_id: int, version: int | None = None) -> VotingOut:
    """Something is wrong with text or roll: back to the draft. Nobody has voted by them."""
    one = await queries.held(actor, voting_id)
    roll = one.electorate_id
    gone = {"electorate_id": None, "text_hash": None, "key": None}
    await make(one, MOVES["thaw"], actor, version=version, **gone)
    await rolls.forget(roll or 0)
    await audit.record(actor, "votings.thawed", f"voting:{one.id}", one.area_path)
    return await queries.shown(actor, one)


async def start(actor: Actor, voting_id: int, version: int | None = None) -> VotingOut:
    """Begin, from the planned moment on. Raises NotFound, WrongState, Conflict before it, Invalid
    when it is over already."""
    one = await queries.held(actor, voting_id)
    check(one, MOVES["start"], actor, version)
    now = clock.now()
    if one.starts_at > now:
        raise Conflict(f"公示到 {clock.spoken(one.starts_at)}，到时自动开始")
    if one.ends_at <= now:
        raise Invalid(fields={"ends_at": "截止时间已过，请先退回修改"})
    await make(one, MOVES["start"], actor, version=version)
    await audit.record(actor, "votings.started", f"voting:{one.id}", one.area_path)
    await emit(VotingStarted(one.id, one.subject))
    return await queries.shown(actor, one)


async def cancel(
    actor: Actor, voting_id: int, reason: str, version: int | None = None
) -> VotingOut:
    """Give it up, with a reason that everybody reads. Raises NotFound, WrongState."""
    one = await queries.held(actor, voting_id, P.RULE)
    await make(one, MOVES["cancel"], actor, version=version, reason=reason, key=None)
    await audit.record(actor, "votings.cancelled", f"voting:{one.id}", one.area_path, reason=reason)
    await emit(VotingCancelled(one.id, one.subject, reason))
    return await queries.shown(actor, one)


# -- taking a ballot -----------------------------------------------------------------------------
async def take(
    one: Voting, dwelling_id: int, vote: tuple[str, str], source: Source, by_user: int | None
) -> BallotMark:
    """Put a ballot (choice, code) into the box, in the transaction at hand; the rooms above have
    checked who votes.

    Raises VotingOver at the deadline or later (a paper that was there in time may still come in),
    AlreadyVoted, Invalid for a choice that is none or a code used twice, NotFound for a dwelling
    that is not in the roll.
    """
    choice, code = vote
    if choice not in queries.keys_of(one):
        raise Invalid(fields={"choice": "没有这个选项"})
    elector = await electorates.elector(one.electorate_id or 0, dwelling_id)
    now, is_paper = clock.now(), source is Source.PAPER
    if await execute(_TAKE_PAPER if is_paper else _TAKE_PHONE, one.id, now, now) != 1:
        raise VotingOver
    columns = {"voting_id": one.id, "dwelling_id": dwelling_id, "area": elector.area}
    with duplicate_is(AlreadyVoted()):
        mark = await BallotMark.create(
            **columns, head=elector.head, source=source, by_user=by_user, at=now
        )
    with duplicate_is(Invalid(fields={"code": "这个校验码已经用过，请重新生成"})):
        await BallotSlip.create(
            id=new_slip_id(),
            voting_id=one.id,
            hash=rules.slip_hash(one.id, one.text_hash or "", choice, code),
            choice=choice,
            area=elector.area,
            head=rules.pseudonym(one.open_key(), elector.head),
            dwelling_id=None if one.is_secret else dwelling_id,
        )
    return mark


# -- afterwards ----------------------------------------------------------------------------------
async def count(actor: Actor, one: Voting, version: int | None = None) -> VotingOut:
    """Count, publish, and write the hash of the list into the chain of the audit. Of a secret vote
    the key is destroyed. Rooms above have seen to it that no paper waits. Raises WrongState."""
    outcome = asdict(await queries.counted(one))
    root = rules.root(await queries.slips(one.id))
    columns: dict[str, Any] = {"outcome": outcome, "root": root, "counted_at": clock.now()}
    columns |= {"key": None} if one.is_secret else {}
    await make(one, MOVES["count"], actor, version=version, **columns)
    facts = {
        "root": root,
        "text": one.text_hash,
        "passed": outcome["passed"],
        "ballots": one.ballots,
    }
    await audit.record(actor, "votings.counted", f"voting:{one.id}", one.area_path, **facts)
    await emit(VotingCounted(one.id, one.subject, outcome["passed"]))
    return await queries.shown(actor, one)


async def look(voting_id: int) -> None:
    """Begin or end what has to, unless somebody did meanwhile; what takes no paper is counted at
    once."""
    one, now = await queries.current(voting_id), clock.now()
    if one.status is VotingStatus.FROZEN and one.starts_at <= now < one.ends_at:
        await start(SYSTEM, one.id)
    elif one.status is VotingStatus.OPEN and one.ends_at <= now:
        await make(one, MOVES["end"], SYSTEM)
        if not one.takes_paper:
            await count(SYSTEM, one)


async def forget(user_id: int) -> None:
    """A person left: that the dwelling voted stays, by whom does not."""
    await BallotMark.filter(by_user=user_id).update(by_user=None)
