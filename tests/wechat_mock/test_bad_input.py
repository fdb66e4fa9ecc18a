"""Whatever is thrown at the mock, it answers as WeChat would: never with a crash."""

import argparse
import json
import random
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from tests.wechat_mock.conftest import Mock
from wechat_mock.__main__ import build

ODD: list[Any] = [None, True, 0, -1, 1, 2, 1.5, 1e999, 10**30, "", "a", "/", "1", "a" * 3000]
ODD += [
    "\ud800",
    "\x00",
    "中",
    [],
    ["a"],
    {},
    {"r": 1e999},
    {"value": {}},
    {"thing1": {"value": 1}},
]
ELSEWHERE = ("/control/", "/v3/")  # payments have tests of their own
COLOUR = {"r": 0, "g": 0, "b": 0}
LOOK = {"width": 280, "line_color": COLOUR, "is_hyaline": False, "env_version": "release"}
LINK = {"path": "a", "query": "b", "expire_type": 1, "expire_interval": 1, "env_version": "trial"}
ACCOUNT = {"grant_type": "client_credential", "appid": "wxtest", "secret": "hush"}
SEEN = {"version": 2, "scene": 2, "openid": "oResident1"}
THING = {"touser": "oResident1", "template_id": "t-long", "data": {"thing1": {"value": "水"}}}
MANNER = {"page": "pages/a", "miniprogram_state": "trial", "lang": "zh_CN"}
GOOD: dict[str, dict[str, Any]] = {
    "/cgi-bin/stable_token": ACCOUNT | {"force_refresh": False},
    "/wxa/business/getuserphonenumber": {"code": "x"},
    "/wxa/getwxacodeunlimit": LOOK | {"scene": "a", "page": "a", "check_path": True},
    "/wxa/getwxacode": LOOK | {"path": "pages/a"},
    "/cgi-bin/wxaapp/createwxaqrcode": {"path": "pages/a", "width": 280},
    "/wxa/generate_urllink": LINK,
    "/wxa/generatescheme": {"jump_wxa": LINK, "is_expire": True, "expire_type": 0},
    "/cgi-bin/message/subscribe/send": THING | MANNER,
    "/wxa/msg_sec_check": SEEN | {"content": "好", "title": "a", "nickname": "b"},
    "/wxa/media_check_async": SEEN | {"media_url": "http://127.0.0.1:9/a", "media_type": 2},
}
FORMS = "openid phone template_id result results main_switch path errcode times message event"
FORMS += " fields query url token mode advance_seconds templates match name limit page label"
FORMS += " prepay_id mchid out_trade_no out_refund_no total account id forge copies omit amounts"


@pytest.mark.parametrize("path", sorted(GOOD))
async def test_every_interface_survives_odd_bodies(mock: Mock, path: str) -> None:
    dice = random.Random(path)
    token = await mock.token()
    await mock.control("subscribe", openid="oResident1", template_id="t-long")
    for name in GOOD[path]:
        for odd in ODD:
            body = GOOD[path] | {name: odd}
            if isinstance(GOOD[path][name], dict):
                body[name] = dice.choice([odd, dict.fromkeys(GOOD[path][name], odd)])
            answer = await mock.http.post(
                path, params={"access_token": token}, content=json.dumps(body)
            )
            assert answer.status_code == 200, (body, answer.text)
            if answer.headers["content-type"] != "image/png":
                assert isinstance(answer.json(), dict)


async def test_every_interface_is_tried(mock: Mock) -> None:
    paths = (await mock.http.get("/")).json()["paths"]
    posts = [path for path in paths if path.count("/") > 1 and not path.startswith(ELSEWHERE)]
    gets = ["/cgi-bin/token", "/sns/jscode2session", "/wxaapi/newtmpl/gettemplate"]
    assert sorted(posts) == sorted([*GOOD, *gets])


async def test_every_order_survives_odd_bodies(mock: Mock) -> None:
    dice = random.Random(20261122)
    orders = [p for p in (await mock.http.get("/")).json()["paths"] if p.startswith("/control/")]
    for path in sorted(set(orders)):
        for _ in range(60):
            picked = dice.sample(FORMS.split(), 5)
            body = {name: dice.choice([*ODD, "oResident1"]) for name in picked}
            answer = await mock.http.post(path, content=json.dumps(body))
            assert answer.status_code in (200, 400, 405), (path, body, answer.text)


def asked(**changes: Any) -> argparse.Namespace:
    plain = {"appid": "wxtest", "secret": "hush", "media_seconds": 1.0}
    return argparse.Namespace(**plain | {"templates": None, "callback": None, "pay": []} | changes)


def test_started_with_templates_and_callback(tmp_path: Path) -> None:
    file = tmp_path / "templates.json"
    file.write_text('[{"id": "t", "title": "题", "fields": {"thing1": "事项"}}]', encoding="utf-8")
    callback = '{"url": "http://127.0.0.1:1/push", "token": "pushtoken"}'
    world = build(asked(templates=file, callback=callback)).ctx.world
    assert world.templates["t"].title == "题"
    assert world.callback.url == "http://127.0.0.1:1/push"


def test_not_started_with_nonsense(tmp_path: Path) -> None:
    file = tmp_path / "templates.json"
    file.write_text('[{"id": "t"}]', encoding="utf-8")
    with pytest.raises(ValidationError):
        build(asked(templates=file))
    with pytest.raises(ValidationError):
        build(asked(callback='{"url": "here"}'))
