"""Wishing, reviewing, opening circle by circle, and going where the claims lead."""

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

from backend.core import clock
from backend.core.actor import SYSTEM, Actor
from backend.core.database import execute, move_paths
from backend.core.errors import Forbidden, Invalid, NotFound, WrongState
from backend.core.events import emit
from backend.core.states import check, make
from backend.engines.wishes import queries, rules, schemas
from backend.engines.wishes.events import (
    ClaimFact,
    WishEnded,
    WishReviewed,
    WishSubmitted,
)
from backend.engines.wishes.models import Wish, WishClaim, sealed_person
from backend.engines.wishes.permissions import P
from backend.engines.wishes.rules import Circle, Handover
from backend.engines.wishes.schemas import PersonOut, WishDetail
from backend.engines.wishes.states import (
    CLAIM_MOVES,
    ENDED,
    LIVE,
    MOVES,
    PENDING,
    SETTLING,
    SHARED,
    ClaimStatus,
    WishStatus,
)
from backend.foundation.areas import queries as areas
from backend.foundation.audit import service as audit
from backend.foundation.files import service as files
from backend.foundation.identity import queries as identity
from backend.foundation.moderations import service as moderations
from backend.foundation.residents import queries as residents
from backend.foundation.residents import service as register
from backend.foundation.residents.service import Secret

_TAKE = (
    "UPDATE wishes_wish SET taken = taken + ?, version = version + 1 "
    "WHERE id = ? AND status = 'open' AND taken + ? <= needed AND until > ?"
)
_GIVE_BACK = "UPDATE wishes_wish SET taken = taken - ?, version = version + 1 WHERE id = ?"


class NotAResident(Forbidden):
    code, title = "not_a_resident", "请先绑定住房并等社区确认，再发布或认领心愿"


# -- wishing -------------------------------------------------------------------------------------


async def publish(actor: Actor, body: schemas.WishNew) -> WishDetail:
    """Write a wish down; the community looks at it first.

    Raises Invalid, NotFound, NotAResident.
    """
    path, person = await _whom_and_where(actor, body)
    made = await Wish.create(
        publisher_id=actor.user_id,
        is_for_other=body.is_for_other,
        handover=body.handover,
        area_path=path,
        submitted_at=clock.now(),
        **person,
        **_words(body),
    )
    await files.attach(actor, body.file_ids, subject(made))
    await _submitted(actor, made)
    return await queries.detailed(actor, made)


def _words(body: schemas.WishWords) -> dict[str, Any]:
    names = set(schemas.WishWords.model_fields) - {"until"}
    return {name: getattr(body, name) for name in names} | {"until": _end_of(body.until)}


def _end_of(day: date) -> datetime:
    today = clock.today()
    if not today <= day <= today + timedelta(days=rules.MOST_DAYS):
        raise Invalid(fields={"until": f"请选择今天起 {rules.MOST_DAYS} 天内的日期"})
    return clock.bounds(day)[1]


async def _whom_and_where(actor: Actor, body: schemas.WishNew) -> tuple[str, dict[str, Any]]:
    homes = await residents.dwellings_of(actor.user_id)
    if body.person is not None:
        path = await _others_path(actor, body.area_id, [one.area_path for one in homes])
        return path, dict(sealed_person(body.person.name, body.person.phone, body.person.place))
    if not homes:
        raise NotAResident
    phone = await identity.phone_of(actor.user_id)
    if phone is None and body.handover is not Handover.OFFICE:
        raise Invalid(fields={"handover": "请先验证手机号，或选择由社区转交"})
    (me, *_) = await residents.household(actor.user_id)
    place = (await areas.places([homes[0].dwelling_id]))[homes[0].dwelling_id]
    return homes[0].area_path, dict(sealed_person(me.name, phone, place))


async def _others_path(actor: Actor, area_id: int | None, homes: list[str]) -> str:
    """Where the other person lives: within one's own community or post. Raises NotFound."""
    if area_id is None:
        raise Invalid(fields={"area_id": "请选择心愿人住在哪里"})
    path = await areas.path_of(area_id)
    near = [await _community(home) for home in homes]
    if actor.may(P.REVIEW, path) or any(path.startswith(one) for one in near):
        return path
    raise NotFound("只能替本社区的人发布心愿")


async def _community(path: str) -> str:
    return (await _circles(path)).get(Circle.COMMUNITY, path)


async def _circles(path: str) -> dict[Circle, str]:
    """The areas of a place that are circles."""
    known = {str(one.value) for one in Circle}
    return {
        Circle(one["level"]): one["path"]
        for one in await areas.along(path)
        if one["level"] in known
    }


def subject(one: Wish) -> str:
    """How files and the audit call it."""
    return f"wish:{one.id}"


