"""Subscription messages: templates, consent, sending."""

import asyncio
import re
from typing import Any

from sanic import Blueprint, Request

from wechat_mock import fields, push
from wechat_mock.edge import body_of, interface, text_in
from wechat_mock.errors import Fault
from wechat_mock.security import is_risky
from wechat_mock.world import Template, World

messages = Blueprint("messages")

OPENID = re.compile(r"[A-Za-z0-9_\-]{6,64}")
PAGE = re.compile(r"[^/?][^?]*(\?.*)?")
ONE_TIME, LONG_TERM = 2, 3


def check_openid(value: Any) -> str:
    """Raise 40003 unless it looks like an openid."""
    if not isinstance(value, str) or not OPENID.fullmatch(value):
        raise Fault(40003)
    return value


def is_known_page(world: World, page: str) -> bool:
    """Whether the page is in the released mini-program (all are, when none were named)."""
    return not world.settings.pages or page in world.settings.pages


def _check_page(world: World, page: str) -> str:
    if page and (not PAGE.fullmatch(page) or not is_known_page(world, page.partition("?")[0])):
        raise Fault(41030)
    return page


def _check_manner(body: dict[str, Any]) -> str:
    state = body.get("miniprogram_state", "formal")
    if state not in ("developer", "trial", "formal"):
        raise Fault(40097, "invalid miniprogram_state")
    if body.get("lang", "zh_CN") not in ("zh_CN", "en_US", "zh_HK", "zh_TW"):
        raise Fault(40097, "invalid lang")
    return str(state)


def _spend_consent(world: World, openid: str, template: Template) -> None:
    key = (openid, template.id)
    quota = world.consent.get(key, 0)
    someone = world.people.get(openid)
    if quota <= 0 or someone is None or not someone.main_switch:
        raise Fault(43101)
    if template.type == ONE_TIME:
        world.consent[key] = quota - 1


async def _deliver(world: World, openid: str, template: Template) -> None:
    """One message to a person at a time: a second meanwhile is refused with 43108."""
    if openid in world.sending:
        raise Fault(43108)
    world.sending.add(openid)
    try:
        await asyncio.sleep(world.settings.send_seconds)
        _spend_consent(world, openid, template)
    finally:
        world.sending.discard(openid)


@interface(messages, "POST", "/cgi-bin/message/subscribe/send")
async def send(request: Request, world: World) -> dict[str, Any]:
    """Deliver a message the user asked for; each consent is good for one."""
    body = body_of(request)
    openid = check_openid(body.get("touser"))
    template = world.templates.get(text_in(body, "template_id", 40037))
    if template is None:
        raise Fault(40037)
    page = _check_page(world, text_in(body, "page", 41030, default=""))
    state = _check_manner(body)
    values = fields.check(template, body.get("data"))
    if is_risky(" ".join(values.values())):
        raise Fault(45168)
    await _deliver(world, openid, template)
    message_id = world.next_id()
    shown = {"title": template.title, "page": page, "state": state, "data": values}
    lines = [{"label": template.fields[name], "value": v} for name, v in values.items()]
    world.messages.append(
        {"id": message_id, "openid": openid, "template_id": template.id, "at": world.now()}
        | shown
        | {"lines": lines}
    )
    event = {"TemplateId": template.id, "MsgID": str(message_id), "ErrorCode": "0"}
    event["ErrorStatus"] = "success"
    push.subscription_event(request.app, "subscribe_msg_sent_event", openid, [event])
    return {"errcode": 0, "errmsg": "ok", "msgid": message_id}


@interface(messages, "GET", "/wxaapi/newtmpl/gettemplate")
async def templates(request: Request, world: World) -> dict[str, Any]:  # noqa: ARG001
    """The templates this account chose."""
    data = [_template(template) for template in world.templates.values()]
    return {"errcode": 0, "errmsg": "ok", "data": data}


def _template(template: Template) -> dict[str, Any]:
    content = "".join(f"{label}:{{{{{name}.DATA}}}}\n" for name, label in template.fields.items())
    shown = {
        "priTmplId": template.id,
        "title": template.title,
        "content": content,
        "example": "".join(f"{label}:示例\n" for label in template.fields.values()),
        "type": template.type,
    }
    if template.enums:
        shown["keywordEnumValueList"] = [
            {"keywordCode": name, "enumValueList": values}
            for name, values in template.enums.items()
        ]
    return shown
