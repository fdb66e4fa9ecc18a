"""What people were told of the orders of the last days, and what WeChat made of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from backend.engines.orders import messages, rules
from backend.engines.orders.models import Order
from backend.foundation.notify import rules as notifying
from backend.foundation.notify.messages import Template
from backend.foundation.notify.models import (
    Consent,
    ConsentEntry,
    Delivery,
    DeliveryStatus,
    Message,
)
from backend.foundation.notify.queries import sealed
from backend.foundation.notify.rules import Cause, Reason, Source
from backend.integrations import wechat_fields
from backend.sample.lives import Life, Told
from backend.sample.orders import Orders
from backend.settings import settings

DAYS = 10
"""How far back inboxes go."""
UNREAD = timedelta(hours=20)
TOO_LATE = 43101
AFTER = timedelta(seconds=2)
"""So long after the step the worker writes the message."""


@dataclass(frozen=True)
class Letter:
    """One message to one person."""

    at: datetime
    to: int
    template: Template
    order: Order
    values: dict[str, Any]


@dataclass
class Inbox:
    """Everything that `notify` keeps, ids given, not yet in a database."""

    messages: list[Message] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    consents: dict[tuple[int, str], Consent] = field(default_factory=dict)
    entries: list[ConsentEntry] = field(default_factory=list)


def build(random: Random, made: Orders, names: Mapping[int, str], now: datetime) -> Inbox:
    """The inboxes of reporters and handlers, oldest first; `names` are those of staff."""
    since = now - timedelta(days=DAYS)
    letters = [
        letter
        for life in made.lives
        for told in life.told
        if since < told.event.at
        for letter in _letters(life, told, names)
        if letter.at < now
    ]
    letters.sort(key=lambda letter: letter.at)
    inbox = Inbox()
    for letter in letters:
        _write(inbox, random, letter, now)
    inbox.entries.sort(key=lambda entry: entry.created_at)
    for number, entry in enumerate(inbox.entries, start=1):
        entry.id = number
    return inbox


def _letters(life: Life, told: Told, names: Mapping[int, str]) -> Iterator[Letter]:
    """To whom the step is told, and with which words."""
    reporter, handler = life.order.reporter_id, told.order["handler_id"]
    event = told.event
    name = names.get(handler or 0, "")
    said = {"result": event.note, "text": event.note, "reason": event.note, "handler": name}
    if name:
        role = told.order["handler_role"]
        said["handler"] = rules.staff_name(name, role, settings().staff_names)
    values: dict[str, Any] = {**said, **event.facts}
    if event.move == "overdue":
        values["due"] = told.due[str(event.facts["kind"])]
    for template in _for_reporter(life, told):
        if reporter and event.actor_id != reporter:
            yield _letter(life, told, template, reporter, values)
    template_ = _FOR_HANDLER.get(event.move)
    if template_ is not None and handler and event.actor_id != handler:
        yield _letter(life, told, template_, handler, values)


_FOR_REPORTER = {
    "take": messages.TAKEN,
    "resolve": messages.RESOLVED,
    "reply": messages.REPLIED,
    "return": messages.RETURNED_RESIDENT,
    "close": messages.CLOSED,
    "overdue": messages.OVERDUE_RESIDENT,
}
_FOR_HANDLER = {
    "assign": messages.ASSIGNED,
    "urge": messages.URGED,
    "supplement": messages.SUPPLEMENTED,
    "rate": messages.RATED,
    "withdraw": messages.WITHDRAWN,
    "overdue": messages.OVERDUE,
    "close-part": messages.PART_CLOSED,
}


def _for_reporter(life: Life, told: Told) -> list[Template]:
    """A report is answered once: by where it went, if it went anywhere at once."""
    move, at = told.event.move, told.event.at
    if move == "accept":
        is_out = any(one.move == "dispatch" and one.at == at for one in life.events)
        return [] if is_out else [messages.ACCEPTED]
    if move == "dispatch":
        return [messages.DISPATCHED]
    return [_FOR_REPORTER[move]] if move in _FOR_REPORTER else []


def _letter(life: Life, told: Told, template: Template, to: int, values: dict[str, Any]) -> Letter:
    order, then = life.order, told.order
    about = {
        "title": order.title,
        "number": rules.number(order.id, order.created_at),
        "place": order.place,
        "unit": then["unit_name"] or "社区",
        "due": then["due_at"] or "",
        "grade": order.grade.label,
    }
    return Letter(told.event.at + AFTER, to, template, order, about | values)


def _write(inbox: Inbox, random: Random, letter: Letter, now: datetime) -> None:
    template, to = letter.template, letter.to
    said = [notifying.words(one, letter.values) for one in (template.title, template.text)]
    is_read = letter.at < now - UNREAD and random.random() < 0.85
    number = len(inbox.messages) + 1
    inbox.messages.append(
        Message(
            id=number,
            user_id=to,
            template=template.key,
            words=sealed(said, field="notify.words", user_id=to),
            link=messages.DETAIL.format(letter.order.id),
            created_at=letter.at,
            read_at=letter.at + timedelta(minutes=random.randint(3, 900)) if is_read else None,
        )
    )
    if template.wechat:
        _deliver(inbox, random, letter, number)


def _deliver(inbox: Inbox, random: Random, letter: Letter, message_id: int) -> None:
    """Half of the people agreed; few of their messages went wrong. No consent is left over: the
    stand-in for WeChat starts with an empty book, and would refuse what we think we may send."""
    template, to = letter.template, letter.to
    data = {
        name: wechat_fields.fit(name, notifying.field_words(pattern, letter.values))
        for name, pattern in template.wechat.items()
    }
    number = len(inbox.deliveries) + 1
    outcome = _outcome(random)
    columns: dict[str, Any] = {"status": DeliveryStatus.SKIPPED, "reason": Reason.NO_CONSENT}
    if outcome is not DeliveryStatus.SKIPPED:
        columns = _sent(random, letter.at, outcome)
        _spend(inbox, letter, number, is_refused=outcome is DeliveryStatus.REFUSED)
    inbox.deliveries.append(
        Delivery(
            id=number,
            message_id=message_id,
            user_id=to,
            template=template.key,
            data=sealed(data, field="notify.data", user_id=to),
            is_urgent=template.is_urgent,
            created_at=letter.at,
            **columns,
        )
    )


def _outcome(random: Random) -> DeliveryStatus:
    chance = random.random()
    for outcome, share in (
        (DeliveryStatus.SENT, 0.5),
        (DeliveryStatus.REFUSED, 0.015),
        (DeliveryStatus.UNKNOWN, 0.002),
    ):
        chance -= share
        if chance < 0:
            return outcome
    return DeliveryStatus.SKIPPED


def _sent(random: Random, at: datetime, outcome: DeliveryStatus) -> dict[str, Any]:
    """What three steps of sending leave: started, called, written down."""
    columns: dict[str, Any] = {"status": outcome, "version": 2, "attempts": 1, "started_at": at}
    if outcome is DeliveryStatus.SENT:
        number = str(random.randint(10**17, 10**18 - 1))
        return columns | {"wechat_id": number, "sent_at": at + timedelta(milliseconds=300)}
    if outcome is DeliveryStatus.REFUSED:
        return columns | {"errcode": TOO_LATE, "reason": Reason.NO_CONSENT}
    return columns | {"reason": Reason.NO_ANSWER}


def _spend(inbox: Inbox, letter: Letter, number: int, *, is_refused: bool) -> None:
    """The consent given beforehand and used up."""
    to, template = letter.to, letter.template.key
    entries = [
        (Cause.ACCEPT, 1, Source.PHONE, None, letter.order.created_at - AFTER),
        (Cause.SEND, -1, Source.HOUSE, number, letter.at),
    ]
    if is_refused:
        entries.append((Cause.REFUSED, 0, Source.HOUSE, number, letter.at))
    consent = inbox.consents.get((to, template))
    if consent is None:
        consent = Consent(id=len(inbox.consents) + 1, user_id=to, template=template, version=0)
        inbox.consents[(to, template)] = consent
    consent.version += len(entries)
    inbox.entries += [
        ConsentEntry(
            user_id=to,
            template=template,
            change=change,
            cause=cause,
            source=source,
            delivery_id=delivery_id,
            created_at=at,
        )
        for cause, change, source, delivery_id, at in entries
    ]
