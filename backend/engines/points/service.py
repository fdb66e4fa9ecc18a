"""Issuing, setting aside, spending, giving back, passing on and ending points.

Everything happens in the transaction at hand. The ledger's account is written first: whoever comes
second waits there, so that an account's lots are one person's business at a time.
"""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

import structlog
from prometheus_client import Gauge
from tortoise.exceptions import IntegrityError

from backend.core import clock
from backend.core.actor import SYSTEM, Actor
from backend.core.database import execute, is_duplicate, move_paths, transaction
from backend.core.errors import Invalid, KeyReused, NotFound, StaleVersion
from backend.core.events import emit
from backend.core.states import make
from backend.engines.ledgers import service as ledgers
from backend.engines.ledgers.service import Leg, Posting
from backend.engines.points import messages, queries, rules
from backend.engines.points.events import PointsExpired, PointsTransferred, ProofFailed
from backend.engines.points.models import (
    PointHold,
    PointHoldPart,
    PointLot,
    PointPolicy,
    PointProof,
    PointTransfer,
)
from backend.engines.points.permissions import P
from backend.engines.points.rules import UNIT, Direction, NotEnoughPoints, Part
from backend.engines.points.rules import TransferLimit as TransferLimit
from backend.engines.points.schemas import PointsOut, PolicyBody, PolicyOut, TransferNew
from backend.engines.points.states import MOVES
from backend.engines.points.states import HoldStatus as HoldStatus
from backend.foundation.audit import service as audit
from backend.foundation.notify import service as notify

_PUT = (
    "UPDATE points_lot SET amount = amount + ? "
    "WHERE account = ? AND community_id = ? AND expires_at = ?"
)
_TAKE = (
    "UPDATE points_lot SET amount = amount - ? "
    "WHERE account = ? AND community_id = ? AND expires_at = ? AND amount >= ?"
)
_END = "UPDATE points_lot SET amount = 0, ended = ended + ? WHERE id = ? AND amount = ?"

_faults = Gauge("linli_points_faults", "What the last proof of the points' books found")
_log = structlog.get_logger(__name__)


# -- issuing and taking back -----------------------------------------------------------------------


async def grant(user_id: int, title: str, part: Part, *, key: str) -> None:
    """Issue points to a person, once for a key. What they owe is paid from it at once."""
    rules.check_amount(part.amount)
    account = rules.person(user_id)
    legs = _legs(rules.issued(part.community_id), account, part.amount)
    posting = await ledgers.post(key, legs, kind="award", memo=title, unit=UNIT)
    if not posting.is_repeated:
        await _put(account, [part])
        await _pay_debt(user_id, f"{key}:debt")


async def take_back(user_id: int, title: str, part: Part, *, key: str) -> int:
    """Take points of a community back: those of `part`'s lot first, then what goes out first.

    What the person has not got any more they owe: says how much that is. Raises KeyReused for a
    key that took another amount, Conflict when the person spends at the same moment.
    """
    rules.check_amount(part.amount)
    account = rules.person(user_id)
    await _end_due(account)
    lots = queries.parts_of(await queries.lots_of(account))
    of_it = (part.expires_at, part.community_id)
    lots.sort(key=lambda one: (one.expires_at, one.community_id) != of_it)
    size = min(part.amount, sum(one.amount for one in lots))
    missing = part.amount - size
    given = [Leg(account, -size)] if size else []
    given += [Leg(rules.owed(user_id), -missing)] if missing else []
    legs = [*given, Leg(rules.issued(part.community_id), part.amount)]
    posting = await _post(key, "reversal", title, legs)
    if not posting.is_repeated:
        await _take(account, rules.first_out(lots, size))
    return missing


