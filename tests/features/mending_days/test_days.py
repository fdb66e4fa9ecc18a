"""Announced, booked, held by its code, counted; called off; nobody at two places."""

from datetime import timedelta
from typing import Any

from backend.core import clock, database, paging
from backend.core.database import rows
from backend.core.events import emit
from backend.engines.awards.models import Award
from backend.engines.craftsmen.models import Craftsman, Engagement
from backend.features.mending_days import rules
from backend.features.mending_days.models import Bench, MendingDay
from backend.foundation.areas.events import AreaMoved
from backend.foundation.identity.events import UserErased
from tests.features.mending_days.conftest import NINE, Square, mine, turn_id

HALF = timedelta(minutes=30)


async def test_from_the_announcement_to_the_points(square: Square) -> None:
    day = await square.day(about="修补免费")
    await square.work()
    assert "小修小补日预告" in await square.inbox("owner")
    assert "小修小补日预告" not in await square.inbox("other")
    assert "社区请您出摊" in await square.inbox("upstairs")
    assert [one["starts_at"] for one in day["bench_list"][0]["turns"]] == [
        clock.iso(NINE + number * HALF) for number in range(4)
    ]
    seen = await square.take("owner", day, 1)
    ticket = mine(seen, 1)
    assert (ticket["status"], ticket["moves"]) == ("booked", ["cancel"])
    assert ticket["qr"].startswith("data:image/png;base64,")
    (card,) = (await square.call("owner", "/mending-days"))["items"]
    assert (card["left"], card["mine"], card["skills"]) == (3, 1, ["水管维修"])
    await square.read("upstairs", day, ticket["code"], status=409)  # not yet
    square.go_to(NINE)
    listed = await square.stand("upstairs", day)
    assert [one["name"] for one in listed["items"]] == ["", "o****", "", ""]
    done = await square.read("upstairs", day, f"{rules.PREFIX}{ticket['code']}")
    assert (done["bench"]["served"], done["items"][1]["status_name"]) == (1, "已服务")
    await square.read("upstairs", day, ticket["code"], status=409)
    assert (await Craftsman.get(user_id=square.ids["upstairs"])).done == 1
    await square.work()
    (award,) = await Award.all()
    assert (award.user_id, award.amount, award.kind) == (square.ids["upstairs"], 2, "turn_held")
    square.go_to(NINE + timedelta(hours=7))
    await square.tick()
    assert (await square.look_at("owner", day))["status"] == "over"
    assert mine(await square.look_at("owner", day), 1)["status"] == "done"
    past = (await square.call("owner", "/mending-days", state="past"))["items"]
    assert [(one["served"], one["left"]) for one in past] == [(1, 0)]
    assert (await square.call("owner", "/mending-days"))["items"] == []


async def test_what_cannot_be_announced(square: Square) -> None:
    one = await square.craftsman("upstairs")
    await square.announce(one, who="owner", status=403)
    await square.announce(one, area_id=square.city.autumn.id, status=404)
    late, hour = NINE + timedelta(days=61), timedelta(hours=1)
    for wrong, field in (
        ((clock.now(), clock.now() + hour), "starts_at"),
        ((NINE, NINE), "ends_at"),
        ((NINE, NINE + timedelta(days=1)), "ends_at"),
        ((NINE - 3 * hour, NINE), "starts_at"),
        ((NINE + 11 * hour, NINE + 13 * hour), "starts_at"),
        ((late, late + hour), "starts_at"),
    ):
        hours: dict[str, Any] = {"starts_at": clock.iso(wrong[0]), "ends_at": clock.iso(wrong[1])}
        assert field in str((await square.announce(one, **hours, status=422))["errors"])
    for wrong_bench in (
        {"minutes": 0},
        {"minutes": 120, "skill": "gas"},
        {"skill": "knives"},
    ):
        await square.announce(benches=[square.bench(one, **wrong_bench)], status=422)
    quarter = {"ends_at": clock.iso(NINE + timedelta(minutes=20))}
    assert "minutes" in str(await square.announce(one, **quarter, status=422))
    await square.announce(benches=[], status=422)
    await square.announce({"id": 99_999}, status=404)
    assert await MendingDay.all().count() == await Engagement.all().count() == 0


