"""Telling people, through WeChat too when they agreed to it, and the book of what they agreed to.

Sending is in three steps: `sending` is committed, then one call is made, then its outcome is
committed. Whoever finds `sending` later does not know whether the call was made, and says so.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog
from tortoise.queryset import QuerySet

from backend.core import clock, database
from backend.core.actor import SYSTEM, Actor
from backend.core.database import execute, transaction
from backend.core.errors import Invalid, NotFound
from backend.core.jobs import enqueue, job
from backend.core.schemas import Done
from backend.core.states import make
from backend.foundation.audit import service as audit
from backend.foundation.identity import queries as identity
from backend.foundation.notify import queries, rules
from backend.foundation.notify.messages import Template as Template
from backend.foundation.notify.models import Consent, ConsentEntry, Delivery, Message
from backend.foundation.notify.models import DeliveryStatus as Status
from backend.foundation.notify.queries import opened, sealed
from backend.foundation.notify.rules import Cause, Reason, Source
from backend.foundation.notify.schemas import DeliveryOut, SubscriptionAnswers, Subscriptions
from backend.foundation.notify.states import MOVES
from backend.integrations import wechat, wechat_fields, wechat_push
from backend.integrations.wechat_errors import UserRefused, WeChatError
from backend.settings import settings

_log = structlog.get_logger(__name__)


class StillSending(Exception):
    """WeChat's push overtook its own answer: look again in a moment."""


# -- the inbox ---------------------------------------------------------------------------------
async def send(template: Template, *, to: int, link: str = "", **values: Any) -> None:
    """Put a message into a person's inbox, in the transaction at hand, and on its way to WeChat.

    `link` is a page of the mini-program (`/pages/order/index?id=17`). Moments among the values
    are written as people read them. Raises KeyError when a value that the template's patterns
    name is missing. Whoever has left, and nobody (0), is told nothing.
    """
    said = [rules.words(template.title, values), rules.words(template.text, values)]
    person = await identity.person(to)
    if not to or (person is not None and person.erased_at is not None):
        return
    message = await Message.create(
        user_id=to,
        template=template.key,
        words=sealed(said, field="notify.words", user_id=to),
        link=link,
        created_at=clock.now(),
    )
    if template.wechat:
        await _hand_over(template, message, values)


async def read(actor: Actor, message_id: int) -> Done:
    """Mark one of the actor's messages as read; once more does no harm. Raises NotFound."""
    sql = "UPDATE notify_message SET read_at = COALESCE(read_at, ?) WHERE id = ? AND user_id = ?"
    if not await execute(sql, clock.now(), message_id, actor.user_id):
        raise NotFound
    return Done()


async def read_all(actor: Actor) -> Done:
    sql = "UPDATE notify_message SET read_at = ? WHERE user_id = ? AND read_at IS NULL"
    await execute(sql, clock.now(), actor.user_id)
    return Done()


# -- sending -----------------------------------------------------------------------------------
@dataclass(frozen=True)
class Attempt:
    """A call about to be made: everything it needs is at hand."""

    row: Delivery
    openid: str
    template_id: str
    data: dict[str, str]


@dataclass(frozen=True)
class Outcome:
    """What became of a call: the move that follows from it."""

    move: str
    reason: str = ""
    errcode: int | None = None
    wechat_id: str | None = None


async def _hand_over(template: Template, message: Message, values: dict[str, Any]) -> None:
    data = {
        name: wechat_fields.fit(name, rules.field_words(pattern, values))
        for name, pattern in template.wechat.items()
    }
    may_send = await queries.has_consent(message.user_id, template.key)
    row = await Delivery.create(
        message_id=message.id,
        user_id=message.user_id,
        template=template.key,
        data=sealed(data, field="notify.data", user_id=message.user_id),
        is_urgent=template.is_urgent,
        status=Status.WAITING if may_send else Status.SKIPPED,
        reason="" if may_send else Reason.NO_CONSENT,
        created_at=message.created_at,
    )
    if may_send:
        delay = rules.wait(message.created_at, is_urgent=template.is_urgent)
        await enqueue(deliver, delay=delay, delivery_id=row.id)


@job(outside=True)
async def deliver(delivery_id: int) -> None:
    """Send one message, once. Never raises for what WeChat says: the row tells it."""
    async with transaction():
        attempt = await _start(delivery_id)
    if attempt is None:
        return
    outcome = await _call(attempt)
    async with transaction():
        await _finish(attempt.row, outcome)


async def _start(delivery_id: int) -> Attempt | None:
    """The next call, the delivery being marked as `sending`; None when there is none to make.

    Of two workers here at once one gets Conflict, and its transaction is undone.
    """
    row = await Delivery.filter(id=delivery_id).select_related("message").first()
    now = clock.now()
    if row is None:
        return None
    if row.status is Status.SENDING:
        await _look_after(row, now)
        return None
    if row.status is not Status.WAITING:
        return None
    if delay := rules.wait(now, is_urgent=row.is_urgent):
        await enqueue(deliver, delay=delay, delivery_id=row.id)
        return None
    attempt = await _prepared(row)
    if isinstance(attempt, Reason):
        await make(row, MOVES["skip"], SYSTEM, reason=attempt)
        return None
    await make(row, MOVES["start"], SYSTEM, started_at=now, attempts=row.attempts + 1)
    return attempt


