"""Identity over HTTP."""

from sanic import Blueprint, Request

from backend.core.actor import Actor
from backend.core.errors import (
    Conflict,
    Forbidden,
    NotFound,
    TooMany,
    Unauthenticated,
    UpstreamFailed,
)
from backend.core.http import PUBLIC, address, endpoint
from backend.core.schemas import Done, Page
from backend.foundation.identity import queries, rules, service
from backend.foundation.identity.permissions import P
from backend.foundation.identity.schemas import (
    AdministratorLogin,
    Me,
    MeChange,
    PhoneCode,
    PostListed,
    PostNew,
    PostQuery,
    SessionOut,
    SignedIn,
    WechatLogin,
)

bp = Blueprint("identity")


@bp.post("/auth/wechat")
@endpoint(
    PUBLIC,
    transaction=False,
    limit=rules.COMING_IN,
    closed=True,
    raises=(Forbidden, TooMany, UpstreamFailed),
)
async def wechat(body: WechatLogin, request: Request) -> SignedIn:
    """Log in with a code of wx.login"""
    return await service.sign_in_by_wechat(body, address(request))


@bp.post("/auth/admin")
@endpoint(
    PUBLIC, transaction=False, limit="20/minute", closed=True, raises=(Unauthenticated, TooMany)
)
async def administrator(body: AdministratorLogin) -> SignedIn:
    """Log in as an administrator: password and one-time code"""
    return await service.sign_in_administrator(body)


@bp.post("/auth/logout")
@endpoint(P.SELF)
async def logout(actor: Actor) -> Done:
    """Log out this device"""
    await service.sign_out(actor)
    return Done()


@bp.get("/me")
@endpoint(P.SELF)
async def me(actor: Actor) -> Me:
    """Who I am, what I hold and may do"""
    return await queries.me(actor)


@bp.patch("/me")
@endpoint(P.SELF)
async def change_me(actor: Actor, body: MeChange) -> Me:
    """Change my nickname, picture or settings"""
    return await service.change_me(actor, body)


@bp.post("/me/phone")
@endpoint(P.SELF, transaction=False, limit="10/hour", raises=(Conflict, TooMany, UpstreamFailed))
async def phone(actor: Actor, body: PhoneCode) -> Me:
    """Confirm my phone number with WeChat's phone code"""
    return await service.take_phone(actor, body)


@bp.get("/me/sessions")
@endpoint(P.SELF)
async def sessions(actor: Actor) -> Page[SessionOut]:
    """My devices that are logged in"""
    return await queries.sessions(actor)


@bp.delete("/me/sessions/<session_id:id>")
@endpoint(P.SELF, raises=(NotFound,))
async def revoke(actor: Actor, session_id: int) -> Done:
    """Log out one of my devices"""
    await service.revoke(actor, session_id)
    return Done()


@bp.get("/posts")
@endpoint(P.READ_POSTS, raises=(NotFound,))
async def posts(actor: Actor, query: PostQuery) -> Page[PostListed]:
    """Posts at an area and below"""
    return await queries.posts(actor, query)


@bp.post("/posts")
@endpoint(P.MANAGE_POSTS, status=201, raises=(NotFound, Conflict))
async def grant(actor: Actor, body: PostNew) -> PostListed:
    """Give somebody a post"""
    return await service.grant(actor, body)


@bp.post("/posts/<post_id:id>/end")
@endpoint(P.MANAGE_POSTS, raises=(NotFound, Conflict))
async def end(actor: Actor, post_id: int) -> PostListed:
    """End a post"""
    return await service.end(actor, post_id)