async def test_only_approved_craftsmen_of_the_place_stand_there(square: Square) -> None:
    waiting = await square.register("neighbour")
    assert (await square.announce(waiting, status=409))["code"] == "not_approved"
    far = await square.register("other")
    await square.announce(far, status=404)


async def test_nobody_stands_at_two_benches(square: Square) -> None:
    one = await square.craftsman("upstairs")
    twice = [square.bench(one), square.bench(one, minutes=15)]
    assert (await square.announce(benches=twice, status=409))["code"] == "busy"
    await square.announce(one)
    later: dict[str, Any] = {
        "starts_at": clock.iso(NINE + HALF),
        "ends_at": clock.iso(NINE + 3 * HALF),
    }
    assert "王师傅" in (await square.announce(one, **later, status=409))["detail"]
    evening = NINE + timedelta(hours=9)
    hours: dict[str, Any] = {"starts_at": clock.iso(evening), "ends_at": clock.iso(evening + HALF)}
    await square.announce(one, **hours)


async def test_whoever_is_at_a_bench_is_not_called(square: Square) -> None:
    one = await square.craftsman("upstairs")
    asked = await square.ask()
    day = await square.announce(one)
    assert await square.offered() == []
    assert [it["called"] for it in await square.offered(part="afternoon")] == ["王师傅"]
    assert (await square.ask(status=409))["code"] == "nobody_free"
    assert (await square.do("upstairs", asked, "accept", status=409))["code"] == "busy"
    path = f"/mending-days/{day['id']}/call-off"
    await square.call("secretary", path, {"reason": "有大雨"})
    await square.do("upstairs", asked, "accept")
    assert (await square.announce(one, status=409))["code"] == "busy"
    await square.do("owner", asked, "cancel", reason="修好了")
    await square.announce(one)


async def test_what_cannot_be_booked(square: Square) -> None:
    day = await square.day()
    await square.look_at("other", day, status=404)
    await square.take("other", day, status=404)
    assert (await square.take("secretary", day, status=403))["code"] == "not_from_here"
    assert (await square.take("upstairs", day, status=409))["code"] == "own_bench"
    await square.take("owner", day)
    assert (await square.take("owner", day, status=409))["code"] == "already_booked"
    assert (await square.take("neighbour", day, status=409))["code"] == "full_up"
    await square.call("owner", "/mending-days/turns/99999/book", {}, status=404)
    square.go_to(NINE + HALF)
    assert (await square.take("neighbour", day, 1, status=409))["code"] == "not_open"
    await square.take("neighbour", day, 2)
    square.go_to(NINE + timedelta(hours=7))
    await square.tick()
    assert (await square.take("owner", day, 3, status=409))["code"] == "wrong_state"


async def test_turns_of_one_person_neither_overlap_nor_exceed_the_limit(square: Square) -> None:
    both = [await square.craftsman("upstairs"), await square.craftsman("neighbour")]
    day = await square.announce(*both, most_each=2)
    await square.take("owner", day, 0)
    assert (await square.take("owner", day, 0, 1, status=409))["code"] == "same_time"
    await square.take("owner", day, 1, 1)
    assert (await square.take("owner", day, 3, status=409))["code"] == "enough_turns"
    cancelled = mine(await square.look_at("owner", day))["booking_id"]
    await square.call("owner", f"/bookings/{cancelled}/cancel", {})
    await square.take("owner", day, 3)


async def test_one_books_for_the_household_too(square: Square) -> None:
    day = await square.day(most_each=1)
    (kin,) = await rows("SELECT id FROM residents_resident WHERE user_id = ?", square.ids["family"])
    await square.take("owner", day, 0)
    seen = await square.take("owner", day, 1, resident_id=kin["id"])
    assert mine(seen, 1)["for_whom"]
    again = await square.take("owner", day, 2, resident_id=kin["id"], status=409)
    assert again["code"] == "enough_turns"
    await square.take("owner", day, 2, resident_id=99_999, status=404)


async def test_a_turn_is_given_up_until_it_starts(square: Square) -> None:
    day = await square.day()
    first, second = (
        mine(await square.take("owner", day)),
        mine(await square.take("owner", day, 1), 1),
    )
    square.go_to(NINE)
    await square.call("owner", f"/bookings/{first['booking_id']}/cancel", {})
    square.go_to(NINE + HALF + timedelta(seconds=1))
    late = await square.call("owner", f"/bookings/{second['booking_id']}/cancel", {}, status=409)
    assert late["code"] == "too_late"