async def _look_after(row: Delivery, now: datetime) -> None:
    """A call is under way, or was when its worker died: then nobody knows what became of it."""
    if row.started_at is not None and row.started_at > now - rules.STUCK:
        await enqueue(deliver, delay=rules.STUCK, delivery_id=row.id)
    else:
        await make(row, MOVES["lose_sight"], SYSTEM, reason=Reason.CRASHED)


async def _prepared(row: Delivery) -> Attempt | Reason:
    """All that the call needs, its consent spent; or why there is no point in calling."""
    if row.message.read_at is not None:
        return Reason.ALREADY_READ
    if (template_id := queries.wechat_id(row.template)) is None:
        return Reason.NO_TEMPLATE
    if (openid := await identity.openid_of(row.user_id)) is None:
        return Reason.NO_WECHAT
    data = opened(row.data, field="notify.data", user_id=row.user_id)
    return Attempt(row, openid, template_id, data) if await _spend(row) else Reason.NO_CONSENT


async def _call(attempt: Attempt) -> Outcome:
    row = attempt.row
    try:
        made = await wechat.api().send_subscribe_message(
            attempt.openid,
            attempt.template_id,
            attempt.data,
            page=row.message.link.lstrip("/"),
            state=rules.STATES[settings().wechat_env_version],
        )
    except UserRefused as error:
        return Outcome("refuse", Reason.NO_CONSENT, error.errcode)
    except WeChatError as error:
        move, reason = rules.after_failure(error.advice, row.attempts)
        _log.info("not_delivered", delivery=row.id, move=move, errcode=error.errcode)
        return Outcome(move, reason, error.errcode)
    return Outcome("confirm", wechat_id=made or None)


async def _finish(sent: Delivery, outcome: Outcome) -> None:
    """Write down what became of the call, unless the row has gone on without us."""
    row = await Delivery.get_or_none(id=sent.id, attempts=sent.attempts)
    move = MOVES[outcome.move]
    if row is None or row.status not in move.sources:
        _log.warning("late_outcome", delivery=sent.id, move=outcome.move)
        return
    facts: dict[str, Any] = {"reason": outcome.reason, "errcode": outcome.errcode}
    if outcome.move == "confirm":
        facts |= {"sent_at": clock.now(), "wechat_id": outcome.wechat_id}
    await make(row, move, SYSTEM, **facts)
    if outcome.move == "refuse":
        await _close(row)
    if outcome.move in ("put_off", "fail"):
        await _give_back(row)
    if outcome.move == "put_off":
        await enqueue(deliver, delay=rules.back_off(row.attempts), delivery_id=row.id)


async def mark_sent(actor: Actor, delivery_id: int) -> DeliveryOut:
    """Rule that a message whose fate is unknown has arrived."""
    row = await queries.delivery(delivery_id)
    await make(row, MOVES["mark_sent"], actor)
    await audit.record(actor, "notify.delivery_marked_sent", f"delivery:{row.id}")
    return queries.shown(row)


async def resend(actor: Actor, delivery_id: int) -> DeliveryOut:
    """Rule that a message whose fate is unknown has not arrived, and send it again."""
    row = await queries.delivery(delivery_id)
    await make(row, MOVES["resend"], actor, reason="")
    await _give_back(row)
    await enqueue(deliver, delivery_id=row.id)
    await audit.record(actor, "notify.delivery_resent", f"delivery:{row.id}")
    return queries.shown(row)


# -- the book of consent -----------------------------------------------------------------------
async def take_answers(actor: Actor, form: SubscriptionAnswers) -> Subscriptions:
    """Write down what the person answered on the phone. Raises Invalid for unknown templates."""
    offered = queries.offered()
    if unknown := sorted(set(form.results) - set(offered)):
        raise Invalid(fields={f"results.{unknown[0]}": "没有这个模板"})
    now = clock.now()
    for name, answer in sorted(form.results.items()):
        await _take_answer(actor.user_id, offered[name].key, Cause(answer), Source.PHONE, now)
    chosen = {name: offered[name] for name in form.results}
    return Subscriptions(await queries.subscribed(actor.user_id, chosen))


async def _take_answer(
    user_id: int, template: str, answer: Cause, source: Source, at: datetime
) -> None:
    consent = await _locked(user_id, template)
    change = 0
    if answer is Cause.ACCEPT:
        change = int(await _is_news(consent, source, at))
    elif answer in (Cause.REJECT, Cause.BAN):
        change = -consent.quota
    await _enter(consent, change, answer, source=source, at=at)


