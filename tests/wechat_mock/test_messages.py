"""Consent and sending, as people and servers see them."""

import asyncio
from typing import Any

import pytest

from tests.wechat_mock.conftest import Mock

SEND = "/cgi-bin/message/subscribe/send"
DATA = {"thing1": {"value": "3号楼漏水"}, "time2": {"value": "15:01"}, "phrase3": {"value": "完"}}


def letter(**changes: Any) -> dict[str, Any]:
    return {"touser": "oResident1", "template_id": "t-progress", "data": DATA} | changes


async def accept(mock: Mock, template_id: str = "t-progress", openid: str = "oResident1") -> None:
    await mock.control("subscribe", openid=openid, template_id=template_id, result="accept")


async def sent(mock: Mock, **changes: Any) -> int:
    return (await mock.call(SEND, letter(**changes)))["errcode"]


async def test_each_accept_is_good_for_one(mock: Mock) -> None:
    assert await sent(mock) == 43101
    await accept(mock)
    await accept(mock)
    assert [await sent(mock) for _ in range(3)] == [0, 0, 43101]


async def test_consent_is_per_person_and_template(mock: Mock) -> None:
    await accept(mock, openid="oResident2")
    await accept(mock, "t-due")
    assert await sent(mock) == 43101
    assert await sent(mock, touser="oResident2") == 0


@pytest.mark.parametrize("result", ["reject", "ban", "filter"])
async def test_other_answers_give_nothing(mock: Mock, result: str) -> None:
    await mock.control("subscribe", openid="oResident1", template_id="t-progress", result=result)
    assert await sent(mock) == 43101
    (entry,) = mock.world.summary()["consent"]
    assert (entry["quota"], entry["answer"]) == (0, result)


async def test_long_term_consent_lasts(mock: Mock) -> None:
    await accept(mock, "t-long")
    letter_ = {"template_id": "t-long", "data": {"thing1": {"value": "停水"}}}
    assert [await sent(mock, **letter_) for _ in range(3)] == [0, 0, 0]


async def test_settings_end_consent(mock: Mock) -> None:
    await accept(mock)
    await mock.control("subscribe/settings", openid="oResident1", main_switch=False)
    assert await sent(mock) == 43101
    await mock.control("subscribe/settings", openid="oResident1", main_switch=True)
    assert await sent(mock) == 0
    await accept(mock)
    await mock.control("subscribe/settings", openid="oResident1", template_id="t-progress")
    assert await sent(mock) == 43101


@pytest.mark.parametrize(
    ("changes", "errcode"),
    [
        ({"touser": "中文"}, 40003),
        ({"touser": None}, 40003),
        ({"template_id": "unknown"}, 40037),
        ({"template_id": 5}, 40037),
        ({"page": "/pages/a"}, 41030),
        ({"page": "?a=1"}, 41030),
        ({"page": 5}, 41030),
        ({"miniprogram_state": "beta"}, 40097),
        ({"lang": "de"}, 40097),
        ({"data": {}}, 47003),
        ({"data": {**DATA, "thing1": {"value": "刷单返利"}}}, 45168),
    ],
)
async def test_refused_without_costing_consent(
    mock: Mock, changes: dict[str, Any], errcode: int
) -> None:
    await accept(mock)
    assert await sent(mock, **changes) == errcode
    assert await sent(mock) == 0


async def test_only_released_pages(mock: Mock) -> None:
    mock.world.settings.pages = frozenset({"pages/order/index"})
    await accept(mock)
    assert await sent(mock, page="pages/gone/index?id=1") == 41030
    assert await sent(mock, page="pages/order/index?id=1") == 0
    mock.world.settings.pages = frozenset()


async def test_two_at_once_to_one_person(mock: Mock) -> None:
    await accept(mock)
    await accept(mock)
    await accept(mock, openid="oResident2")
    await mock.token()
    answers = await asyncio.gather(sent(mock), sent(mock), sent(mock, touser="oResident2"))
    assert sorted(answers) == [0, 0, 43108]
    assert await sent(mock) == 0


async def test_what_was_delivered(mock: Mock) -> None:
    for _ in range(3):
        await accept(mock)
        await sent(mock, page="pages/order/index?id=7")
    everything = (await mock.http.get("/control/messages")).json()["items"]
    assert [m["page"] for m in everything] == ["pages/order/index?id=7"] * 3
    assert everything[0]["lines"][0] == {"label": "事项", "value": "3号楼漏水"}
    assert everything[0]["title"] == "工单进度提醒"
    after = {"openid": "oResident1", "after": everything[1]["id"]}
    assert (await mock.http.get("/control/messages", params=after)).json()["items"] == [
        everything[2]
    ]
    other = {"openid": "oResident2", "after": "rubbish"}
    assert (await mock.http.get("/control/messages", params=other)).json()["items"] == []


async def test_templates_are_listed(mock: Mock) -> None:
    found = (await mock.call("/wxaapi/newtmpl/gettemplate"))["data"]
    listed = {template["priTmplId"]: template for template in found}
    assert listed["t-progress"]["content"].startswith("事项:{{thing1.DATA}}\n")
    assert listed["t-enum"]["keywordEnumValueList"] == [
        {"keywordCode": "enum1", "enumValueList": ["报修", "投诉"]}
    ]
    assert (listed["t-due"]["type"], listed["t-long"]["type"]) == (2, 3)


@pytest.mark.parametrize(
    ("results", "errcode"),
    [
        ({}, 20001),
        ({"unknown": "accept"}, 20001),
        ({"t-progress": "accept", "t-long": "accept"}, 20002),
        (
            {"t-progress": "accept", "t-due": "accept", "t-enum": "reject", "t-more": "accept"},
            20003,
        ),
    ],
)
async def test_the_prompt_has_its_own_rules(
    mock: Mock, results: dict[str, str], errcode: int
) -> None:
    more = {"id": "t-more", "title": "更多", "fields": {"thing1": "事项"}}
    await mock.control("templates", templates=[more])
    body = {"openid": "oResident1", "results": results}
    answer = await mock.http.post("/control/subscribe", json=body)
    assert (answer.status_code, answer.json()["errCode"]) == (400, errcode)
    assert not mock.world.consent


async def test_the_main_switch_hides_the_prompt(mock: Mock) -> None:
    await mock.control("subscribe/settings", openid="oResident1", main_switch=False)
    body = {"openid": "oResident1", "template_id": "t-due"}
    answer = await mock.http.post("/control/subscribe", json=body)
    assert answer.json()["errCode"] == 20004


async def test_three_answers_at_once(mock: Mock) -> None:
    results = {"t-progress": "accept", "t-due": "reject", "t-enum": "ban"}
    said = await mock.control("subscribe", openid="oResident1", results=results)
    assert said == {"errMsg": "requestSubscribeMessage:ok", **results}
