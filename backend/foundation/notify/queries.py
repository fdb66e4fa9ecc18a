"""Reading the inbox, the subscriptions to ask for, and how sending goes."""

import json
from collections import Counter, defaultdict
from datetime import timedelta
from typing import Any

from backend.core import clock, crypto, paging
from backend.core.actor import Actor
from backend.core.database import marks, moment, rows
from backend.core.errors import NotFound
from backend.core.schemas import Page, PageQuery
from backend.foundation.notify import messages, rules
from backend.foundation.notify.messages import Template
from backend.foundation.notify.models import Consent, Delivery, DeliveryStatus
from backend.foundation.notify.schemas import (
    DeliveryHealth,
    DeliveryOut,
    MessageOut,
    SubscriptionOut,
    Subscriptions,
    TemplateHealth,
    Unread,
)
from backend.settings import settings

LISTED = 100
PERIOD = timedelta(hours=24)


def sealed(content: Any, *, field: str, user_id: int) -> str:
    """JSON that only opens for this field and person: what people are told is theirs."""
    return crypto.encrypt(json.dumps(content, ensure_ascii=False), field=field, row=user_id)


def opened(text: str, *, field: str, user_id: int) -> Any:
    return json.loads(crypto.decrypt(text, field=field, row=user_id))


# -- inbox -------------------------------------------------------------------------------------
async def inbox(actor: Actor, query: PageQuery) -> Page[MessageOut]:
    """The actor's messages, newest first."""
    (before,) = paging.decode(query.cursor, int) if query.cursor else (2**63 - 1,)
    found = await rows(
        "SELECT id, user_id, words, link, created_at, read_at FROM notify_message "
        "WHERE user_id = ? AND id < ? ORDER BY id DESC LIMIT ?",
        actor.user_id,
        before,
        query.limit + 1,
    )
    chosen, following = paging.cut(found, query.limit, lambda row: (row["id"],))
    return Page(items=[_message(row) for row in chosen], next=following)


def _message(row: dict[str, Any]) -> MessageOut:
    title, text = opened(row["words"], field="notify.words", user_id=row["user_id"])
    return MessageOut(
        id=row["id"],
        title=title,
        text=text,
        link=row["link"],
        created_at=moment(row["created_at"]) or clock.now(),
        read_at=moment(row["read_at"]),
    )


def template(key: str) -> Template:
    """A template of any room by its key."""
    return messages.known()[key]


async def unread(actor: Actor) -> Unread:
    found = await rows(
        "SELECT COUNT(*) AS n FROM notify_message WHERE user_id = ? AND read_at IS NULL",
        actor.user_id,
    )
    return Unread(count=found[0]["n"])


# -- subscriptions -----------------------------------------------------------------------------
def wechat_id(key: str) -> str | None:
    """WeChat's id of our template; None while an operator has not given it one.

    Without credentials of one's own (demo, tests) the key itself is the id.
    """
    given = settings().wechat_template_ids.get(key)
    return given or (None if settings().environment == "production" else key)


def offered() -> dict[str, Template]:
    """The templates that can be sent through WeChat, by WeChat's id."""
    found = {wechat_id(one.key): one for one in messages.known().values() if one.wechat}
    return {name: one for name, one in found.items() if name is not None}


async def subscriptions(actor: Actor, scene: str) -> Subscriptions:
    """What to ask for in a scene, those first of which fewest messages may still be sent."""
    found = {name: one for name, one in offered().items() if one.scene == scene}
    listed = await subscribed(actor.user_id, found)
    return Subscriptions(sorted(listed, key=lambda one: one.quota)[: rules.MOST_ASKED])


async def subscribed(user_id: int, chosen: dict[str, Template]) -> list[SubscriptionOut]:
    """How the person stands to these templates (by WeChat's id)."""
    quotas = await _quotas(user_id, [one.key for one in chosen.values()])
    return [
        SubscriptionOut(
            template_id=name, title=one.called, reason=one.reason, quota=quotas.get(one.key, 0)
        )
        for name, one in chosen.items()
    ]


