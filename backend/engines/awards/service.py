"""Awarding points for deeds, and what people rule about those that look wrong."""

from collections.abc import Sequence
from typing import Any

from tortoise.exceptions import IntegrityError

from backend.core import clock
from backend.core.actor import SYSTEM, Actor
from backend.core.database import dialect, execute, is_duplicate, move_paths, transaction
from backend.core.errors import KeyReused
from backend.core.events import emit
from backend.core.states import check, make
from backend.engines.awards import queries, rules
from backend.engines.awards.events import AwardGranted, AwardHeld, AwardRuled
from backend.engines.awards.models import Award, AwardStatus
from backend.engines.awards.rules import Deed as Deed
from backend.engines.awards.rules import Why
from backend.engines.awards.schemas import AwardOut, AwardRuling
from backend.engines.awards.states import MOVES
from backend.engines.points import queries as bank
from backend.engines.points import service as points
from backend.foundation.audit import service as audit
from backend.foundation.identity import queries as identity

_COUNT = {
    "sqlite": "INSERT INTO awards_earner (user_id, counted) VALUES (?, 1) "
    "ON CONFLICT (user_id) DO UPDATE SET counted = counted + 1",
    "mysql": "INSERT INTO awards_earner (user_id, counted) VALUES (?, 1) "
    "ON DUPLICATE KEY UPDATE counted = counted + 1",
}
EVERYBODY = 0


# -- awarding --------------------------------------------------------------------------------------


async def award(deed: Deed, *, key: str) -> Award:
    """Award points for a deed, once for a key, in the transaction at hand.

    What goes beyond a limit is cut off or refused, what looks wrong is held for review: the
    award says so, nothing is raised for it. Raises Invalid for an amount that none can have,
    NotFound for an area that lies in no community, KeyReused for the key of another's deed.
    """
    bank.check_amount(deed.amount)
    await _wait_turn(deed)
    first = await queries.by_key(key)
    if first is not None:
        return _same(first, deed)
    amount, limit = await _allowed(deed)
    doubts = await queries.suspicions(deed) if amount else []
    return await _write(deed, key, amount, [*([limit] if limit else []), *doubts])


async def _wait_turn(deed: Deed) -> None:
    """Deeds of one person wait for each other, so that limits hold; those with a partner for all
    of them, so that no two close a ring at the same moment without seeing each other."""
    if deed.partner_id is not None:
        await execute(_COUNT[dialect()], EVERYBODY)
    await execute(_COUNT[dialect()], deed.user_id)


def _same(first: Award, deed: Deed) -> Award:
    if (first.user_id, first.kind) not in ((deed.user_id, deed.kind), (None, deed.kind)):
        raise KeyReused
    return first


async def _allowed(deed: Deed) -> tuple[int, Why | None]:
    person = await identity.person(deed.user_id)
    if person is None or person.erased_at is not None:
        return 0, Why.GONE
    terms = await bank.terms_at(deed.area_path)
    day, month = clock.bounds(clock.today()), rules.month_of(clock.today())
    who, kind = deed.user_id, deed.kind
    left: dict[Why, int | None] = {Why.DAY: terms.earn_daily - await queries.earned(who, day)}
    if deed.partner_id is not None:
        by = await queries.earned(who, month, partner_id=deed.partner_id)
        left[Why.PARTNER] = terms.partner_monthly - by
    if deed.daily is not None:
        left[Why.KIND_DAY] = deed.daily - await queries.earned(who, day, kind=kind)
    if deed.monthly is not None:
        left[Why.KIND_MONTH] = deed.monthly - await queries.earned(who, month, kind=kind)
    return rules.allowed(deed.amount, left)