async def _submitted(actor: Actor, one: Wish) -> None:
    await audit.record(actor, "wishes.submitted", subject(one), one.area_path)
    await emit(WishSubmitted(one.id))
    await moderations.judge("wishes", one.id, actor.user_id, one.title, one.text)


async def revise(actor: Actor, wish_id: int, body: schemas.Revise) -> WishDetail:
    """Put a wish right before it is approved; it is looked at anew. Raises as `publish`."""
    one = await queries.get(actor, wish_id)
    changes = _words(body) | {"reason": "", "is_hidden": False, "submitted_at": clock.now()}
    await make(one, MOVES["revise"], actor, version=body.version, **changes)
    await files.release(actor.user_id, subject(one))
    await files.attach(actor, body.file_ids, subject(one))
    await _submitted(actor, one)
    return await queries.detailed(actor, one)


async def withdraw(actor: Actor, wish_id: int, body: schemas.Say) -> WishDetail:
    """It is no longer wished for. What was fulfilled by then is still to be confirmed."""
    one = await queries.get(actor, wish_id)
    await _cut_short(actor, one, "withdraw", body.reason)
    return await queries.detailed(actor, one)


# -- the community -------------------------------------------------------------------------------


async def approve(actor: Actor, wish_id: int, body: schemas.Approve) -> WishDetail:
    """Open it to the nearest circle. Raises WrongState once its last day is over."""
    one = await queries.get(actor, wish_id)
    now = clock.now()
    if one.until <= now:
        raise WrongState("心愿已过了截止日期，请心愿人修改后再审核")
    present = await _circles(one.area_path)
    nearest = rules.steps(present)
    circle = nearest[0][0]
    opened: dict[str, Any] = {
        "opened_at": now,
        "reviewed_by": actor.user_id,
        "circle": circle,
        "open_path": present[circle],
        "widens_at": now + nearest[1][1] if len(nearest) > 1 else None,
        "is_hidden": False,
    }
    await make(one, MOVES["approve"], actor, version=body.version, **opened)
    await audit.record(actor, "wishes.approved", subject(one), one.area_path)
    await emit(WishReviewed(one.id))
    return await queries.detailed(actor, one)


async def refuse(actor: Actor, wish_id: int, body: schemas.Refuse) -> WishDetail:
    """Send it back to whoever wrote it, with the reason."""
    one = await queries.get(actor, wish_id)
    why: dict[str, Any] = {"reason": body.reason, "reviewed_by": actor.user_id}
    await make(one, MOVES["refuse"], actor, version=body.version, **why)
    await audit.record(actor, "wishes.refused", subject(one), one.area_path)
    await emit(WishReviewed(one.id))
    return await queries.detailed(actor, one)


async def close(actor: Actor, wish_id: int, body: schemas.Say) -> WishDetail:
    """Take it down. What was fulfilled by then is still to be confirmed."""
    one = await queries.get(actor, wish_id)
    await _cut_short(actor, one, "close", body.reason)
    return await queries.detailed(actor, one)


async def reveal(actor: Actor, wish_id: int, body: schemas.Reveal) -> PersonOut:
    """Name, phone and place in plain, for the community to check; it is written down."""
    one = await queries.get(actor, wish_id)
    if not one.may(actor, P.REVIEW):
        raise NotFound("没有这个微心愿")
    return await read_person(actor, one, body.purpose)


async def read_person(actor: Actor, one: Wish, purpose: str) -> PersonOut:
    """Name, phone and place in plain, for whoever was found to need them; it is written down."""
    name, phone, place = one.opened()
    if not one.is_for_other:
        read, mine = [Secret.NAME, Secret.PHONE], one.publisher_id
        await register.note_reading(actor, read, purpose, user_id=mine)
    said = {"purpose": purpose}
    await audit.record(actor, "wishes.person_read", subject(one), one.area_path, **said)
    return PersonOut(name=name, phone=phone, place=place)


# -- claims --------------------------------------------------------------------------------------


async def take(one: Wish, shares: int) -> bool:
    """Take shares of an open wish, whoever else does at the same moment; False when there are not
    so many left. Its row is the transaction's from here on."""
    return await execute(_TAKE, shares, one.id, shares, clock.now()) == 1


async def step(
    actor: Actor, made: WishClaim, move: str, kind: type[ClaimFact], **changes: Any
) -> None:
    """Make a move of a claim (which comes with its wish), and let the wish follow."""
    one = made.wish
    back = made.shares if CLAIM_MOVES[move].targets == {ClaimStatus.RELEASED} else 0
    if back:
        changes |= {"live_key": None, "slot": None, "due_at": None}
    # The wish's row is held before the claim's, always: of two moves one waits for the other.
    await execute(_GIVE_BACK, back, one.id)
    await make(made, CLAIM_MOVES[move], actor, **changes)
    await settle(one)
    said = {"claim": made.id}
    await audit.record(actor, f"wishes.claim_{move}", subject(one), one.area_path, **said)
    await emit(fact(kind, made))


