"""Strange texts in every text field of every body, on both databases: never a 5xx; what is taken
comes back as it was said."""

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import httpx
import pytest

from tests.engines.orders.conftest import Town
from tests.engines.orders.conftest import city as city
from tests.engines.orders.conftest import town as town

STRANGE = {
    "nul": "灯\x00不亮了",
    "emoji": "👨‍👩‍👧‍👦🏳️‍🌈灯不亮了",
    "beyond the plane": "𠮷野家门口的𬭎灯",
    "right to left": "مرحبا \u202e灯不亮了\u202c שלום",
    "combining": "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢灯",
    "controls": "灯\x1b[31m\x7f\x85\u2028\ufeff不亮了",
    "sql": "'; DROP TABLE orders_order; -- 灯 % _ \\ ? %s {0} {text}",
    "long": "灯" * 70_000,
}
LEFT_TO_OTHERS = ("/erase", "/auth/wechat", "/me/phone")
"""The first would end the session; the others ask WeChat, which is not here: see test_openapi."""
LONE = '"\\ud800灯不亮了"'
"""Half of a pair, as JSON can say it and UTF-8 cannot."""


@pytest.mark.parametrize("text", [one for one in STRANGE if one != "long"])
async def test_what_is_taken_comes_back(town: Town, text: str) -> None:
    said = STRANGE[text].strip()
    answer = await town.client.post(
        "/api/v1/orders",
        json={"kind": "complaint", "text": said, "place": {"area_id": town.city.unit.id}},
        headers=town.headers["resident"],
    )
    assert answer.status_code in (201, 422), answer.text
    assert answer.status_code == 201 or text in ("nul", "controls")
    if answer.status_code == 201:
        seen = await town.call("resident", f"/{answer.json()['id']}")
        assert seen["text"] == said
        await town.work()


async def test_half_a_character_is_no_text(town: Town) -> None:
    body = '{"kind": "complaint", "text": ' + LONE + "}"
    answer = await town.client.post(
        "/api/v1/orders", content=body, headers=town.headers["resident"]
    )
    assert answer.status_code in (400, 422), answer.text


async def test_in_every_field_of_every_body(town: Town) -> None:
    document = (await town.client.get("/openapi.json")).json()
    order = await town.taken()
    sent = 0
    for method, path, example in _bodies(document):
        where = path.replace("{order_id}", str(order["id"])).replace("{code}", "B06")
        where = _with_ones(where)
        for text in (*STRANGE.values(), None):
            for body in _spoilt(example, text):
                answer = await _send(town, method, where, body, is_lone=text is None)
                sent += 1
                assert answer.status_code < 500, (
                    f"{method} {where} {str(body)[:300]}: {answer.text}"
                )
    assert sent > 300


def _bodies(document: dict[str, Any]) -> Iterator[tuple[str, str, Any]]:
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            content = operation.get("requestBody", {}).get("content", {})
            if "application/json" in content and not path.endswith(LEFT_TO_OTHERS):
                yield method.upper(), path, content["application/json"]["example"]


def _with_ones(path: str) -> str:
    return "/".join("1" if part.startswith("{") else part for part in path.split("/"))


def _spoilt(example: Any, text: str | None) -> Iterator[Any]:
    """The example with the text in one of its string fields, each in turn."""
    for place in _strings(example):
        body = deepcopy(example)
        inside = body
        for key in place[:-1]:
            inside = inside[key]
        inside[place[-1]] = "LONE" if text is None else text
        yield body


def _strings(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, str) and place:
        yield place
    pairs = value.items() if isinstance(value, dict) else ()
    if isinstance(value, list):
        pairs = enumerate(value)  # type: ignore[assignment]
    for key, inner in pairs:
        yield from _strings(inner, (*place, key))


async def _send(town: Town, method: str, path: str, body: Any, *, is_lone: bool) -> httpx.Response:
    who = "admin" if "/orders/" not in path else "worker"
    content = json.dumps(body)
    if is_lone:
        content = content.replace('"LONE"', LONE)
    headers = town.headers[who] | {"content-type": "application/json"}
    return await town.client.request(method, path, content=content, headers=headers)
