"""The edge: permissions, input, idempotency, retries, deadlines, problems."""

import asyncio
from collections.abc import AsyncIterator
from enum import StrEnum

import httpx
import pytest
from sanic import Blueprint, Sanic
from tortoise.exceptions import OperationalError

from backend.core import database, http, problems
from backend.core.actor import Permission, Role
from backend.core.database import execute, rows
from backend.core.errors import Conflict
from backend.core.http import PUBLIC, endpoint
from backend.core.schemas import Body, Done, PageQuery
from tests.conftest import People


class P(Permission):
    WRITE = "things.write"
    RULE = ("things.rule", Role.ADMINISTRATOR)


class Thing(Body):
    number: int
    name: str = "x"


class Kind(StrEnum):
    A = "a"


bp = Blueprint("things")
troubles: list[Exception] = []


@bp.post("/things", name="write")
@endpoint(P.WRITE, status=201)
async def write(body: Thing) -> Thing:
    await execute(
        "INSERT INTO core_schedule (name, next_at) VALUES (?, '2026-01-01')", f"t{body.number}"
    )
    if troubles:
        raise troubles.pop()
    return body


@bp.post("/things/slow", name="slow")
@endpoint(P.WRITE, deadline=0.2)
async def slow() -> Done:
    await execute("INSERT INTO core_schedule (name, next_at) VALUES ('slow', '2026-01-01')")
    await asyncio.sleep(5)
    return Done()


@bp.get("/things", name="list")
@endpoint(P.RULE)
async def listed(query: PageQuery) -> Done:
    return Done(done=bool(query.limit))


@bp.get("/open", name="open", unquote=True)
@endpoint(PUBLIC, limit="3/minute")
async def opened() -> Done:
    return Done()


@bp.post("/broken", name="broken")
@endpoint(PUBLIC)
async def broken() -> Done:
    raise RuntimeError("secret inside")


@pytest.fixture
async def api(db: str, people: People) -> AsyncIterator[httpx.AsyncClient]:
    app = Sanic(f"edge-{id(people)}", configure_logging=False)
    app.blueprint(bp.copy(f"things-{id(people)}"))
    problems.attach(app)
    http.configure(people.authenticate, 10)
    app.asgi = True
    await app._startup()
    app.state.is_started = True
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://t") as client:
        yield client


async def written() -> int:
    return int((await rows("SELECT COUNT(*) AS n FROM core_schedule"))[0]["n"])


async def test_no_token_wrong_token_no_permission(api: httpx.AsyncClient, people: People) -> None:
    assert (await api.post("/things", json={"number": 1})).status_code == 401
    bad = {"authorization": "Bearer nonsense"}
    assert (await api.post("/things", json={"number": 1}, headers=bad)).status_code == 401
    answer = await api.get("/things", headers=people.sign_in(1))
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    answer = await api.get("/things", headers=people.sign_in(1, (Role.ADMINISTRATOR, 1, "/1/")))
    assert answer.status_code == 200


async def test_bad_input_is_explained_in_chinese(api: httpx.AsyncClient, people: People) -> None:
    me = people.sign_in(1)
    answer = await api.post("/things", json={"nubmer": 1}, headers=me)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert {one["field"]: one["message"] for one in answer.json()["errors"]} == {
        "number": "必填",
        "nubmer": "没有这一项",
    }
    answer = await api.post("/things", content=b"{broken", headers=me)
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")
    big = b'{"name":"' + b"x" * 300_000 + b'"}'
    assert (await api.post("/things", content=big, headers=me)).status_code == 413
    assert (await api.get("/nowhere")).json()["code"] == "not_found"
    assert (await api.delete("/things")).status_code == 405


async def test_what_breaks_is_not_told(api: httpx.AsyncClient) -> None:
    answer = await api.post("/broken")
    assert answer.status_code == 500
    assert "secret" not in answer.text


async def test_an_error_rolls_back(api: httpx.AsyncClient, people: People) -> None:
    troubles.append(Conflict())
    answer = await api.post("/things", json={"number": 1}, headers=people.sign_in(1))
    assert answer.status_code == 409
    assert await written() == 0


async def test_one_key_one_effect_one_answer(api: httpx.AsyncClient, people: People) -> None:
    me = people.sign_in(1) | {"idempotency-key": "key-12345"}
    answers = await asyncio.gather(
        *(api.post("/things", json={"number": 1}, headers=me) for _ in range(20))
    )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert await written() == 1
    other = await api.post("/things", json={"number": 2}, headers=me)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    stranger = people.sign_in(2) | {"idempotency-key": "key-12345"}
    assert (await api.post("/things", json={"number": 3}, headers=stranger)).status_code == 201
    short = me | {"idempotency-key": "short"}
    assert (await api.post("/things", json={"number": 4}, headers=short)).status_code == 422


async def test_answers_at_rest_are_sealed(api: httpx.AsyncClient, people: People) -> None:
    me = people.sign_in(1) | {"idempotency-key": "key-12345"}
    await api.post("/things", json={"number": 1, "name": "张三的电话"}, headers=me)
    found = await rows("SELECT answer FROM core_idempotency")
    assert "张三" not in str(found[0]["answer"])


async def test_a_deadlock_is_tried_again(api: httpx.AsyncClient, people: People) -> None:
    troubles.extend([OperationalError(1213, "deadlock"), OperationalError(1205, "lock wait")])
    answer = await api.post("/things", json={"number": 1}, headers=people.sign_in(1))
    assert answer.status_code == 201
    assert await written() == 1


async def test_a_lost_connection_is_tried_again_only_with_a_key(
    api: httpx.AsyncClient, people: People
) -> None:
    me = people.sign_in(1)
    troubles.append(OperationalError(2013, "lost"))
    answer = await api.post("/things", json={"number": 1}, headers=me)
    assert answer.status_code == 503
    troubles.append(OperationalError(2013, "lost"))
    keyed = me | {"idempotency-key": "key-12345"}
    assert (await api.post("/things", json={"number": 1}, headers=keyed)).status_code == 201


async def test_a_deadline_undoes(api: httpx.AsyncClient, people: People) -> None:
    answer = await api.post("/things/slow", headers=people.sign_in(1))
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert await written() == 0
    await database.rows("SELECT 1")


async def test_too_often(api: httpx.AsyncClient) -> None:
    seen = [(await api.get("/open")).status_code for _ in range(5)]
    assert seen == [200, 200, 200, 429, 429]