async def _pay_debt(user_id: int, key: str) -> None:
    """What came in pays what is owed, as far as it goes. The person's account is written."""
    account, owed = rules.person(user_id), await queries.owed_by(user_id)
    lots = queries.parts_of(await queries.lots_of(account)) if owed else []
    size = min(owed, sum(one.amount for one in lots))
    if size:
        legs = _legs(account, rules.owed(user_id), size)
        await ledgers.post(key, legs, kind="reversal", memo="扣回此前多得的积分", unit=UNIT)
        await _take(account, rules.first_out(lots, size))


# -- setting aside ---------------------------------------------------------------------------------


async def reserve(user_id: int, amount: int, title: str, *, key: str) -> PointHold:
    """Set points aside, once for a key. Raises Invalid, NotEnoughPoints, KeyReused."""
    rules.check_amount(amount)
    source, target = rules.person(user_id), rules.reserved(user_id)
    hold = PointHold(
        key=key, user_id=user_id, account=target, amount=amount, title=title, created_at=clock.now()
    )
    try:
        async with transaction():
            await hold.save(force_create=True)
            await _end_due(source)
            await _post(f"points:hold:{hold.id}", "reserve", title, _legs(source, target, amount))
            parts = await _take_first(source, amount)
    except IntegrityError as error:
        if not is_duplicate(error):
            raise
        return await _same(hold)
    await PointHoldPart.bulk_create([PointHoldPart(hold_id=hold.id, **vars(one)) for one in parts])
    return hold


async def _same(again: PointHold) -> PointHold:
    first = await queries.hold(again.key)
    if (first.user_id, first.amount) != (again.user_id, again.amount):
        raise KeyReused
    return first


async def spend(key: str, to: str) -> PointHold:
    """What was set aside goes to an account (`queries.pool`, `queries.shop`). Again: nothing.

    Raises NotFound, WrongState when it was given back.
    """
    hold = await queries.hold(key)
    if hold.status is HoldStatus.SPENT:
        return hold
    await make(hold, MOVES["spend"], SYSTEM, ended_at=clock.now())
    legs = _legs(hold.account, to, hold.amount)
    await _post(f"points:hold:{hold.id}:spend", "spend", hold.title, legs)
    return hold


async def release(key: str) -> PointHold:
    """Give back what was set aside; every point ends when it would have ended. Again: nothing.

    Raises NotFound, WrongState when it was spent.
    """
    hold = await queries.hold(key)
    if hold.status is HoldStatus.RELEASED:
        return hold
    await make(hold, MOVES["release"], SYSTEM, ended_at=clock.now())
    user_id = rules.owner_of(hold.account)[1][0]
    account = rules.person(user_id)
    legs = _legs(hold.account, account, hold.amount)
    await _post(f"points:hold:{hold.id}:release", "release", hold.title, legs)
    found = await PointHoldPart.filter(hold_id=hold.id).order_by("id")
    await _put(account, [Part(one.community_id, one.expires_at, one.amount) for one in found])
    await _pay_debt(user_id, f"points:hold:{hold.id}:debt")
    return hold


# -- passing on ------------------------------------------------------------------------------------


async def transfer(actor: Actor, body: TransferNew) -> PointsOut:
    """Pass points on within the family. Lots keep their ends.

    Raises NotFound for another's household or member, Invalid, NotEnoughPoints, TransferLimit.
    """
    home = await queries.family(actor.user_id, body.dwelling_id)
    to_user_id = await _receiver(actor, body, home)
    mine, shared = rules.person(actor.user_id), rules.household(*home.key)
    source, target = {
        Direction.GIVE: (mine, rules.person(to_user_id or 0)),
        Direction.DEPOSIT: (mine, shared),
        Direction.WITHDRAW: (shared, mine),
    }[body.direction]
    made = await PointTransfer.create(
        dwelling_id=home.dwelling_id,
        tenure=home.tenure,
        direction=body.direction,
        user_id=actor.user_id,
        to_user_id=to_user_id,
        amount=body.amount,
        at=clock.now(),
    )
    await _end_due(source)
    key = f"points:transfer:{made.id}"
    await _post(key, "transfer", body.direction.label, _legs(source, target, body.amount))
    # Rivals wait for the account that was just written: the sum is everybody's by now, and a
    # household that has ended meanwhile is seen to have.
    await _limit(actor.user_id)
    await queries.family(actor.user_id, home.dwelling_id, home.tenure)
    await _put(target, await _take_first(source, body.amount))
    await _pay_debt(to_user_id or actor.user_id, f"{key}:debt")
    await emit(PointsTransferred(actor.user_id, to_user_id, body.amount))
    return await queries.mine(actor)