async def _is_news(consent: Consent, source: Source, at: datetime) -> bool:
    """Phone and WeChat both tell of every accept: what the other told already counts once."""
    told = ConsentEntry.filter(
        user_id=consent.user_id,
        template=consent.template,
        cause=Cause.ACCEPT,
        created_at__gte=at - rules.SAME_TAP,
        created_at__lte=at + rules.SAME_TAP,
    )
    mine = await told.filter(source=source).count()
    return mine >= await told.exclude(source=source).count()


async def _spend(row: Delivery) -> bool:
    """Take one from the quota, if there is one: checked and spent in one statement."""
    sql = (
        "UPDATE notify_consent SET quota = quota - 1, version = version + 1 "
        "WHERE user_id = ? AND template = ? AND quota > 0"
    )
    if not await execute(sql, row.user_id, row.template):
        return False
    await ConsentEntry.create(
        user_id=row.user_id,
        template=row.template,
        change=-1,
        cause=Cause.SEND,
        source=Source.HOUSE,
        delivery_id=row.id,
        created_at=clock.now(),
    )
    return True


async def _give_back(row: Delivery) -> None:
    """What certainly did not go out has used nothing up."""
    consent = await _locked(row.user_id, row.template)
    await _enter(consent, 1, Cause.RETURN, delivery_id=row.id)


async def _close(row: Delivery) -> None:
    """WeChat says there is no consent: whatever we counted, there is none from here on."""
    consent = await _locked(row.user_id, row.template)
    await _enter(consent, -consent.quota, Cause.REFUSED, delivery_id=row.id)


async def _locked(user_id: int, template: str) -> Consent:
    """The row of person and template, held until the end of the transaction."""
    sql = "UPDATE notify_consent SET version = version + 1 WHERE user_id = ? AND template = ?"
    if not await execute(sql, user_id, template):
        verb = "INSERT OR IGNORE" if database.dialect() == "sqlite" else "INSERT IGNORE"
        columns = "(user_id, template, quota, version) VALUES (?, ?, 0, 0)"
        await execute(f"{verb} INTO notify_consent {columns}", user_id, template)
        await execute(sql, user_id, template)
    return await Consent.get(user_id=user_id, template=template)


async def _enter(
    consent: Consent,
    change: int,
    cause: Cause,
    *,
    source: Source = Source.HOUSE,
    at: datetime | None = None,
    delivery_id: int | None = None,
) -> None:
    await Consent.filter(id=consent.id).update(quota=consent.quota + change)
    await ConsentEntry.create(
        user_id=consent.user_id,
        template=consent.template,
        change=change,
        cause=cause,
        source=source,
        delivery_id=delivery_id,
        created_at=at or clock.now(),
    )


# -- what WeChat tells -------------------------------------------------------------------------
async def take_pushed_answer(push: wechat_push.Push, told: wechat_push.Subscription) -> None:
    """WeChat itself tells what a person answered, or changed in their settings."""
    user_id, template = await _meant(push, told)
    if user_id and template and told.answer:
        at = datetime.fromtimestamp(push.created_at, UTC)
        await _take_answer(user_id, template, Cause(told.answer), Source.PUSH, at)


async def take_pushed_outcome(push: wechat_push.Push, told: wechat_push.Subscription) -> None:
    """WeChat tells what became of a message: it may be the answer that we did not get.

    Raises StillSending when that will be known in a moment.
    """
    user_id, template = await _meant(push, told)
    if not user_id or not template:
        return
    mine = Delivery.filter(user_id=user_id, template=template)
    row = await mine.filter(wechat_id=told.message_id).first() if told.message_id else None
    if row is None and await mine.filter(status=Status.SENDING).exists():
        raise StillSending
    if row is None and not told.error_code:
        await _resolve_unknown(mine, told.message_id)
    elif row is not None and told.error_code and row.status is Status.SENT:
        await make(row, MOVES["refuse"], SYSTEM, reason=Reason.BOUNCED, errcode=told.error_code)
        await _close(row)


async def _meant(
    push: wechat_push.Push, told: wechat_push.Subscription
) -> tuple[int | None, str | None]:
    template = queries.offered().get(told.template_id)
    return await identity.user_of(push.openid), template.key if template else None


async def _resolve_unknown(mine: QuerySet[Delivery], message_id: str) -> None:
    """A message arrived that we know no answer for. Was one lost, and only one, then this is it."""
    lately = mine.filter(started_at__gte=clock.now() - rules.EVIDENCE)
    if await lately.filter(status=Status.SENT, wechat_id=None).exists():
        return
    lost = await lately.filter(status=Status.UNKNOWN).limit(2)
    if len(lost) == 1:
        facts: dict[str, Any] = {"wechat_id": message_id or None, "sent_at": clock.now()}
        await make(lost[0], MOVES["confirm"], SYSTEM, reason="", **facts)


# -- leaving, tidying up -----------------------------------------------------------------------
async def forget_person(user_id: int) -> None:
    for kept in (Delivery, Message, ConsentEntry, Consent):
        await kept.filter(user_id=user_id).delete()
