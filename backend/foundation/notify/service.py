"""Telling people, and keeping the book of what they agreed to."""

import json
from typing import Any

from backend.core import clock, crypto
from backend.foundation.notify import rules
from backend.foundation.notify.messages import Template
from backend.foundation.notify.models import Delivery, DeliveryStatus, Message
from backend.integrations import wechat_fields


async def send(template: Template, *, to: int, link: str = "", **values: Any) -> None:
    """Put a message into a person's inbox, in the transaction at hand, and on its way to WeChat.

    `link` is a page of the mini-program (`/pages/order/detail?id=17`). Raises KeyError when a
    value that the template's patterns name is missing.
    """
    spoken = [rules.words(template.title, values), rules.words(template.text, values)]
    now = clock.now()
    message = await Message.create(
        user_id=to,
        template=template.key,
        words=_sealed(spoken, field="notify.words", user_id=to),
        link=link,
        created_at=now,
    )
    if template.wechat:
        await _hand_over(template, message, values)


async def _hand_over(template: Template, message: Message, values: dict[str, Any]) -> None:
    data = {
        name: wechat_fields.fit(name, rules.field_words(pattern, values))
        for name, pattern in template.wechat.items()
    }
    await Delivery.create(
        message_id=message.id,
        user_id=message.user_id,
        template=template.key,
        data=_sealed(data, field="notify.data", user_id=message.user_id),
        is_urgent=template.is_urgent,
        status=DeliveryStatus.WAITING,
        created_at=message.created_at,
    )


def _sealed(content: Any, *, field: str, user_id: int) -> str:
    return crypto.encrypt(json.dumps(content, ensure_ascii=False), field=field, row=user_id)
