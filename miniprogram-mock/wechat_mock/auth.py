"""Tokens, login and phone number."""

import base64
import secrets
from typing import Any

from sanic import Blueprint, Request

from wechat_mock.edge import argument, body_of, interface
from wechat_mock.errors import Fault
from wechat_mock.quotas import DAY, MINUTE
from wechat_mock.world import World

auth = Blueprint("auth")

RENEW_EARLY_SECONDS = 300
FORCE_APART_SECONDS = 30


def _check_account(world: World, appid: Any, secret: Any) -> None:
    if not appid:
        raise Fault(41002)
    if not secret:
        raise Fault(41004)
    if appid != world.settings.appid:
        raise Fault(40013)
    if secret != world.settings.secret:
        raise Fault(40125)


@interface(auth, "GET", "/cgi-bin/token", token=False)
async def token(request: Request, world: World) -> dict[str, Any]:
    """A new plain token; the former plain token stops working, the stable one does not."""
    if argument(request, "grant_type") != "client_credential":
        raise Fault(40002)
    _check_account(world, argument(request, "appid"), argument(request, "secret"))
    world.quotas.spend("token", world.now(), 2000, DAY, 45009)
    world.plain = world.new_token(world.plain)
    return {"access_token": world.plain.value, "expires_in": 7200}


@interface(auth, "POST", "/cgi-bin/stable_token", token=False)
async def stable_token(request: Request, world: World) -> dict[str, Any]:
    """The same token while it is good; forced: a new one, the former revoked."""
    body = body_of(request)
    if body.get("grant_type") != "client_credential":
        raise Fault(40002)
    _check_account(world, body.get("appid"), body.get("secret"))
    now = world.now()
    world.quotas.spend("stable_token", now, 10_000, MINUTE, 45011)
    world.quotas.spend("stable_token.day", now, 500_000, DAY, 45009)
    if body.get("force_refresh") is True:
        _force(world)
    stable = world.stable
    if stable is None or stable.errcode or now >= stable.expires_at - RENEW_EARLY_SECONDS:
        # Renewed early, not revoked: the former runs on to its own end.
        stable = world.stable = world.new_token(stable, is_revoking=False)
    return {"access_token": stable.value, "expires_in": int(stable.expires_at - now)}


def _force(world: World) -> None:
    now = world.now()
    if now - world.forced_at < FORCE_APART_SECONDS:
        return
    world.quotas.spend("stable_token.force", now, 20, DAY, 45009)
    world.forced_at = now
    world.stable = world.new_token(world.stable)


@interface(auth, "GET", "/sns/jscode2session", token=False)
async def code_to_session(request: Request, world: World) -> dict[str, Any]:
    """Who logs in with this code."""
    _check_account(world, argument(request, "appid"), argument(request, "secret"))
    if argument(request, "grant_type") not in ("authorization_code", ""):
        raise Fault(40002)
    if not (js_code := argument(request, "js_code")):
        raise Fault(41008)
    code = world.redeem(js_code, "login")
    world.quotas.spend(f"login.{code.openid}", world.now(), 100, MINUTE, 45011)
    person = world.visit(code.openid)
    return {
        "openid": person.openid,
        "session_key": base64.b64encode(secrets.token_bytes(16)).decode(),
        "unionid": person.unionid,
    }


@interface(auth, "POST", "/wxa/business/getuserphonenumber")
async def phone_number(request: Request, world: World) -> dict[str, Any]:
    """The phone number behind a phone code."""
    value = body_of(request).get("code")
    if not isinstance(value, str) or not value:
        raise Fault(40029)
    code = world.redeem(value, "phone")
    foreign = "" if code.country_code == "86" else f"+{code.country_code}"
    return {
        "errcode": 0,
        "errmsg": "ok",
        "phone_info": {
            "phoneNumber": foreign + code.phone,
            "purePhoneNumber": code.phone,
            "countryCode": code.country_code,
            "watermark": {"timestamp": int(world.now()), "appid": world.settings.appid},
        },
    }
