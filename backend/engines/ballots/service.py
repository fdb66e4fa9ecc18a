"""Casting by phone, naming one of several owners, and recording who votes for another."""

import secrets
from typing import Any

from backend.core import clock
from backend.core.actor import Actor
from backend.core.database import again, duplicate_is, transaction
from backend.core.errors import Conflict, Forbidden, Invalid, NotFound
from backend.core.schemas import Done
from backend.engines.ballots import messages, queries
from backend.engines.ballots.models import Naming, Proxy, sealed_name
from backend.engines.ballots.queries import NotYourVote as NotYourVote
from backend.engines.ballots.schemas import (
    CastBody,
    CastOut,
    MyBallots,
    NamingBody,
    ProxyNew,
    ProxyOut,
    ReceiptOut,
)
from backend.engines.electorates import queries as electorates
from backend.engines.votings import queries as votings
from backend.engines.votings import service as box
from backend.engines.votings.queries import BallotMark, Voting, VotingStatus
from backend.engines.votings.service import AlreadyVoted as AlreadyVoted
from backend.engines.votings.service import VotingOver as VotingOver
from backend.foundation.areas import queries as areas
from backend.foundation.audit import service as audit
from backend.foundation.files import service as files
from backend.foundation.holdings import queries as holdings
from backend.foundation.identity import queries as identity
from backend.foundation.notify import service as notify


# -- casting -------------------------------------------------------------------------------------
async def cast(actor: Actor, voting_id: int, body: CastBody) -> CastOut:
    """Vote for one's dwellings: all of them, or none. What is cast is never changed.

    It opens its own transaction and keeps no idempotency key, for that would hold person, moment
    and choice together. Codes are the phone's: whoever lost the answer still has the receipt, and
    learns by `AlreadyVoted` that the ballot is in. Raises NotFound, NotYourVote, VotingOver,
    AlreadyVoted, Invalid.
    """
    return await again(lambda: _cast(actor, voting_id, body), safely=True)


async def _cast(actor: Actor, voting_id: int, body: CastBody) -> CastOut:
    if len({one.dwelling_id for one in body.ballots}) != len(body.ballots):
        raise Invalid(fields={"ballots": "同一户填了两次"})
    async with transaction():
        one = await queries.voting(actor, voting_id)
        if not votings.is_open(one):
            raise VotingOver
        receipts = []
        for ballot in sorted(body.ballots, key=lambda each: each.dwelling_id):
            source = await queries.check(actor, one, ballot.dwelling_id)
            vote = (body.choice, ballot.code)
            mark = await box.take(one, ballot.dwelling_id, vote, source, actor.user_id)
            await tell_household(one, mark)
            hashed = votings.hash_of(one, body.choice, ballot.code)
            said = {"dwelling_id": ballot.dwelling_id, "code": ballot.code, "hash": hashed}
            receipts.append(ReceiptOut(**said))
        return CastOut(
            voting_id=one.id,
            text_hash=one.text_hash or "",
            choice=body.choice,
            at=clock.now(),
            ballots=receipts,
        )


async def tell_household(one: Voting, mark: BallotMark) -> None:
    """Whoever else the vote was of learns that it is cast, and how: not what."""
    place = (await areas.places([mark.dwelling_id]))[mark.dwelling_id]
    for user_id in await queries.users_of(one, mark.dwelling_id):
        if user_id != mark.by_user:
            said = {"title": one.title, "place": place, "source": mark.source.label}
            link = messages.PAGE.format(one.id)
            await notify.send(messages.CAST, to=user_id, link=link, at=mark.at, **said)


