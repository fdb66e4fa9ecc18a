"""The edge: `@endpoint` reads a request, opens the transaction, keeps its promises, answers.

In order, all within a deadline: who calls, may they, how often, is the input right; then the work
in one transaction with its idempotency key, again from the start when the database says so.
"""

import inspect
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import lru_cache, wraps
from typing import Any, get_type_hints
from urllib.parse import parse_qs

import msgspec
from pydantic import BaseModel
from sanic import HTTPResponse, Request
from sanic.response import raw

from backend.core import database, idempotency, limits, problems
from backend.core.actor import Actor, Permission
from backend.core.deadlines import deadline
from backend.core.errors import (
    Forbidden,
    Invalid,
    LinliError,
    Malformed,
    TooLarge,
    Unauthenticated,
    Unavailable,
)
from backend.core.metrics import RouteMeter

Handler = Callable[..., Awaitable[Any]]
Authenticator = Callable[[str], Awaitable[Actor | None]]

JSON_LIMIT = 256 * 1024
COMMON = (Malformed, Invalid, TooLarge, Unavailable)
NOBODY = Actor(user_id=-1)


class Public:
    """In place of a permission: the route is open to anyone at all, and says so."""


PUBLIC = Public()


class _Door:
    authenticate: Authenticator
    deadline: float = 10.0


def configure(authenticate: Authenticator, deadline: float) -> None:
    """Say who turns a bearer token into an actor, and how long a request may take (seconds)."""
    _Door.authenticate = staticmethod(authenticate)
    _Door.deadline = deadline


async def authenticate(token: str) -> Actor | None:
    """Whose token it is, for doors that are not routes (the live line)."""
    return await _Door.authenticate(token)


@dataclass(frozen=True)
class Download:
    """An answer that is not JSON."""

    content: bytes
    content_type: str
    filename: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    status: int = 200


@dataclass(frozen=True)
class Upload:
    """The one file of a multipart request, with its further fields."""

    name: str
    content: bytes
    fields: dict[str, str]


@dataclass(frozen=True)
class Route:
    """What `@endpoint` knows of a handler; the OpenAPI document is made of these."""

    handler: Handler
    permission: Permission | Public
    body: type[BaseModel] | None
    query: type[BaseModel] | None
    answer: Any
    status: int
    takes_upload: bool
    limit: str | None
    closed: bool
    raises: tuple[type[LinliError], ...]
    deadline: float | None
    has_transaction: bool
    arguments: frozenset[str]


def endpoint(  # noqa: PLR0913
    permission: Permission | Public,
    *,
    answer: Any = None,
    status: int = 200,
    limit: str | None = None,
    closed: bool = False,
    raises: tuple[type[LinliError], ...] = (),
    deadline: float | None = None,
    transaction: bool = True,
) -> Callable[[Handler], Handler]:
    """Make a function a route's handler. It asks for what it needs by argument name:

    `actor`, `body` and `query` (pydantic models), `upload` (an Upload), `request`, and the ids of
    the path. `answer` documents the answer's model where the function returns plain data.
    `limit` counts calls per person (or address), `closed` refuses them while Redis is gone.
    `transaction=False` is for a write that must first call outside or use the processor for long:
    it opens `database.transaction()` itself, and carries no idempotency key.
    """

    def wrap(handler: Handler) -> Handler:
        route = Route(
            handler=handler,
            permission=permission,
            status=status,
            limit=limit,
            closed=closed,
            raises=raises,
            deadline=deadline,
            has_transaction=transaction,
            **_read_off(handler, answer),
        )
        return _counted(route)

    return wrap


def _read_off(handler: Handler, answer: Any) -> dict[str, Any]:
    """What the handler's own signature says of its route."""
    hints = get_type_hints(handler)
    return {
        "body": hints.get("body"),
        "query": hints.get("query"),
        "answer": answer or hints.get("return"),
        "takes_upload": "upload" in hints,
        "arguments": frozenset(inspect.signature(handler).parameters),
    }


def _counted(route: Route) -> Handler:
    """What Sanic calls for the route."""
    handler = route.handler
    meter = RouteMeter(f"{handler.__module__.split('.')[-2]}.{handler.__name__}")

    @wraps(handler)
    async def serve(request: Request, **path: Any) -> HTTPResponse:
        started = time.perf_counter()
        try:
            response = await _serve(route, request, path)
        except Exception as error:
            meter.count(problems.status_of(error), started)
            raise
        meter.count(response.status, started)
        return response

    # Sanic looks through `__wrapped__` for a `request` argument that handlers need not have.
    del serve.__wrapped__
    serve.route = route  # type: ignore[attr-defined]
    return serve


