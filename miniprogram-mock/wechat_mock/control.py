"""The control plane: what a person's WeChat does, and what goes wrong, decided from outside."""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any

from pydantic import BaseModel, ValidationError
from sanic import Blueprint, HTTPResponse, Request, response

from wechat_mock import codes, forms, push
from wechat_mock.edge import argument, world_of
from wechat_mock.world import Callback, Code, Injected, Template, World

control = Blueprint("control", url_prefix="/control")

MOST_INJECTED = 1000
MOST_AT_ONCE = 3
MOST_LISTED = 200
# Codes of wx.requestSubscribeMessage, not of the servers.
NO_TEMPLATE, MIXED_TYPES, TOO_MANY, SWITCHED_OFF = 20001, 20002, 20003, 20004


class Refused(Exception):
    """The phone's own API says no."""

    def __init__(self, errcode: int, text: str) -> None:
        super().__init__(errcode, text)
        self.body = {"errCode": errcode, "errMsg": text}


Order = Callable[..., Awaitable[dict[str, Any]]]


def order(form: type[BaseModel]) -> Callable[[Order], Callable[..., Awaitable[HTTPResponse]]]:
    """Wrap a handler that takes (request, world, form); a bad body is a 400 that says why."""

    def wrap(handler: Order) -> Callable[..., Awaitable[HTTPResponse]]:
        @wraps(handler)
        async def run(request: Request) -> HTTPResponse:
            try:
                asked = form.model_validate_json(request.body or b"{}")
                return response.json(await handler(request, world_of(request), asked))
            except ValidationError as error:
                why = error.errors(include_url=False, include_input=False, include_context=False)
                return response.json({"errors": why}, status=400)
            except Refused as refused:
                return response.json(refused.body, status=400)

        return run

    return wrap


# -- the person --------------------------------------------------------------------------------
@control.post("/login-code")
@order(forms.LoginCode)
async def login_code(_: Request, world: World, form: forms.LoginCode) -> dict[str, Any]:
    """What ``wx.login`` gives."""
    world.visit(form.openid)
    return {"code": world.issue(Code("login", form.openid, world.now()))}


@control.post("/phone-code")
@order(forms.PhoneCode)
async def phone_code(_: Request, world: World, form: forms.PhoneCode) -> dict[str, Any]:
    """What the phone-number button gives."""
    world.visit(form.openid)
    code = Code("phone", form.openid, world.now(), form.phone, form.country_code)
    return {"code": world.issue(code)}


@control.post("/visit")
@order(forms.LoginCode)
async def visit(_: Request, world: World, form: forms.LoginCode) -> dict[str, Any]:
    """The person has the mini-program open (moderation wants it within two hours)."""
    return {"openid": world.visit(form.openid).openid}


@control.post("/subscribe")
@order(forms.Subscribe)
async def subscribe(request: Request, world: World, form: forms.Subscribe) -> dict[str, Any]:
    """The person answers the subscription prompt; each accept is good for one message."""
    person = world.visit(form.openid)
    _check_prompt(world, form, is_switched_on=person.main_switch)
    entries = []
    for template_id, answer in form.results.items():
        key = (form.openid, template_id)
        world.answers[key] = answer
        world.consent[key] = world.consent.get(key, 0) + (answer == "accept")
        entries.append(
            {"TemplateId": template_id, "SubscribeStatusString": answer, "PopupScene": "0"}
        )
    push.subscription_event(request.app, "subscribe_msg_popup_event", form.openid, entries)
    return {"errMsg": "requestSubscribeMessage:ok", **form.results}


def _check_prompt(world: World, form: forms.Subscribe, *, is_switched_on: bool) -> None:
    wanted = [world.templates.get(template_id) for template_id in form.results]
    known = [template for template in wanted if template is not None]
    fail = "requestSubscribeMessage:fail "
    if not wanted or len(known) < len(wanted):
        raise Refused(NO_TEMPLATE, fail + "No template data return, verify the template id exist")
    if len(known) > MOST_AT_ONCE:
        raise Refused(TOO_MANY, fail + "Templates count out of max bounds")
    if len({template.type for template in known}) > 1:
        raise Refused(MIXED_TYPES, fail + "Templates type must be same")
    if not is_switched_on:
        raise Refused(SWITCHED_OFF, fail + "The main switch is switched off")


@control.post("/subscribe/settings")
@order(forms.SubscribeSettings)
async def settings(request: Request, world: World, form: forms.SubscribeSettings) -> dict[str, Any]:
    """The person changes settings; refusing a template there ends all consent to it."""
    person = world.person(form.openid)
    if form.main_switch is not None:
        person.main_switch = form.main_switch
    if form.template_id is not None:
        key = (form.openid, form.template_id)
        world.answers[key] = form.result
        if form.result == "reject":
            world.consent[key] = 0
        entry = {"TemplateId": form.template_id, "SubscribeStatusString": form.result}
        push.subscription_event(request.app, "subscribe_msg_change_event", form.openid, [entry])
    return {"main_switch": person.main_switch}