async def test_staff_mark_by_hand_and_craftsmen_by_code(square: Square) -> None:
    day = await square.day()
    code = mine(await square.take("owner", day))["code"]
    await square.take("neighbour", day, 1)
    square.go_to(NINE)
    assert (await square.stand("worker", day))["items"][0]["moves"] == ["hold", "miss"]
    assert (await square.stand("upstairs", day))["items"][0]["moves"] == ["miss"]
    await square.say("upstairs", day, "hold", status=403)
    await square.say("upstairs", day, "miss", 1, status=409)  # has not begun
    missed = await square.say("upstairs", day, "miss")
    assert missed["items"][0]["status"] == "no_show"
    assert missed["bench"]["served"] == 0
    wrong = f"{(int(code) + 1) % 10**rules.DIGITS:08d}"
    await square.read("upstairs", day, wrong, status=404)
    assert (await square.read("upstairs", day, code))["bench"]["served"] == 1  # came late
    assert (await square.say("worker", day, "hold", 1))["bench"]["served"] == 2
    await square.say("worker", day, "hold", 1, status=409)
    await square.say("worker", day, "hold", 2, status=404)  # a free turn
    assert (await Craftsman.get(user_id=square.ids["upstairs"])).done == 2


async def test_bench_lists_are_their_keepers(square: Square) -> None:
    day = await square.day()
    for who in ("owner", "other"):
        await square.stand(who, day, status=404)
    named = (await square.stand("secretary", day))["bench"]["moves"]
    assert named == ["take-off"]
    assert (await square.stand("upstairs", day))["bench"]["moves"] == ["withdraw"]


async def test_staff_earn_nothing_at_a_bench(square: Square) -> None:
    await square.settle_in("secretary")
    from_staff = await Craftsman.create(
        user_id=square.ids["secretary"],
        called="书记",
        area_path=square.city.unit.path,
        reach="community",
        serves_path=square.city.spring.path,
        week=[[]] * 7,
        status="active",
        submitted_at=clock.now(),
    )
    await database.execute(
        "INSERT INTO craftsmen_skill (craftsman_id, skill, price, seal) VALUES (?, ?, 0, '')",
        from_staff.id,
        "plumbing",
    )
    day = await square.announce({"id": from_staff.id})
    code = mine(await square.take("owner", day))["code"]
    square.go_to(NINE)
    await square.read("secretary", day, code)
    await square.work()
    assert await Award.all().count() == 0


async def test_a_day_called_off(square: Square) -> None:
    """Whoever waits reads why; what was held stays."""
    day = await square.day()
    code = mine(await square.take("owner", day))["code"]
    await square.take("neighbour", day, 2)
    square.go_to(NINE)
    await square.read("upstairs", day, code)
    path = f"/mending-days/{day['id']}/call-off"
    await square.call("worker", path, {"reason": "突降大雨"}, status=0)
    await square.call("worker", path, {"reason": "突降大雨"}, status=409)
    await square.work()
    assert "活动取消" in await square.inbox("neighbour")
    assert "活动取消" not in await square.inbox("owner")
    assert "您的摊位取消了" in await square.inbox("upstairs")
    seen = await square.look_at("owner", day)
    assert (seen["status"], seen["reason"], seen["served"]) == ("called_off", "突降大雨", 1)
    assert (seen["left"], mine(seen)["status"]) == (0, "checked_in")
    assert await Engagement.all().count() == 0
    assert (await square.take("owner", day, 1, status=409))["code"] == "wrong_state"
    await square.say("worker", day, "hold", 2, status=404)


async def test_a_bench_taken_away_and_another_set(square: Square) -> None:
    day = await square.day()
    await square.take("owner", day)
    path = f"/mending-days/benches/{day['bench_list'][0]['id']}"
    await square.call("owner", f"{path}/withdraw", {"reason": "临时有事"}, status=404)
    await square.call("worker", f"{path}/withdraw", {"reason": "临时有事"}, status=403)
    await square.call("upstairs", f"{path}/withdraw", {"reason": "临时有事"})
    await square.call("upstairs", f"{path}/withdraw", {"reason": "临时有事"}, status=409)
    await square.work()
    assert "活动取消" in await square.inbox("owner")
    assert "王师傅不能出摊" in await square.inbox("worker")
    other = square.bench(await square.craftsman("neighbour", called="李师傅"))
    more = await square.call("worker", f"/mending-days/{day['id']}/benches", other)
    assert [one["status"] for one in more["bench_list"]] == ["withdrawn", "set"]
    assert (more["benches"], more["left"]) == (1, 4)
    seen = await square.call(
        "secretary",
        f"/mending-days/benches/{more['bench_list'][1]['id']}/take-off",
        {"reason": "换人了"},
    )
    assert seen["left"] == 0
    await square.work()
    assert "您的摊位取消了" in await square.inbox("neighbour")