# -- several owners ------------------------------------------------------------------------------
async def name(actor: Actor, voting_id: int, body: NamingBody) -> MyBallots:
    """A co-owner says which of them votes; said anew it replaces the own word. Raises NotFound,
    Forbidden for whom is no owner of the roll, VotingOver, AlreadyVoted."""
    one = await queries.voting(actor, voting_id)
    if one.status not in (VotingStatus.FROZEN, VotingStatus.OPEN):
        raise VotingOver
    owners = await electorates.owners_of(one.electorate_id or 0, body.dwelling_id)
    me = await holdings.resident_of(actor.user_id)
    if body.dwelling_id not in await queries.standings(actor, one):
        raise NotFound("没有这户")
    if me not in owners:
        raise Forbidden("只有名册里的业主可以推选")
    if body.resident_id not in owners:
        raise Invalid(fields={"resident_id": "只能推选名册里的共有人"})
    if await votings.mark(one.id, body.dwelling_id) is not None:
        raise AlreadyVoted
    key: dict[str, Any] = {"voting_id": one.id, "dwelling_id": body.dwelling_id, "owner_id": me}
    said: dict[str, Any] = {"named_id": body.resident_id, "at": clock.now()}
    if not await Naming.filter(**key).update(**said):
        with duplicate_is(Conflict()):
            await Naming.create(**key, **said)
    return await queries.mine(actor, voting_id)


# -- for somebody else ---------------------------------------------------------------------------
async def entrust(actor: Actor, voting_id: int, body: ProxyNew) -> ProxyOut:
    """Record a written power of attorney, with its picture. Raises NotFound, Invalid, VotingOver,
    AlreadyVoted, Conflict while there is another."""
    one = await queries.overseen(actor, voting_id)
    if one.status not in (VotingStatus.FROZEN, VotingStatus.OPEN):
        raise VotingOver
    owners = await electorates.owners_of(one.electorate_id or 0, body.dwelling_id)
    if body.owner_id not in owners:
        raise Invalid(fields={"owner_id": "委托人不是名册里这户的业主"})
    if await votings.mark(one.id, body.dwelling_id) is not None:
        raise AlreadyVoted
    user = await identity.by_phone(body.phone) if body.phone else None
    if body.phone and user is None:
        raise Invalid(fields={"phone": "这个手机号还没有登录过邻里"})
    seal = secrets.token_hex(16)
    with duplicate_is(Conflict("这户已经登记了受托人")):
        made = await Proxy.create(
            voting_id=one.id,
            dwelling_id=body.dwelling_id,
            owner_id=body.owner_id,
            user_id=user.id if user else None,
            seal=seal,
            name=sealed_name(seal, body.name),
            file_id=body.file_id,
            live_key=f"{one.id}:{body.dwelling_id}",
            recorded_by=actor.user_id,
            recorded_at=clock.now(),
        )
    await files.attach(actor, [body.file_id], f"proxy:{made.id}")
    await _after_recording(actor, one, made, "ballots.entrusted")
    return (await queries.proxies_shown([made]))[0]


async def _after_recording(actor: Actor, one: Voting, made: Proxy, action: str) -> None:
    detail = {"voting": one.id, "dwelling": made.dwelling_id}
    await audit.record(actor, action, f"proxy:{made.id}", one.area_path, **detail)
    if made.user_id is not None and made.withdrawn_at is None:
        place = (await areas.places([made.dwelling_id]))[made.dwelling_id]
        link = messages.PAGE.format(one.id)
        said = {"title": one.title, "place": place}
        await notify.send(messages.ENTRUSTED, to=made.user_id, link=link, **said)


async def withdraw(actor: Actor, voting_id: int, proxy_id: int) -> Done:
    """The owner takes the power back; what was cast by it stays. Raises NotFound."""
    one = await queries.overseen(actor, voting_id)
    gone = {"withdrawn_at": clock.now(), "live_key": None}
    live = Proxy.filter(id=proxy_id, voting_id=one.id, withdrawn_at=None)
    found = await live.first()
    if found is None or await live.update(**gone) != 1:
        raise NotFound("没有这份委托")
    found.withdrawn_at = clock.now()
    await _after_recording(actor, one, found, "ballots.withdrawn")
    return Done()


async def forget(user_id: int) -> None:
    """A delegate left: that there was one stays."""
    await Proxy.filter(user_id=user_id).update(user_id=None, name=None)
