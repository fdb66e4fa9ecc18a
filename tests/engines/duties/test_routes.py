"""The duty list over HTTP."""

import httpx
import pytest

from backend.core.actor import Role
from backend.engines.duties import service
from tests.conftest import People

API = "/api/v1/duties"


@pytest.fixture
def resident(people: People) -> dict[str, str]:
    return people.sign_in(7)


async def test_the_list_names_forty_six_duties(
    client: httpx.AsyncClient, resident: dict[str, str]
) -> None:
    await service.load_list()
    answer = (await client.get(API, headers=resident)).json()
    assert answer["version"] == 1
    assert len(answer["items"]) == 46
    assert answer["items"][0]["code"] == "A01"
    assert answer["items"][0]["department"] == "住房和城乡建设局"
    assert answer["next"] is None


async def test_the_list_is_narrowed_by_class_and_department(
    client: httpx.AsyncClient, resident: dict[str, str]
) -> None:
    by_class = (await client.get(API, params={"class_code": "D"}, headers=resident)).json()
    assert {one["class_code"] for one in by_class["items"]} == {"D"}
    params = {"department": "消防救援大队"}
    by_department = (await client.get(API, params=params, headers=resident)).json()
    assert [one["code"] for one in by_department["items"]] == ["D05", "E01"]


async def test_one_duty_is_a_flow_chart_with_its_law(
    client: httpx.AsyncClient, resident: dict[str, str]
) -> None:
    duty = (await client.get(f"{API}/B06", headers=resident)).json()
    boxes = {box["id"]: box for box in duty["flow"]}
    assert boxes["start"]["next"] == ["step-1"]
    assert boxes["end"]["next"] == []
    assert all(after in boxes for box in boxes.values() for after in box["next"])
    reached, waiting = set(), ["start"]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += boxes[name]["next"]
    assert reached == set(boxes)
    assert "住房和城乡建设局" in boxes["help"]["text"]
    assert {"law": "城市供水条例", "article": "第二十二条"}.items() <= duty["law"][2].items()
    assert "停水" in duty["keywords"]
    assert duty["examples"]


async def test_an_unknown_duty_is_not_found(
    client: httpx.AsyncClient, resident: dict[str, str]
) -> None:
    answer = await client.get(f"{API}/Z99", headers=resident)
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


async def test_a_text_is_matched_with_its_reasons(
    client: httpx.AsyncClient, resident: dict[str, str]
) -> None:
    body = {"text": "门口的井盖不见了，昨晚差点有人掉下去", "title": "井盖丢了"}
    answer = (await client.post(f"{API}/match", json=body, headers=resident)).json()
    best = answer["matches"][0]
    assert answer["sure"]
    assert (best["code"], best["department"]) == ("B12", "住房和城乡建设局")
    assert "井盖" in best["words"]
    assert 0.6 < best["sureness"] <= 1
    assert answer["grade"] == "red"
    assert answer["grade_words"]


@pytest.mark.parametrize(
    "body", [{}, {"text": ""}, {"text": "x" * 4001}, {"text": "路灯", "more": 1}, {"text": 5}]
)
async def test_a_bad_question_is_refused(
    client: httpx.AsyncClient, resident: dict[str, str], body: dict[str, object]
) -> None:
    assert (await client.post(f"{API}/match", json=body, headers=resident)).status_code == 422


async def test_nobody_unknown_reads_or_asks(client: httpx.AsyncClient, people: People) -> None:
    assert (await client.get(API)).status_code == 401
    assert (await client.post(f"{API}/match", json={"text": "路灯"})).status_code == 401
    officer = people.sign_in(9, (Role.GRID_OFFICER, 1, "/1/"))
    assert (await client.get(API, headers=officer)).status_code == 200