async def test_the_evening_before(square: Square) -> None:
    day = await square.day()
    await square.take("owner", day)
    square.go_to(NINE - timedelta(hours=15, seconds=1))
    await square.tick()
    assert "明天轮到您" not in await square.inbox("owner")
    square.go_to(NINE - timedelta(hours=15))
    await square.tick()
    await square.tick()
    assert (await square.inbox("owner")).count("明天轮到您") == 1
    assert (await square.inbox("upstairs")).count("明天您出摊") == 1
    assert "明天轮到您" not in await square.inbox("neighbour")


async def test_whoever_does_not_come_has_missed_it(square: Square) -> None:
    day = await square.day()
    await square.take("owner", day)
    square.go_to(NINE + timedelta(hours=7))
    await square.tick()
    assert mine(await square.look_at("owner", day))["status"] == "no_show"
    assert (await Bench.get()).served == 0
    await square.say("worker", day, "hold", status=409)


async def test_a_craftsman_who_is_gone_stands_nowhere(square: Square) -> None:
    made = await square.craftsman("upstairs")
    day = await square.announce(made)
    await square.take("owner", day)
    body = {"version": made["version"]}
    await square.call("upstairs", "/craftsmen/mine/pause", body)
    await square.work()
    assert (await square.look_at("owner", day))["benches"] == 1  # a promise is kept
    async with database.transaction():
        await emit(UserErased(square.ids["upstairs"]))
    await square.work()
    seen = await square.look_at("owner", day)
    assert (seen["benches"], seen["bench_list"][0]["called"]) == (0, "已退出")
    assert "活动取消" in await square.inbox("owner")


async def test_whoever_leaves_has_no_turn(square: Square) -> None:
    day = await square.day()
    await square.take("owner", day)
    async with database.transaction():
        await emit(UserErased(square.ids["owner"]))
        await emit(UserErased(square.ids["worker"]))
    await square.work()
    assert (await square.look_at("neighbour", day))["left"] == 4
    assert (await MendingDay.get()).created_by is None


async def test_days_follow_their_area(square: Square) -> None:
    await square.day()
    path = square.city.spring.path or ""
    async with database.transaction():
        await emit(AreaMoved(square.city.spring.id, path, "/9/8/", by=0))
    await square.work()
    assert (await MendingDay.get()).area_path == "/9/8/"


async def test_lists_go_on_where_they_ended(square: Square) -> None:
    one = await square.craftsman("upstairs")
    for number in range(3):
        start = NINE + timedelta(days=2 - number)
        hours: dict[str, Any] = {"starts_at": clock.iso(start), "ends_at": clock.iso(start + HALF)}
        await square.announce(one, **hours)
    first = await square.call("owner", "/mending-days", limit=2)
    rest = await square.call("owner", "/mending-days", limit=2, cursor=first["next"])
    found = [one["starts_at"] for one in [*first["items"], *rest["items"]]]
    assert found == sorted(found)
    assert (len(found), rest["next"]) == (3, None)
    for cursor in ("x", first["next"][:-4], paging.encode("2026-11-19T09:00:00", 1)):
        await square.call("owner", "/mending-days", cursor=cursor, status=422)


async def test_what_is_kept_is_told(square: Square) -> None:
    await square.day()
    kept: Any = (await square.call("upstairs", "/me/export"))["data"]
    assert kept["mending_days"]["小修小补摊位"][0]["手艺"] == "水管维修"


async def test_turns_are_their_kinds_alone(square: Square) -> None:
    """A slot of another room is no turn."""
    day = await square.day()
    await database.execute("UPDATE bookings_slot SET owner_kind = 'shift'")
    path = f"/mending-days/turns/{turn_id(day)}/book"
    await square.call("owner", path, {}, status=404)
