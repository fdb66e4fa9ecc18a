"""Neighbours who do something together, over HTTP: from the poster to the paper, and a promise."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from backend.sample.caller import Refused, eventually
from tests.stories.conftest import Town

SOON = {"place": "党群服务中心门前", "quota": 1}


async def _shift(town: Town) -> tuple[int, int]:
    """A project of the helpers' street with one place, its doors open: project and shift."""
    organiser, helper = town["organiser"], town["helper"]
    home = (await helper.rows("/me/dwellings"))[0]
    body = {"title": "清扫楼道", "text": "工具已备好", "category": "clean"}
    project = await organiser.post(
        "/volunteering/projects", body | {"area_id": home["community_id"]}
    )
    now = datetime.now(UTC)
    times = {"starts_at": now + timedelta(minutes=20), "ends_at": now + timedelta(hours=2)}
    shift = SOON | {name: at.isoformat() for name, at in times.items()} | {"cancel_hours": 0}
    made = await organiser.post(f"/volunteering/projects/{project['id']}/shifts", shift)
    return project["id"], made["shift_list"][0]["id"]


@pytest.fixture
async def cast(town: Town) -> Town:
    await town.person("organiser", "dispatcher")
    helper = await town.person("helper", "resident", number=40)
    home = (await helper.rows("/me/dwellings"))[0]["community_id"]
    community = (await helper.get(f"/areas/{home}"))["name"]
    for number in range(2):
        await town.person("other", "resident", place=community, number=number)
        if town.user_ids["other"] != town.user_ids["helper"]:
            break
    return town


async def test_from_signing_up_to_the_paper(cast: Town) -> None:
    project, shift = await _shift(cast)
    organiser, helper, other = cast["organiser"], cast["helper"], cast["other"]
    path = f"/volunteering/shifts/{shift}"
    first = await other.post(f"{path}/book", {})
    second = await helper.post(f"{path}/book", {})
    assert (first["status"], second["status"], second["ahead"]) == ("booked", "waiting", 0)
    await other.post(f"/bookings/{first['id']}/cancel", {})

    async def mine() -> Any:
        return await helper.get(f"/bookings/{second['id']}")

    moved = await eventually(mine, lambda one: one["status"] == "booked")
    assert "check-in" in moved["moves"]
    for direction, status in (("in", "checked_in"), ("out", "checked_out")):
        door = await organiser.get(f"{path}/door", direction=direction)
        done = await helper.post("/bookings/scan", {"code": door["code"]})
        again = await helper.post("/bookings/scan", {"code": door["code"]})
        assert (done["status"], again["version"]) == (status, done["version"])
    with pytest.raises(Refused) as stranger:
        await other.post("/bookings/scan", {"code": door["code"]})
    assert stranger.value.status == 404
    await _confirmed(cast, project)


async def _confirmed(cast: Town, project: int) -> None:
    """The organiser corrects what the scans say, with grounds; anybody may check the paper."""
    organiser, helper = cast["organiser"], cast["helper"]
    path = f"/volunteering/projects/{project}/hours"
    (hour,) = await eventually(lambda: organiser.rows(path), lambda them: len(them) == 1)
    before = (await helper.get("/hours/sum"))["confirmed"]
    said = {"minutes": 90, "reason": "按实际服务时间计"}
    await organiser.post(f"/volunteering/hours/{hour['id']}/confirm", said)
    assert (await helper.get("/hours/sum"))["confirmed"] == before + 90
    year = datetime.now(UTC).year
    dates = {"since": f"{year - 1}-01-01", "until": f"{year}-12-31"}
    paper = await helper.post("/certificates", dates)
    found = await cast["other"].post("/certificates/check", {"number": paper["number"]})
    assert (found["verdict"], found["minutes"]) == ("valid", before + 90)
    assert "name" not in found


async def test_a_promise_is_kept_when_residents_say_so(cast: Town) -> None:
    helper, other = cast["helper"], cast["other"]
    home = (await helper.rows("/me/dwellings"))[0]["community_id"]
    body = {"kind": "promise", "area_id": home, "title": "教邻居用手机", "text": "每周一次小课堂"}
    due = (datetime.now(UTC) + timedelta(days=9)).date().isoformat()
    body |= {"wanted": 1, "steps": [{"title": "第一次小课堂", "due_on": due}]}
    made = await helper.post("/pledges", body)
    await cast["organiser"].post(f"/pledges/{made['id']}/publish", {})
    step = made["step_list"][0]["id"]
    await helper.post(f"/pledges/steps/{step}/done", {"proof": "来了八位邻居"})
    with pytest.raises(Refused) as own:
        await helper.post(f"/pledges/steps/{step}/speak", {"is_kept": True})
    assert own.value.status == 409
    kept = await other.post(f"/pledges/steps/{step}/speak", {"is_kept": True, "text": "学会了"})
    assert kept["status"] == "kept"
