"""Every route of the API by every kind of caller: who may not, does not.

The matrix is generated from the routes themselves: a new one is in it without anybody's doing.
"""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
from pydantic import BaseModel
from sanic import Sanic

from backend.core import cache, openapi
from backend.core.actor import Role
from backend.core.examples import example_of
from backend.core.http import Public
from backend.core.openapi import Operation
from backend.integrations import wechat
from backend.integrations.wechat import Account, WeChat
from backend.integrations.wechat_tokens import RedisStore
from tests.conftest import People
from tests.neighbours import Home, build, substitute

pytestmark = pytest.mark.parametrize("db", ["sqlite"], indirect=True)

PUBLIC = {
    "POST /api/v1/auth/admin",
    "POST /api/v1/auth/wechat",
    "POST /api/v1/codes/scan",
    # By 60 random bits of paper: it tells hours and days, no name.
    "POST /api/v1/certificates/check",
    # Its devices sign (HMAC): tests/engines/gates/test_protocol.py.
    "POST /api/v1/parking/gates/<device:str>/events",
    "GET /api/v1/files/placeholder",
    "GET /api/v1/files/<file_id:id>/content",
    "GET /api/v1/wechat/push",
    "POST /api/v1/wechat/push",
    "POST /api/v1/wechat/pay/notify",
}
"""Open to anybody at all. Each addition is a decision: think of what it shows and costs."""

WITHOUT_ENDPOINT = {"", "healthz", "readyz", "metrics", "openapi.json", "docs"}
"""Routes outside the API that no `@endpoint` made."""

OF_EVERYBODY = {
    "GET /api/v1/areas/<area_id:id>",
    "GET /api/v1/areas/<area_id:id>/dwellings",
    "GET /api/v1/duties/<code:str>",
    "GET /api/v1/shops/<shop_id:id>",
    "GET /api/v1/shops/<shop_id:id>/goods",
    "GET /api/v1/shops/<shop_id:id>/coupons",
    "GET /api/v1/shops/<shop_id:id>/ratings",
    "GET /api/v1/canteens/<shop_id:id>/menu",
    "GET /api/v1/volunteering/projects/<project_id:id>",
    "GET /api/v1/pledges/<pledge_id:id>",
}
"""With an id in the path and yet no secret: names of areas, numbers of doors, duties, and what
stands in a shop's window."""

OWN_WRITES = {
    "POST /api/v1/auth/logout",
    "PATCH /api/v1/me",
    "POST /api/v1/me/erase",
    "POST /api/v1/duties/match",
    "POST /api/v1/orders",
    "POST /api/v1/orders/preview",
    "PUT /api/v1/orders/draft",
    "DELETE /api/v1/orders/draft",
    "POST /api/v1/residents/bindings",
    "POST /api/v1/vehicles",
    "POST /api/v1/vehicles/join",
    "POST /api/v1/move-car",
    "POST /api/v1/inbox/read-all",
    "PUT /api/v1/arrears/mute",
    "POST /api/v1/subscriptions",
    "POST /api/v1/files",
    "POST /api/v1/wishes",
    "POST /api/v1/craftsmen",
    "PUT /api/v1/craftsmen/mine",
    "POST /api/v1/craftsmen/mine/pause",
    "POST /api/v1/craftsmen/mine/resume",
    "POST /api/v1/craftsmen/mine/leave",
    "POST /api/v1/craftsmen/offers",
    "POST /api/v1/calls",
    "PUT /api/v1/cart/items",
    "POST /api/v1/cart/quote",
    "POST /api/v1/cart/checkout",
}
"""Writes that name no row of anybody: they make or change what is the caller's own."""

OMITTED = {
    "POST /api/v1/posts": {"phone"},
    "POST /api/v1/orders/<order_id:id>/transfer": {"unit_id"},
}
"""Fields to leave out of an example that holds alternatives."""


@pytest.fixture
def app(client: httpx.AsyncClient) -> Sanic[Any, Any]:
    return client._transport.app  # type: ignore[attr-defined, no-any-return]


@pytest.fixture(autouse=True)
async def wechat_refuses(db: str) -> AsyncIterator[None]:
    """WeChat is there and knows no code."""

    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"errcode": 40029, "errmsg": "invalid code"})

    account = Account("wxtest", "hush", base_url="http://wechat.test")
    transport = httpx.MockTransport(answer)
    wechat.configure(WeChat(account, RedisStore(cache.redis), transport=transport))
    yield
    await wechat.close()


@pytest.fixture
async def home(db: str, app: Sanic[Any, Any]) -> Home:
    return await build()


def name(one: Operation) -> str:
    return f"{one.method} {one.path}"


def closed(app: Sanic[Any, Any]) -> Iterator[Operation]:
    """The operations that ask for a permission; leaving comes last."""
    every = sorted(openapi.operations(app), key=lambda one: "/me/erase" in one.path)
    for one in every:
        if not isinstance(one.route.permission, Public):
            yield one