@control.get("/messages")
async def messages(request: Request) -> HTTPResponse:
    """What was delivered, oldest first; ``openid`` and ``after`` (an id) narrow it."""
    openid, after = argument(request, "openid"), argument(request, "after")
    since = int(after) if after.isdecimal() else 0
    found = [
        message
        for message in world_of(request).messages
        if message["id"] > since and openid in ("", message["openid"])
    ]
    return response.json({"items": found[:MOST_LISTED]})


@control.get("/scan-code")
async def scan_list(request: Request) -> HTTPResponse:
    """The codes made so far, newest first: ``path`` is what the phone opens."""
    kind = argument(request, "kind")
    found = [scan for scan in reversed(world_of(request).scans) if kind in ("", scan["kind"])]
    return response.json({"items": found[:MOST_LISTED]})


@control.post("/scan-code")
@order(forms.ScanCode)
async def scan_code(_: Request, world: World, form: forms.ScanCode) -> dict[str, Any]:
    """Lay a code before the phone that no interface made."""
    query = form.query or (f"scene={form.scene}" if form.scene else "")
    facts = {"scene": form.scene, "label": form.label}
    return codes.remember(world, "laid", form.page, query, **facts)


# -- the account -------------------------------------------------------------------------------
@control.post("/templates")
@order(forms.Templates)
async def templates(_: Request, world: World, form: forms.Templates) -> dict[str, Any]:
    """Choose templates, as in the account's console."""
    add_templates(world, form)
    return {"templates": list(world.templates)}


def add_templates(world: World, form: forms.Templates) -> None:
    """Also used at start, for the templates of the command line's file."""
    if form.replace:
        world.templates.clear()
    for given in form.templates:
        world.templates[given.id] = Template(**given.model_dump())


@control.post("/callback")
@order(forms.CallbackForm)
async def callback(_: Request, world: World, form: forms.CallbackForm) -> dict[str, Any]:
    """Save where pushes go; kept only when the handshake succeeds, if one was asked for."""
    wanted = Callback(**form.model_dump(exclude={"verify"}))
    is_verified = await push.verify(world, wanted) if form.verify else False
    if form.verify and not is_verified:
        raise Refused(-1, "the callback did not echo echostr")
    world.callback = wanted
    return {"verified": is_verified}


@control.post("/push")
@order(forms.PushOrder)
async def push_now(_: Request, world: World, form: forms.PushOrder) -> dict[str, Any]:
    """Push something, possibly several times or forged; answers how it was taken."""
    message = push.event_message(world, form.event, form.openid, form.fields)
    if form.message is not None:
        del message["Event"]
        message |= form.message
    results = [await push.deliver(world, message, form.query) for _ in range(form.times)]
    return {"message": message, "results": results}


@control.post("/media")
@order(forms.MediaVerdict)
async def media(_: Request, world: World, form: forms.MediaVerdict) -> dict[str, Any]:
    """Decide what the moderation of some picture or sound will say."""
    world.media_verdicts.append(form.model_dump())
    return {"verdicts": len(world.media_verdicts)}


# -- what goes wrong ---------------------------------------------------------------------------
@control.post("/errors")
@order(forms.Failure)
async def errors(_: Request, world: World, form: forms.Failure) -> dict[str, Any]:
    """Queue a failure."""
    if len(world.injected) >= MOST_INJECTED:
        raise Refused(-1, "too many failures are queued")
    world.injected.append(Injected(**form.model_dump()))
    return {"queued": len(world.injected)}


@control.delete("/errors")
async def no_errors(request: Request) -> HTTPResponse:
    """Drop all queued failures."""
    world_of(request).injected.clear()
    return response.json({"queued": 0})


@control.post("/clock")
@order(forms.Clock)
async def clock(_: Request, world: World, form: forms.Clock) -> dict[str, Any]:
    """Advance WeChat's clock: codes and tokens run out, quotas start anew."""
    world.move_clock(0.0 if form.reset else world.offset + form.advance_seconds)
    return {"now": world.now(), "advanced_seconds": world.offset}


@control.post("/tokens/expire")
@order(forms.Expire)
async def expire(_: Request, world: World, form: forms.Expire) -> dict[str, Any]:
    """Every access token stops working now."""
    for token in world.tokens.values():
        token.errcode = form.errcode
    return {"expired": len(world.tokens)}


@control.post("/quotas")
@order(forms.Quota)
async def quotas(_: Request, world: World, form: forms.Quota) -> dict[str, Any]:
    """Set another limit; names are those of the interfaces (``stable_token.force``…)."""
    world.quotas.overrides[form.name] = form.limit
    return {"quotas": dict(world.quotas.overrides)}


@control.get("/state")
async def state(request: Request) -> HTTPResponse:
    """All that is remembered, without secrets."""
    return response.json(world_of(request).summary())


@control.post("/reset")
async def reset(request: Request) -> HTTPResponse:
    """Forget everything but settings, callback and templates."""
    world_of(request).reset()
    return response.json({"reset": True})