async def _write(deed: Deed, key: str, amount: int, why: Sequence[Why]) -> Award:
    is_held = any(one in rules.SUSPICIOUS for one in why)
    status = AwardStatus.HELD if is_held else AwardStatus.GRANTED
    made = Award(
        key=key,
        user_id=deed.user_id,
        partner_id=deed.partner_id,
        kind=deed.kind,
        title=deed.title,
        asked=deed.amount,
        amount=amount,
        why=",".join(why),
        status=status if amount else AwardStatus.REFUSED,
        community_id=await bank.community_of(deed.area_path),
        area_path=deed.area_path,
        created_at=clock.now(),
    )
    try:
        async with transaction():
            await made.save(force_create=True)
    except IntegrityError as error:
        if not is_duplicate(error):
            raise
        # Another person's deed under the same key: it went before.
        raise KeyReused from error
    if made.status is AwardStatus.GRANTED:
        await _grant(made)
    elif made.status is AwardStatus.HELD:
        await emit(AwardHeld(made.id))
    return made


async def _grant(one: Award) -> None:
    months = (await bank.terms_at(one.area_path)).valid_months
    one.expires_at = bank.end_of(clock.now(), months)
    await Award.filter(id=one.id).update(expires_at=one.expires_at)
    await points.grant(one.user_id or 0, one.title, _part(one), key=f"award:{one.id}")
    await emit(AwardGranted(one.id, one.user_id or 0, one.amount))


def _part(one: Award) -> bank.Part:
    return bank.Part(one.community_id, one.expires_at or one.created_at, one.amount)


# -- rulings ---------------------------------------------------------------------------------------


async def approve(actor: Actor, award_id: int, body: AwardRuling) -> AwardOut:
    """It is right: the points come. Raises NotFound, Forbidden, WrongState, StaleVersion."""
    one = await _rule(actor, award_id, "approve", body)
    await _grant(one)
    return await _told(actor, one)


async def reject(actor: Actor, award_id: int, body: AwardRuling) -> AwardOut:
    """It is wrong: nothing comes. Raises NotFound, Forbidden, WrongState, StaleVersion."""
    return await _told(actor, await _rule(actor, award_id, "reject", body))


async def reverse(actor: Actor, award_id: int, body: AwardRuling) -> AwardOut:
    """It was wrong: the points go back, and what was spent is owed.

    Raises NotFound, Forbidden, WrongState, StaleVersion.
    """
    one = await _rule(actor, award_id, "reverse", body)
    if one.user_id is not None:
        key = f"award:{one.id}:reverse"
        one.owed = await points.take_back(one.user_id, one.title, _part(one), key=key)
        await Award.filter(id=one.id).update(owed=one.owed)
    return await _told(actor, one)


async def undo(key: str, grounds: str) -> None:
    """The deed of this key came to nothing: so does its award, if there was any."""
    one = await queries.by_key(key)
    ruling = AwardRuling(grounds=grounds)
    if one is not None and one.status is AwardStatus.GRANTED:
        await reverse(SYSTEM, one.id, ruling)
    elif one is not None and one.status is AwardStatus.HELD:
        await reject(SYSTEM, one.id, ruling)


async def _rule(actor: Actor, award_id: int, move: str, body: AwardRuling) -> Award:
    one = await queries.get(actor, award_id)
    check(one, MOVES[move], actor, body.version)
    ruled: dict[str, Any] = {
        "ruled_by": actor.user_id,
        "ruled_at": clock.now(),
        "grounds": body.grounds,
    }
    await make(one, MOVES[move], actor, version=body.version, **ruled)
    facts = {"ruling": move, "grounds": body.grounds, "amount": one.amount}
    await audit.record(actor, "awards.ruled", f"award:{one.id}", one.area_path, **facts)
    await emit(AwardRuled(one.id, move))
    return one


async def _told(actor: Actor, one: Award) -> AwardOut:
    return (await queries.shown(actor, [one]))[0]


# -- what others change ----------------------------------------------------------------------------


async def forget(user_id: int) -> None:
    """A person left: what waits for review comes to nothing, the rest stays nameless."""
    gone = AwardRuling(grounds="本人已注销账号")
    for one in await Award.filter(user_id=user_id, status=AwardStatus.HELD):
        await reject(SYSTEM, one.id, gone)
    await Award.filter(user_id=user_id).update(user_id=None)
    await Award.filter(partner_id=user_id).update(partner_id=None)
    await execute("DELETE FROM awards_earner WHERE user_id = ?", user_id)


async def follow_area(from_path: str, to_path: str) -> None:
    await move_paths("awards_award", from_path, to_path)