def body_of(one: Operation, model: type[BaseModel], home: Home) -> Any:
    schema = model.model_json_schema(mode="validation")
    example = substitute(example_of(schema, _definitions(schema)), home)
    return {key: value for key, value in example.items() if key not in OMITTED.get(name(one), ())}


def _definitions(schema: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = schema.get("$defs", {})
    return found


async def call(
    client: httpx.AsyncClient, one: Operation, home: Home, headers: dict[str, str]
) -> httpx.Response:
    """The operation on things of the home area, with a body that is well formed."""
    path = home.path(one.path)
    if one.route.takes_upload:
        upload = {"file": ("x.xlsx", b"PK\x03\x04 nothing", "application/octet-stream")}
        return await client.request(one.method, path, files=upload, headers=headers)
    body = body_of(one, one.route.body, home) if one.route.body else None
    wanted = {"area_id": str(home.ids["area_id"]), "purpose": "上门核实人口信息"}
    known = one.route.query.model_fields if one.route.query else {}
    query = {key: value for key, value in wanted.items() if key in known}
    return await client.request(one.method, path, json=body, params=query, headers=headers)


async def test_every_route_says_who_may(client: httpx.AsyncClient, app: Sanic[Any, Any]) -> None:
    silent = {one.path for one in app.router.routes if not _says_who_may(one.handler)}
    assert silent <= WITHOUT_ENDPOINT


def _says_who_may(handler: Any) -> bool:
    """Sanic hides a socket's handler among the arguments of its own."""
    return any(hasattr(one, "route") for one in (handler, *getattr(handler, "args", ())))


async def test_what_is_open_to_anybody_is_decided_here(
    client: httpx.AsyncClient, app: Sanic[Any, Any]
) -> None:
    found = {
        name(one) for one in openapi.operations(app) if isinstance(one.route.permission, Public)
    }
    assert found == PUBLIC


async def test_there_is_a_matrix(app: Sanic[Any, Any]) -> None:
    assert len(list(closed(app))) > 25


@pytest.mark.parametrize("header", [None, "Bearer forged", "Basic eDp5", "Bearer ", "x"])
async def test_a_stranger_gets_nowhere(
    client: httpx.AsyncClient, app: Sanic[Any, Any], home: Home, header: str | None
) -> None:
    headers = {"authorization": header} if header else {}
    answers = {name(one): await call(client, one, home, headers) for one in closed(app)}
    assert {key: one.status_code for key, one in answers.items() if one.status_code != 401} == {}


@pytest.mark.parametrize("role", [None, *Role])
async def test_without_the_permission_nothing_is_done(
    client: httpx.AsyncClient,
    app: Sanic[Any, Any],
    home: Home,
    people: People,
    role: Role | None,
) -> None:
    """Even at the very area: a role that does not hold the permission is refused."""
    posts = [(role, home.ids["area_id"], home.area_path)] if role else []
    headers = people.sign_in(home.ids["stranger_id"], *posts)
    wrong = {}
    for one in closed(app):
        roles = one.route.permission.roles  # type: ignore[union-attr]
        if roles and role not in roles:
            answer = await call(client, one, home, headers)
            if answer.status_code != 403:
                wrong[name(one)] = answer.status_code
    assert wrong == {}


@pytest.mark.parametrize("role", [None, *Role])
async def test_a_post_elsewhere_opens_nothing_here(
    client: httpx.AsyncClient,
    app: Sanic[Any, Any],
    home: Home,
    people: People,
    role: Role | None,
) -> None:
    """With the permission, but at another community: no row of this one is seen or touched."""
    posts = [(role, home.ids["elsewhere_id"], home.elsewhere_path)] if role else []
    headers = people.sign_in(home.ids["stranger_id"], *posts)
    wrong = {}
    before = await home.fingerprint()
    for one in closed(app):
        if role and one.route.permission.roles and role not in one.route.permission.roles:  # type: ignore[union-attr]
            continue
        answer = await call(client, one, home, headers)
        leaks = [secret for secret in home.secrets if secret in answer.text]
        if answer.status_code >= 500 or leaks or _opened(one, answer):
            wrong[name(one)] = (answer.status_code, leaks, answer.text[:300])
    assert wrong == {}
    assert await home.fingerprint() == before


def _opened(one: Operation, answer: httpx.Response) -> bool:
    """Whether somebody else's row answered, or something of the whole house was changed."""
    if not answer.is_success or name(one) in OF_EVERYBODY:
        return False
    return bool(one.parameters) or (one.method != "GET" and name(one) not in OWN_WRITES)


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.ADMINISTRATOR])
async def test_the_same_post_here_does_open(
    client: httpx.AsyncClient, app: Sanic[Any, Any], home: Home, people: People, role: Role
) -> None:
    """Negative control: the requests above are good ones, it is the place that is wrong."""
    headers = people.sign_in(home.ids["stranger_id"], (role, home.ids["area_id"], home.area_path))
    opened = set()
    for one in closed(app):
        if role in one.route.permission.roles and one.parameters:  # type: ignore[union-attr]
            answer = await call(client, one, home, headers)
            opened |= {name(one)} if answer.is_success or answer.status_code == 409 else set()
    assert len(opened) >= 3