async def _serve(route: Route, request: Request, path: dict[str, Any]) -> HTTPResponse:
    """Cut off after its time; what it was doing is rolled back, and Unavailable raised."""
    cut = deadline(route.deadline or _Door.deadline)
    try:
        with cut:
            actor = await _admit(route, request)
            arguments = _arguments(route, request, actor, path)
            if request.method == "GET" or not route.has_transaction:
                return _response(route, await route.handler(**arguments))
            return await _write(route, request, actor, arguments)
    except BaseException as error:
        # Database drivers turn the cancellation into an error of their own.
        if cut.is_over:
            raise Unavailable("处理超时，请稍后再试") from error
        raise


async def _admit(route: Route, request: Request) -> Actor:
    """Who calls. Raises Unauthenticated, Forbidden or TooMany."""
    actor = await _who(request)
    if not isinstance(route.permission, Public):
        if actor is None:
            raise Unauthenticated
        if not actor.holds(route.permission):
            raise Forbidden
    if route.limit is not None:
        caller = f"user:{actor.user_id}" if actor else f"ip:{limits.network(address(request))}"
        await limits.hit(route.limit, f"{route.handler.__qualname__}:{caller}", closed=route.closed)
    return actor or NOBODY


async def _who(request: Request) -> Actor | None:
    header = request.headers.get("authorization")
    if header is None:
        return None
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token or not token.isascii():
        raise Unauthenticated
    actor = await _Door.authenticate(token)
    if actor is None:
        raise Unauthenticated("登录已失效，请重新登录")
    request.ctx.actor = actor
    return actor


def address(request: Request) -> str:
    """The caller's address; forwarded headers count only from trusted proxies."""
    return request.remote_addr or request.ip


def _arguments(
    route: Route, request: Request, actor: Actor, path: dict[str, Any]
) -> dict[str, Any]:
    arguments = dict(path)
    if "actor" in route.arguments:
        arguments["actor"] = actor
    if "request" in route.arguments:
        arguments["request"] = request
    if route.query is not None:
        arguments["query"] = _query(route.query, request.query_string)
    if route.body is not None:
        if len(request.body) > JSON_LIMIT:
            raise TooLarge
        arguments["body"] = route.body.model_validate_json(request.body or b"{}")
    if route.takes_upload:
        arguments["upload"] = _upload(request)
    return arguments


@lru_cache(maxsize=1024)
def _query(model: type[BaseModel], text: str) -> BaseModel:
    """What a query asks for: frozen, and the same for the same text. Raises ValidationError."""
    return model.model_validate({name: values[-1] for name, values in parse_qs(text).items()})


def _upload(request: Request) -> Upload:
    found = request.files.get("file") if request.files else None
    if not found:
        raise Invalid(fields={"file": "请选择文件"})
    form = dict(request.form.items()) if request.form else {}
    fields = {name: str(values[-1]) for name, values in form.items() if values}
    return Upload(name=(found.name or "")[:200], content=found.body, fields=fields)


async def _write(
    route: Route, request: Request, actor: Actor, arguments: dict[str, Any]
) -> HTTPResponse:
    header = request.headers.get("idempotency-key")
    if header is None or actor is NOBODY:
        return await database.again(lambda: _once(route, arguments), safely=False)
    key = idempotency.key_of(header, str(actor.user_id))
    asked = idempotency.request_digest(request.method, request.path, request.body)
    try:
        return await database.again(lambda: _once_for(key, asked, route, arguments), safely=True)
    except idempotency.Repeated:
        first = await idempotency.stored(key, asked)
        if first is None:
            raise Unavailable from None
        return raw(
            first.answer,
            status=first.status,
            content_type="application/json",
            headers={"idempotency-replayed": "true"},
        )


async def _once(route: Route, arguments: dict[str, Any]) -> HTTPResponse:
    async with database.transaction():
        return _response(route, await route.handler(**arguments))


async def _once_for(key: str, asked: str, route: Route, arguments: dict[str, Any]) -> HTTPResponse:
    async with database.transaction():
        await idempotency.reserve(key, asked)
        response = _response(route, await route.handler(**arguments))
        await idempotency.keep(key, response.status, response.body or b"")
    return response


def _response(route: Route, answer: Any) -> HTTPResponse:
    if isinstance(answer, HTTPResponse):
        return answer
    if isinstance(answer, Download):
        headers = dict(answer.headers)
        if answer.filename:
            headers["content-disposition"] = f'attachment; filename="{answer.filename}"'
        kind = answer.content_type
        return raw(answer.content, status=answer.status, content_type=kind, headers=headers)
    content = (
        answer.__pydantic_serializer__.to_json(answer)
        if isinstance(answer, BaseModel)
        else msgspec.json.encode(answer)
    )
    return raw(content, status=route.status, content_type="application/json")
