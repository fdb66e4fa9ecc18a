"""Taking shares of a wish on, and what becomes of them."""

from typing import Any

from tortoise.exceptions import IntegrityError

from backend.core import clock
from backend.core.actor import SYSTEM, Actor
from backend.core.database import is_duplicate
from backend.core.errors import Conflict, Forbidden, WrongState
from backend.core.events import emit
from backend.core.states import check
from backend.engines.wishes import queries as wishes
from backend.engines.wishes import service as moves
from backend.engines.wishes.events import (
    ClaimReleased,
    ClaimRenewed,
    ClaimReturned,
    WishClaimed,
    WishConfirmed,
    WishFulfilled,
)
from backend.engines.wishes.queries import (
    CLAIM_MOVES,
    MOVES,
    ClaimOut,
    ClaimStatus,
    Handover,
    PersonOut,
    Say,
    Wish,
    WishClaim,
    rules,
)
from backend.engines.wishes.service import NotAResident
from backend.features.claims import queries, schemas
from backend.foundation.areas import queries as areas
from backend.foundation.audit import service as audit
from backend.foundation.files import service as files
from backend.foundation.moderations import service as moderations
from backend.foundation.residents import queries as residents


class OwnWish(Forbidden):
    code, title = "own_wish", "不能认领自己家的心愿"


class ClaimedAlready(Conflict):
    code, title = "claimed_already", "您已经认领了这个心愿"


class TooFewLeft(Conflict):
    code, title = "too_few_left", "没有这么多份可以认领了"


class TooManyHeld(Conflict):
    code, title = "too_many_held", f"手上最多同时有 {rules.MOST_HELD} 个心愿，请先办完"


async def claim(actor: Actor, wish_id: int, body: schemas.Claim) -> ClaimOut:
    """Take shares on: as many as are left, whoever else comes at the same moment.

    Raises NotFound beyond one's circle, OwnWish, NotAResident, WrongState, TooFewLeft,
    ClaimedAlready, TooManyHeld.
    """
    one = await wishes.get(actor, wish_id)
    if one.is_kin or one.publisher_id == actor.user_id:
        raise OwnWish
    if not await residents.dwellings_of(actor.user_id):
        raise NotAResident
    live_key = f"{one.id}:{actor.user_id}"
    if await WishClaim.filter(live_key=live_key).exists():
        raise ClaimedAlready
    check(one, MOVES["claim"], actor)
    if one.until <= clock.now():
        raise WrongState("心愿已过截止日期")
    if not await moves.take(one, body.shares):
        raise TooFewLeft(left=one.needed - one.taken)
    made = await _enter(actor, one, body, live_key)
    await moves.settle(one)
    said = {"claim": made.id, "shares": body.shares}
    await audit.record(actor, "wishes.claimed", moves.subject(one), one.area_path, **said)
    await emit(moves.fact(WishClaimed, made))
    return await queries.shown(actor, made)


async def _enter(actor: Actor, one: Wish, body: schemas.Claim, live_key: str) -> WishClaim:
    """Write the claim down, in the lowest of the person's free slots."""
    slots = [f"{actor.user_id}:{number}" for number in range(rules.MOST_HELD)]
    used = {one.slot for one in await WishClaim.filter(slot__in=slots)}
    free = [slot for slot in slots if slot not in used]
    if not free:
        raise TooManyHeld
    now = clock.now()
    try:
        return await WishClaim.create(
            wish=one,
            claimer_id=actor.user_id,
            live_key=live_key,
            slot=free[0],
            shares=body.shares,
            shows_name=body.shows_name,
            claimed_at=now,
            due_at=now + rules.SILENCE,
        )
    except IntegrityError as error:
        if not is_duplicate(error):
            raise
        raise Conflict from error


async def contact(actor: Actor, claim_id: int) -> PersonOut:
    """What the claimer needs to bring it there, as the wish's handover says; it is written down.

    Raises WrongState once the claim is no longer held.
    """
    made = await queries.mine_of(actor, claim_id)
    if made.status is not ClaimStatus.HELD:
        raise WrongState("认领已结束，不再显示联系方式")
    one = made.wish
    if one.handover is Handover.OFFICE:
        return await _office(one)
    found = await moves.read_person(actor, one, f"认领微心愿「{one.title}」")
    is_home = one.handover is Handover.HOME
    return PersonOut(name=found.name, phone=found.phone, place=found.place if is_home else "")