async def _quotas(user_id: int, keys: list[str]) -> dict[str, int]:
    if not keys:
        return {}
    found = await rows(
        "SELECT template, quota FROM notify_consent "  # noqa: S608
        f"WHERE user_id = ? AND template IN ({marks(keys)})",
        user_id,
        *keys,
    )
    return {row["template"]: row["quota"] for row in found}


async def has_consent(user_id: int, key: str) -> bool:
    return (await _quotas(user_id, [key])).get(key, 0) > 0


def templates_for_wechat() -> str:
    """All templates as JSON, `[{id, title, fields: {name: label}}]`: what the account needs."""
    listed = [
        {"id": name, "title": one.called, "fields": {name: one.label(name) for name in one.wechat}}
        for name, one in sorted(offered().items())
    ]
    return json.dumps(listed, ensure_ascii=False, indent=2)


# -- health ------------------------------------------------------------------------------------
async def health() -> DeliveryHealth:
    """How sending has gone; one pass over the index of the last day."""
    since = clock.now() - PERIOD
    counted = await rows(
        "SELECT template, status, COUNT(*) AS n FROM notify_delivery "
        "WHERE created_at >= ? GROUP BY template, status",
        since,
    )
    in_all: Counter[str] = Counter()
    by_template: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for row in counted:
        in_all[row["status"]] += row["n"]
        by_template[row["template"]][row["status"]] = row["n"]
    unknown = Delivery.filter(status=DeliveryStatus.UNKNOWN).order_by("id").limit(LISTED)
    return DeliveryHealth(
        since=since,
        statuses=dict(in_all),
        templates=_by_template(by_template),
        oldest_waiting_at=await _oldest_waiting(),
        unknown=[shown(one) for one in await unknown],
    )


def _by_template(counted: dict[str, dict[str, int]]) -> list[TemplateHealth]:
    known = messages.known()
    return [
        TemplateHealth(
            template=key, title=known[key].called if key in known else key, statuses=counted[key]
        )
        for key in sorted(counted)
    ]


async def _oldest_waiting() -> Any:
    found = await rows(
        "SELECT MIN(created_at) AS oldest FROM notify_delivery WHERE status = ?",
        DeliveryStatus.WAITING.value,
    )
    return moment(found[0]["oldest"])


async def delivery(delivery_id: int) -> Delivery:
    """Raises NotFound."""
    row = await Delivery.get_or_none(id=delivery_id)
    if row is None:
        raise NotFound
    return row


def shown(row: Delivery) -> DeliveryOut:
    names = ("id", "template", "user_id", "reason", "attempts", "errcode", "created_at")
    facts = {name: getattr(row, name) for name in names}
    return DeliveryOut(
        status=row.status, status_name=row.status.label, started_at=row.started_at, **facts
    )


async def about(user_id: int) -> dict[str, Any]:
    """Everything the room keeps about a person, in plain words for their own export."""
    told = await rows(
        "SELECT id, user_id, words, link, created_at, read_at FROM notify_message "
        "WHERE user_id = ? ORDER BY id",
        user_id,
    )
    agreed = await Consent.filter(user_id=user_id).order_by("template")
    sent = await Delivery.filter(user_id=user_id).order_by("id")
    known = messages.known()
    return {
        "消息": [
            {"标题": one.title, "内容": one.text, "时间": one.created_at, "阅读时间": one.read_at}
            for one in map(_message, told)
        ],
        "微信订阅": [
            {
                "模板": known[one.template].called if one.template in known else one.template,
                "剩余次数": one.quota,
            }
            for one in agreed
        ],
        "微信发送记录": [
            {"模板": one.template, "状态": one.status.label, "时间": one.created_at} for one in sent
        ],
    }