async def _receiver(actor: Actor, body: TransferNew, home: queries.Holding) -> int | None:
    if (body.direction is Direction.GIVE) != (body.to_user_id is not None):
        raise Invalid(fields={"to_user_id": "转给家人时请选择家人，其他情况不用填"})
    if body.to_user_id is None:
        return None
    others = set(await queries.members_of(home)) - {actor.user_id}
    if body.to_user_id not in others:
        raise NotFound("只能转给同一户的家人")
    return body.to_user_id


async def _limit(user_id: int) -> None:
    most = (await queries.terms_of(user_id)).transfer_daily
    if await queries.passed_on(user_id) > most:
        raise TransferLimit(f"每天最多转 {most} 积分")


async def pass_to(account: str, user_id: int, amount: int, memo: str, *, key: str) -> None:
    """Points of another account go to a person, once for a key. Raises NotEnoughPoints."""
    target = rules.person(user_id)
    await _post(key, "transfer", memo, _legs(account, target, amount))
    await _put(target, await _take_first(account, amount))
    await _pay_debt(user_id, f"{key}:debt")


async def held(account: str) -> int:
    """What an account has, ended or not: nobody moves any of it until this transaction ends."""
    return await ledgers.held(account, UNIT)


# -- ending ----------------------------------------------------------------------------------------


async def end_due(account: str) -> None:
    """Lots that have ended go back to their communities."""
    ended = await _end_due(account)
    if ended:
        await emit(PointsExpired(account, ended))


async def _end_due(account: str) -> int:
    ended = 0
    for lot in await queries.lots_of(account, is_due=True):
        legs = _legs(account, rules.pool(lot.community_id), lot.amount)
        key = f"points:lot:{lot.id}:{lot.ended}"
        posting = await ledgers.post(key, legs, kind="expiry", memo="积分到期", unit=UNIT)
        if not posting.is_repeated and await execute(_END, lot.amount, lot.id, lot.amount) != 1:
            raise RuntimeError(f"lot {lot.id} changed under its account's lock")
        ended += lot.amount
    return ended


async def forget(user_id: int) -> None:
    """A person left: what they had goes back to where it came from, the books stay nameless."""
    for hold in await PointHold.filter(user_id=user_id, status=HoldStatus.RESERVED):
        await release(hold.key)
    await give_up(rules.person(user_id), "注销账号", key=f"points:left:{user_id}")
    await _write_off(user_id)
    await PointHold.filter(user_id=user_id).update(user_id=None)
    await PointTransfer.filter(user_id=user_id).update(user_id=None)
    await PointTransfer.filter(to_user_id=user_id).update(to_user_id=None)


async def give_up(account: str, memo: str, *, key: str) -> None:
    """What an account has goes back to the communities that it came from."""
    lots = queries.parts_of(await queries.lots_of(account))
    for community_id, amount in sorted(rules.by_community(lots).items()):
        legs = _legs(account, rules.pool(community_id), amount)
        await ledgers.post(f"{key}:{community_id}", legs, kind="left", memo=memo, unit=UNIT)
    await _take(account, lots)


async def _write_off(user_id: int) -> None:
    owed = await queries.owed_by(user_id)
    if owed:
        legs = _legs("points-issued:lost", rules.owed(user_id), owed)
        key = f"points:left:{user_id}:owed"
        await ledgers.post(key, legs, kind="left", memo="注销账号", unit=UNIT)