async def _office(one: Wish) -> PersonOut:
    """The community's own telephone and name: the person's are not needed."""
    along = await areas.along(one.area_path)
    office = next((part for part in along if part["level"] == "community"), along[-1])
    told = office["contact"] or {}
    place = " ".join(filter(None, (office["name"], told.get("address"))))
    return PersonOut(name="", phone=told.get("phone") or "", place=place)


async def progress(actor: Actor, claim_id: int, body: schemas.Progress) -> ClaimOut:
    """Say how it goes: the silence begins anew. Raises WrongState after too many times."""
    made = await queries.get(actor, claim_id)
    check(made, CLAIM_MOVES["progress"], actor)
    if made.progress >= rules.MOST_PROGRESS:
        raise WrongState("延长次数已用完，请尽快办理")
    said: dict[str, Any] = {
        "note": body.note,
        "is_hidden": False,
        "progress": made.progress + 1,
        "due_at": clock.now() + rules.SILENCE,
    }
    await moves.step(actor, made, "progress", ClaimRenewed, **said)
    await moderations.judge("claims", made.id, actor.user_id, body.note)
    return await queries.shown(actor, made)


async def fulfil(actor: Actor, claim_id: int, body: schemas.Fulfil) -> ClaimOut:
    """Say that it is done, with pictures. Raises NotFound for pictures that are not one's own."""
    made = await queries.get(actor, claim_id)
    check(made, CLAIM_MOVES["fulfil"], actor)
    subject = f"wish-claim:{made.id}"
    await files.release(actor.user_id, subject)
    await files.attach(actor, body.file_ids, subject)
    now = clock.now()
    said: dict[str, Any] = {
        "note": body.note,
        "is_hidden": False,
        "reason": "",
        "file_ids": body.file_ids,
        "fulfilled_at": now,
        "due_at": now + rules.UNCONFIRMED,
        "slot": None,
    }
    await moves.step(actor, made, "fulfil", WishFulfilled, **said)
    await moderations.judge("claims", made.id, actor.user_id, body.note)
    return await queries.shown(actor, made)


async def confirm(actor: Actor, claim_id: int) -> ClaimOut:
    """Say that it came true: the writer, or the community."""
    made = await queries.get(actor, claim_id)
    said: dict[str, Any] = {
        "confirmed_at": clock.now(),
        "confirmed_by": actor.user_id,
        "due_at": None,
    }
    await moves.step(actor, made, "confirm", WishConfirmed, **said)
    return await queries.shown(actor, made)


async def send_back(actor: Actor, claim_id: int, body: Say) -> ClaimOut:
    """Say that it did not: the claimer is to go on."""
    made = await queries.get(actor, claim_id)
    said: dict[str, Any] = {"reason": body.reason, "due_at": clock.now() + rules.SILENCE}
    await moves.step(actor, made, "send-back", ClaimReturned, **said)
    return await queries.shown(actor, made)


async def let_go(actor: Actor, claim_id: int, move: str, body: Say) -> ClaimOut:
    """`give-up` by the claimer, `release` by the community: the shares are free again."""
    made = await queries.get(actor, claim_id)
    await moves.step(actor, made, move, ClaimReleased, reason=body.reason)
    return await queries.shown(actor, made)


async def lapse(made: WishClaim, reason: str) -> None:
    """Give the shares free by itself."""
    await moves.step(SYSTEM, made, "lapse", ClaimReleased, reason=reason)


async def forget(user_id: int) -> None:
    """Somebody left: what they held is free again, what they did stays, nameless."""
    mine = WishClaim.filter(claimer_id=user_id)
    for made in await mine.filter(status=ClaimStatus.HELD).select_related("wish"):
        await lapse(made, "认领人已注销账号")
    await mine.update(claimer_id=None, live_key=None, slot=None)
    await WishClaim.filter(confirmed_by=user_id).update(confirmed_by=None)


async def hide(claim_id: int) -> None:
    """Moderation found the note risky."""
    await WishClaim.filter(id=claim_id).update(is_hidden=True)