def fact(kind: type[ClaimFact], made: WishClaim) -> ClaimFact:
    """What is told of a claim, which comes with its wish."""
    return kind(made.id, made.wish_id, made.claimer_id or 0, made.wish.area_path, int(made.shares))


async def settle(one: Wish) -> None:
    """Put the wish where its claims say. Whoever calls has changed its row in this transaction, so
    that no other claim of it can move meanwhile."""
    await one.refresh_from_db()
    if one.status not in SHARED:
        return
    shares: Counter[ClaimStatus] = Counter()
    for each in await WishClaim.filter(wish_id=one.id, status__in=list(LIVE)):
        shares[each.status] += each.shares
    goal = rules.standing(shares, one.needed, is_over=one.until <= clock.now())
    if goal is one.status:
        return
    await make(one, MOVES[SETTLING[goal]], SYSTEM, ended_at=clock.now() if goal in ENDED else None)
    if goal is WishStatus.EXPIRED:
        await emit(WishEnded(one.id, []))


# -- by itself -----------------------------------------------------------------------------------


async def _cut_short(actor: Actor, one: Wish, move: str, reason: str) -> None:
    """End a wish now: held claims are called off; where some were fulfilled, those remain."""
    check(one, MOVES[move], actor)
    await execute(_GIVE_BACK, 0, one.id)
    called_off = []
    for made in await WishClaim.filter(wish_id=one.id, status=ClaimStatus.HELD):
        gone: dict[str, Any] = {"live_key": None, "slot": None, "due_at": None}
        await make(made, CLAIM_MOVES["call-off"], SYSTEM, **gone)
        await execute(_GIVE_BACK, made.shares, one.id)
        called_off.append(made.id)
    await one.refresh_from_db()
    ended: dict[str, Any] = {"reason": reason, "widens_at": None}
    if one.taken:
        await Wish.filter(id=one.id).update(until=clock.now(), **ended)
        await settle(one)
    else:
        await make(one, MOVES[move], actor, ended_at=clock.now(), **ended)
    said = {"called_off": len(called_off)}
    await audit.record(actor, f"wishes.{move}", subject(one), one.area_path, **said)
    await emit(WishEnded(one.id, called_off))


async def widen(wish_id: int) -> Wish | None:
    """Open it as far as it is time for; None when there is nothing to do."""
    one = await Wish.get_or_none(id=wish_id)
    now = clock.now()
    if one is None or one.status not in SHARED or one.opened_at is None:
        return None
    if one.widens_at is None or one.widens_at > now:
        return None
    present = await _circles(one.area_path)
    steps = [(circle, one.opened_at + after) for circle, after in rules.steps(present)]
    reached = [circle for circle, at in steps if at <= now][-1]
    wider: dict[str, Any] = {
        "circle": reached,
        "open_path": present[reached],
        "widens_at": min((at for _, at in steps if at > now), default=None),
    }
    await make(one, MOVES["widen"], SYSTEM, **wider)
    return one


async def run_out(wish_id: int) -> None:
    """The last day is over: what was claimed goes on, what was not is no longer wished for."""
    one = await Wish.get_or_none(id=wish_id)
    if one is None or one.until > clock.now():
        return
    await execute(_GIVE_BACK, 0, one.id)
    await settle(one)
    if one.status in PENDING:
        await make(one, MOVES["expire"], SYSTEM, ended_at=clock.now())
        await emit(WishEnded(one.id, []))


async def follow_area(from_path: str, to_path: str) -> None:
    """An area stands elsewhere: wishes below it follow, and how far they are seen."""
    for column in ("area_path", "open_path"):
        await move_paths("wishes_wish", from_path, to_path, column=column)


# -- forgetting ----------------------------------------------------------------------------------


async def forget(user_id: int) -> None:
    """Somebody left: their own wishes end and are nobody's; those for others the community looks
    after."""
    for one in await Wish.filter(publisher_id=user_id, is_for_other=False):
        if one.status in MOVES["withdraw"].sources:
            await _cut_short(SYSTEM, one, "withdraw", "心愿人已注销账号")
        await files.detach(subject(one))
        await _forget_person(id=one.id)
    await Wish.filter(publisher_id=user_id).update(publisher_id=None)


async def forget_old() -> None:
    """Some time after its end nobody needs to know whose wish it was."""
    await _forget_person(ended_at__lt=clock.now() - rules.KEPT, person__not_isnull=True)


async def _forget_person(**which: Any) -> None:
    await Wish.filter(**which).update(person=None, phone=None, phone_index=None)


async def hide(wish_id: int) -> None:
    """Moderation found the words risky."""
    await Wish.filter(id=wish_id).update(is_hidden=True)
