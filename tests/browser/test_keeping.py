"""Those who organise put things right by phone: shifts, votes, meals, surveys, fairs."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from tests.browser import fairs, parking, rewards, voting
from tests.browser.phones import Api, Booth, Person

People = dict[str, list[Person]]
Calls = Callable[[Person], Api]


@pytest.mark.parametrize("hour", [7, 15], ids=["within-a-day", "over-midnight"])
def test_a_shift_is_changed_and_the_project_ends(
    booth: Booth, people: People, call_as: Calls, hour: int
) -> None:
    """What was served stays countable: the shift changes, is called off, then the project ends."""
    keeper = people["worker"][0]
    api = call_as(keeper)
    home = api.get("/me")["posts"][0]["area"]["id"]
    body = {"area_id": home, "title": "给老人读报", "text": "每周三下午", "category": "care"}
    project = api.post("/volunteering/projects", body)
    today = datetime.now(UTC).replace(hour=hour, minute=0, second=0, microsecond=0)
    begins = today + timedelta(days=3)
    times = {"starts_at": begins.isoformat(), "ends_at": (begins + timedelta(hours=1)).isoformat()}
    path = f"/volunteering/projects/{project['id']}"
    shift = {"place": "春晖书屋", "quota": 8, "most_waiting": 5, "cancel_hours": 12}
    slot = api.post(f"{path}/shifts", shift | times)["shift_list"][0]
    phone = booth.phone("worker", keeper)
    phone.open(f"/pages/volunteering/project?id={project['id']}")
    phone.tap("edit")
    phone.write("project-name", "给老人读报读信")
    phone.tap("project-send")
    phone.sees("project-title", "给老人读报读信")
    phone.watch.forgive("409")
    phone.tap("end")
    phone.tap("question-yes")
    phone.hears("还有没结束的班次")
    phone.tap(f"host-{slot['id']}")
    phone.tap("shift-edit")
    overnight = phone.every("shift-overnight").count()
    assert overnight == (hour == 15)  # 23:00 in Shanghai, and it ends an hour later
    phone.write("shift-place", "社区阅览室")
    phone.write("shift-quota", "12")
    phone.tap("shift-send")
    phone.hears("已保存")
    now = api.get(path)["shift_list"][0]
    kept = ("starts_at", "ends_at", "cancel_until", "most_waiting", "proof", "radius")
    assert [now[name] for name in kept] == [slot[name] for name in kept]
    assert (now["place"], now["quota"]) == ("社区阅览室", 12)
    phone.tap("shift-call-off")
    phone.write("ask-words", "书屋装修")
    phone.tap("ask-send")
    phone.lacks("ask-sheet")
    phone.tap("back")
    phone.tap("end")
    phone.tap("question-yes")
    phone.lacks("new-shift")
    assert api.get(path)["status"] == "ended"


def test_a_power_is_withdrawn_and_a_roll_put_right(
    booth: Booth, people: People, call_as: Calls
) -> None:
    keeper, owners = people["worker"][0], people["resident"][8:]
    api = call_as(keeper)
    proxy = voting.entrusted(api, map(call_as, owners))
    phone = booth.phone("worker", keeper)
    phone.open(f"/pages/matters/desk?id={voting.OPEN}")
    phone.tap("seg-proxy")
    phone.tap(f"withdraw-{proxy}")
    phone.tap("question-yes")
    phone.sees(f"proxy-{proxy}", "已撤回")
    given = next(o for o in api.rows(f"/votings/{voting.OPEN}/proxies") if o["id"] == proxy)
    assert given["withdrawn_at"]
    draft = voting.drafted(api, api.get(f"/votings/{voting.OPEN}")["area_id"])
    doors = api.rows(f"/votings/{draft}/register", limit=100)
    bare = next(one for one in doors if not one["owners"])
    phone.turn_to(f"/pages/matters/roll?id={draft}")
    phone.every("area-").first.wait_for()
    voting.at_the_doors(phone)
    switch = phone.every("unsold-").first
    marked = int((switch.get_attribute("data-testid") or "").removeprefix("unsold-"))
    switch.click()
    phone.tap("roll-save")
    phone.hears("已保存")
    assert api.get(f"/votings/{draft}")["unsold_ids"] == [marked]
    assert bare["area"]
    phone.turn_to(f"/pages/matters/vote?id={draft}")
    phone.tap("do-freeze")
    phone.tap("question-yes")
    phone.sees("do-thaw")
    assert api.get(f"/votings/{draft}")["status"] == "frozen"


def test_meals_are_booked_until_another_hour(booth: Booth, people: People, call_as: Calls) -> None:
    cook = next(
        one
        for one in people["merchant"]
        if call_as(one).rows("/shops/mine")[0]["kind"] == "canteen"
    )
    api = call_as(cook)
    path = f"/canteens/{api.rows('/shops/mine')[0]['id']}"
    before = api.get(f"{path}/menu")["rules"]
    phone = booth.phone("property", cook)
    phone.open("/pages/merchant/index?tab=shop")
    phone.tap("to-meals")
    phone.part("meal-dinner").get_by_test_id("seg-1").click()
    phone.tap("meals-save")
    phone.hears("已保存")
    after = api.get(f"{path}/menu")["rules"]
    assert after["dinner"] == before["dinner"] | {"days_before": 1}
    assert after["lunch"] == before["lunch"]
    api.http.put(f"{path}/rules", json={"meals": before}).raise_for_status()


def test_how_long_points_last_is_changed(booth: Booth, people: People, call_as: Calls) -> None:
    keeper = rewards.keeper(people["dispatcher"], call_as)
    api = call_as(keeper)
    path = f"/points/policies/{api.get('/me')['posts'][0]['area']['id']}"
    before = api.get(path)
    phone = booth.phone("worker", keeper)
    phone.open("/pages/points/awards")
    rewards.policy(phone)
    phone.write("policy-valid_months", str(before["valid_months"] + 12))
    phone.tap("policy-send")
    phone.hears("好了")
    phone.sees("policy", f"积分 {before['valid_months'] + 12} 个月内有效")
    after = api.get(path)
    assert after["valid_months"] == before["valid_months"] + 12
    assert after["earn_daily"] == before["earn_daily"]


def test_a_monthly_pass_is_stopped(booth: Booth, people: People, call_as: Calls) -> None:
    manager = people["property"][0]
    api = call_as(manager)
    lot = api.rows("/parking/lots", is_staffed="true")[0]["id"]
    phone = booth.phone("property", manager)
    phone.open("/pages/parking/desk?tab=stays")
    parking.passes(phone)
    ending = next(one for one in api.rows("/parking/passes", lot_id=lot) if "end" in one["moves"])
    phone.tap(f"end-{ending['id']}")
    phone.write("grounds", "车辆已出售")
    phone.tap("grounds-send")
    phone.sees(f"pass-{ending['id']}", "已停用")
    phone.lacks(f"end-{ending['id']}")


def test_opening_hours_are_chosen(booth: Booth, people: People, call_as: Calls) -> None:
    merchant = people["merchant"][0]
    api = call_as(merchant)
    path = f"/shops/{api.rows('/shops/mine')[0]['id']}"
    api.http.put(f"{path}/hours", json={"week": [[["09:00", "13:00"]]] * 7}).raise_for_status()
    phone = booth.phone("property", merchant)
    phone.open("/pages/merchant/shop")
    phone.tap("hours-6")
    phone.tap("drop-0")
    phone.tap("hours-done")
    phone.sees("hours-6", "不营业")
    phone.tap("hours-0")
    phone.tap("add-span")
    phone.tap("daily")
    phone.tap("hours-done")
    phone.sees("hours-6", "09:00-13:00、13:00-24:00")
    phone.tap("hours-save")
    phone.hears("已保存")
    assert api.get(path)["hours"]["week"] == [[["09:00", "13:00"], ["13:00", "24:00"]]] * 7


def test_a_survey_with_pictures_is_written_and_answered(
    booth: Booth, people: People, call_as: Calls
) -> None:
    keeper, resident = people["worker"][0], people["resident"][3]
    phone = booth.phone("worker", keeper)
    phone.open("/pages/surveys/edit")
    voting.drawing(phone)
    phone.tap("survey-publish")
    phone.tap("question-yes")
    phone.page.wait_for_url("**/surveys/results*")
    api = call_as(resident)
    made = max(one["id"] for one in api.rows("/surveys"))
    theirs = booth.phone("resident", resident)
    theirs.open(f"/pages/surveys/fill?id={made}")
    theirs.tap("q1-o2")
    theirs.tap("survey-send")
    theirs.hears()
    counts = call_as(keeper).get(f"/surveys/{made}")["answers"]
    assert counts == 1


def test_a_turn_for_an_old_person_at_home(booth: Booth, people: People, call_as: Calls) -> None:
    """Booked for the family and given back; then the organisers call the whole of it off."""
    resident = fairs.family(people["resident"], call_as)
    steward = fairs.organiser(people["dispatcher"] + people["worker"], call_as)
    api, runner = call_as(resident), call_as(steward)
    fair = fairs.tell(runner)["fair_ahead"]
    old = next(one for one in api.rows("/canteens/eaters") if not one["is_me"])
    offered = next(o for o in api.rows(f"/fairs/{fair}/offerings") if o["title"] == "爱心理发")
    first, second = offered["slots"][:2]
    phone = booth.phone("resident", resident)
    phone.open(f"/pages/fairs/fair?id={fair}&tab=book")
    phone.tap(f"book-{first['id']}")
    phone.lacks(f"book-{second['id']}")  # one turn a person
    phone.tap(f"whom-{old['resident_id']}")
    phone.tap(f"book-{second['id']}")
    phone.lacks(f"book-{second['id']}")
    now = next(o for o in api.rows(f"/fairs/{fair}/offerings") if o["id"] == offered["id"])
    mine = {b["resident_id"]: b["id"] for t in now["slots"] for b in t["mine"]}
    assert set(mine) == {None, old["resident_id"]}
    phone.tap(f"cancel-{mine[old['resident_id']]}")
    phone.tap("question-yes")
    phone.sees(f"book-{second['id']}")
    desk = booth.phone("worker", steward)
    desk.open(f"/pages/fairs/manage?id={fair}")
    desk.tap(f"call-off-{offered['id']}")
    desk.write("say-text", "理发师傅临时有事")
    desk.tap("say-send")
    desk.lacks(f"offering-{offered['id']}")
    gone = next(one for one in api.rows("/bookings", state="all") if one["id"] == mine[None])
    assert (gone["status"], gone["reason"]) == ("cancelled", "理发师傅临时有事")