# -- lots and legs ---------------------------------------------------------------------------------


def _legs(source: str, target: str, amount: int) -> list[Leg]:
    return [Leg(source, -amount), Leg(target, amount)]


async def _post(key: str, kind: str, memo: str, legs: Sequence[Leg]) -> Posting:
    try:
        return await ledgers.post(key, legs, kind=kind, memo=memo, unit=UNIT)
    except ledgers.NotEnough as error:
        raise NotEnoughPoints from error


async def _take_first(account: str, amount: int) -> list[Part]:
    """What goes out first, off the lots. Raises NotEnoughPoints."""
    parts = rules.first_out(queries.parts_of(await queries.lots_of(account)), amount)
    await _take(account, parts)
    return parts


async def _take(account: str, parts: Sequence[Part]) -> None:
    for one in parts:
        where = (account, one.community_id, one.expires_at, one.amount)
        if await execute(_TAKE, one.amount, *where) != 1:
            raise NotEnoughPoints


async def _put(account: str, parts: Sequence[Part]) -> None:
    for one in parts:
        where = (account, one.community_id, one.expires_at)
        if await execute(_PUT, one.amount, *where) == 0:
            await PointLot.create(account=account, **vars(one))


# -- policy ----------------------------------------------------------------------------------------


async def set_policy(actor: Actor, area_id: int, body: PolicyBody) -> PolicyOut:
    """Set an area's terms; what was issued keeps its end. Raises NotFound, StaleVersion."""
    before = await queries.policy(actor, area_id)
    path = await queries.overseen(actor, area_id)
    if not actor.may(P.SET_POLICY, path):
        raise NotFound("没有这个区域")
    if (body.version or 0) != before.version:
        raise StaleVersion(version=before.version)
    terms = body.model_dump(exclude={"version"})
    changed: dict[str, Any] = {**terms, "version": before.version + 1, "updated_at": clock.now()}
    if before.is_own:
        chosen = PointPolicy.filter(area_id=area_id, version=before.version)
        done = await chosen.update(**changed)
    else:
        done = await _first_policy(area_id, path, changed)
    if not done:
        raise StaleVersion
    was = before.model_dump(include=set(terms))
    await audit.record(actor, "points.policy_set", f"area:{area_id}", path, before=was, after=terms)
    return await queries.policy(actor, area_id)


async def _first_policy(area_id: int, path: str, changed: dict[str, Any]) -> bool:
    try:
        async with transaction():
            await PointPolicy.create(area_id=area_id, area_path=path, **changed)
    except IntegrityError as error:
        if not is_duplicate(error):
            raise
        return False
    return True


async def follow_area(from_path: str, to_path: str) -> None:
    await move_paths("points_policy", from_path, to_path)


# -- proof -----------------------------------------------------------------------------------------


async def prove() -> None:
    """Look at the books once a day and write down what was found; cry out when they disagree."""
    day = str(clock.today())
    if await PointProof.exists(day=day):
        return
    faults = await queries.check()
    found = await queries.figures()
    proof = await PointProof.create(day=day, at=clock.now(), faults=faults[:100], **found)
    _faults.set(len(faults))
    if faults:
        _log.error("points_do_not_agree", day=day, faults=len(faults))
        await emit(ProofFailed(proof.id))


async def warn(limit: int) -> None:
    """Tell the owners of lots that end soon, once: one message for all that end together."""
    found = await queries.ending_soon(limit)
    for (account, at), lots in groupby(found, key=lambda one: (one["account"], one["expires_at"])):
        part = list(lots)
        ids = [one["id"] for one in part]
        await PointLot.filter(id__in=ids).update(warned_at=clock.now())
        amount, day = sum(one["amount"] for one in part), clock.spoken(at)
        for user_id in await queries.owners(account):
            await notify.send(messages.SOON, to=user_id, link=messages.MINE, amount=amount, day=day)
