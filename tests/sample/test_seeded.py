"""A seeded database, read through the house's own doors."""

from collections import Counter
from datetime import timedelta

import httpx
import msgspec
import pytest

from backend.core import clock
from backend.core.actor import Actor, Role
from backend.core.database import rows
from backend.core.jobs import Job
from backend.core.schemas import PageQuery
from backend.engines.boards import queries as boards
from backend.engines.boards.schemas import DeskQuery
from backend.engines.clocks.models import OrderClock
from backend.engines.clocks.service import fire_due
from backend.engines.craftsmen import queries as craftsmen
from backend.engines.craftsmen.models import CraftCall, CraftSkill, Craftsman
from backend.engines.craftsmen.queries import CallStatus, CraftsmanStatus, Need, Skill
from backend.engines.craftsmen.rules import Part
from backend.engines.details import queries as details
from backend.engines.fairs import queries as fairs
from backend.engines.fairs.models import Fair, FairStatus
from backend.engines.ledgers import queries as ledgers
from backend.engines.orders.models import Order, OrderEvent
from backend.engines.orders.queries import OrderDetail
from backend.engines.purchases import queries as purchases
from backend.engines.purchases.models import Purchase, PurchaseStatus
from backend.engines.purchases.schemas import MineQuery
from backend.engines.shelves.models import ShelfPlace
from backend.engines.shops import queries as shops
from backend.engines.shops.models import ShopKind
from backend.features.mall import queries as mall
from backend.features.mending_days import queries as mending_days
from backend.features.mending_days.models import Bench, DayStatus, MendingDay
from backend.features.mending_days.rules import MOST_EACH
from backend.features.mending_days.schemas import DayQuery
from backend.features.pools import queries as pools
from backend.foundation.areas.models import Area, Level
from backend.foundation.notify import queries as notify
from backend.foundation.residents import queries as residents
from backend.sample import seed
from backend.sample.seed import Sample


@pytest.fixture
async def written(db: str, recent: Sample) -> Sample:
    """A city whose last two days have just been, in the database."""
    await seed.write(recent, lambda _: None)
    return recent


async def test_every_order_is_shown_to_who_reported_it(written: Sample) -> None:
    sample = written
    # Besides them there is the one that looks into a disputed bill.
    assert await Order.exclude(kind="fee").count() == len(sample.orders.orders)
    statuses = Counter[str]()
    for order in sample.orders.orders:
        actor = Actor(order.reporter_id or 0)
        told = msgspec.json.encode(await details.detail(actor, order.id))
        shown = OrderDetail.model_validate_json(told)
        assert shown.status == order.status
        assert shown.reporter is not None
        assert shown.reporter.is_me
        assert len(shown.history) == len(sample.orders.lives[order.id - 1].events)
        assert "{" not in "".join(step.title + step.text for step in shown.history)
        statuses[shown.status] += 1
        if order.handler_id:
            handler = next(one for one in sample.people.workers if one.user_id == order.handler_id)
            seen = await details.detail(handler.actor, order.id)
            assert seen["handler_name"] == handler.name
    assert len(statuses) == 11


async def test_boards_pools_and_inboxes_are_full(written: Sample) -> None:
    sample = written
    named = {one.openid: one.id for one in sample.people.users}
    staff = {one.user_id: one.actor for one in sample.people.workers}
    worker = staff[named["demo-worker-1"]]
    assert len((await boards.pool(worker, limit=20))["items"]) >= 5
    assert len((await boards.doing(worker))["items"]) >= 5
    manager = staff[named["demo-property-1"]]
    assert len((await boards.pool(manager, limit=20))["items"]) >= 5
    dispatcher = staff[named["demo-dispatcher-1"]]
    waiting = await boards.desk(dispatcher, DeskQuery(status="accepted"))
    assert len(waiting["items"]) >= 5
    resident = Actor(named["demo-resident-1"])
    assert (await notify.unread(resident)).count > 0
    homes = await residents.my_dwellings(resident)
    assert homes.items[0].status == "confirmed"


async def test_shops_have_sold_in_every_way_and_the_books_agree(written: Sample) -> None:
    market = written.market
    found = await Purchase.all()
    assert {one.status for one in found} == set(PurchaseStatus)
    assert {one.kind.value for one in found} == {"shelf", "meal"}
    assert all(one.created_at <= clock.now() for one in found)
    assert any(one.returned for one in found)
    assert any(one.reduction_account for one in found)
    assert await ledgers.check() == []
    assert {one.kind for one in market.shops} == set(ShopKind)
    assert len(market.canteens) == len(written.city.at(Level.STREET))
    owner = Actor(market.owner(market.shops[0]))
    assert (await shops.mine(owner)).items[0].name == market.shops[0].name
    resident = Actor(
        next(one.id for one in written.people.users if one.openid == "demo-resident-1")
    )
    assert (await purchases.mine(resident, MineQuery())).items
    assert not await Job.filter(name__contains="purchases").exists()


async def test_the_clocks_go_on_from_where_they_stand(written: Sample) -> None:
    """The worker finds nothing to catch up on, and every clock's next word at its moment."""
    sample = written
    running = [one for one in sample.orders.timers if one.fire_at]
    meanwhile = sum(one.fire_at <= clock.now() for one in running if one.fire_at)
    assert await fire_due() == meanwhile < len(running) / 4
    before = await OrderEvent.all().count()
    composed = [one.id for one in sample.orders.orders]
    left = await OrderClock.filter(fire_at__isnull=False, order_id__lte=max(composed)).count()
    assert len(running) - meanwhile <= left <= len(running)
    assert await OrderEvent.all().count() == before


async def test_the_next_rows_get_numbers_of_their_own(written: Sample) -> None:
    sample = written
    area = await Area.create(path="/x/", level="county", name="别处", sibling_key="0:别处")
    assert area.id > max(one.id for one in sample.city.areas)
    event = await OrderEvent.create(
        order_id=1, at=clock.now(), move="urge", from_status="pooled", to_status="pooled"
    )
    assert event.id > max(one.id for one in sample.orders.events)


async def test_a_sample_order_goes_on_over_http(demo: httpx.AsyncClient, written: Sample) -> None:
    sample = written
    named = {one.openid: one.id for one in sample.people.users}
    login = {"user_id": named["demo-worker-2"]}
    token = (await demo.post("/demo/login", json=login)).json()["token"]
    headers = {"authorization": f"Bearer {token}"}
    pool = (await demo.get("/orders/pool", headers=headers)).json()["items"]
    taken = await demo.post(f"/orders/{pool[0]['id']}/take", headers=headers, json={})
    assert taken.status_code == 200
    assert taken.json()["status"] == "taken"
    secretary = sample.people.at(Role.SECRETARY, sample.city.by_id[pool[0]["area_id"]])[0]
    login = {"user_id": secretary.user_id}
    token = (await demo.post("/demo/login", json=login)).json()["token"]
    headers = {"authorization": f"Bearer {token}"}
    seen = (await demo.get(f"/orders/{pool[0]['id']}", headers=headers)).json()
    assert seen["history"][-1]["move"] == "take"


async def test_what_neighbours_do_together_adds_up(written: Sample) -> None:
    """Places taken are bookings that hold one, steps' voices are voices, waiting lists wait."""
    held = "SELECT COUNT(*) FROM bookings_booking b WHERE b.slot_id = s.id AND b.status IN "
    wrong = await rows(
        f"SELECT s.id FROM bookings_slot s WHERE s.taken > s.quota OR s.taken <> "
        f"({held} ('booked', 'done', 'no_show')) OR s.waiting <> ({held} ('waiting'))"
    )
    assert wrong == []
    wrong = await rows(
        "SELECT s.id FROM pledges_step s WHERE s.yes + s.no <> (SELECT COUNT(*) FROM "
        "pledges_voice v WHERE v.step_id = s.id)"
    )
    assert wrong == []
    counts = await rows(
        "SELECT (SELECT COUNT(*) FROM volunteering_project) AS projects, (SELECT COUNT(*) FROM "
        "pledges_pledge) AS pledges, (SELECT COUNT(*) FROM bookings_slot WHERE waiting > 0) AS "
        "queues, (SELECT COUNT(*) FROM hours_hour WHERE status = 'proposed') AS hours"
    )
    assert (counts[0]["projects"], counts[0]["pledges"]) == (48, 216)
    assert counts[0]["queues"] >= 6
    assert counts[0]["hours"] > 40


async def test_fairs_are_as_many_as_the_district_counted(written: Sample) -> None:
    """Thirty behind with 15,000 visitors, one announced a week ahead, one open today."""
    past = await Fair.filter(status=FairStatus.REVIEWED)
    assert (len(past), sum(one.visitors for one in past)) == (30, 15_000)
    assert all(one.figures for one in past)
    today = await Fair.get(status=FairStatus.OPEN)
    assert today.starts_at is not None
    assert today.ends_at is not None
    assert today.starts_at < clock.now() < today.ends_at
    announced = await Fair.get(status=FairStatus.PREVIEWED)
    assert announced.starts_at is not None
    assert announced.previewed_at is not None
    assert announced.starts_at - announced.previewed_at >= timedelta(days=7)
    counted = {one.key: one.value for one in await fairs.figures(today.id)}
    assert counted["visitors"] > 0
    assert counted["visits"] > 0


async def test_craftsmen_are_called_and_no_call_waits_for_ever(written: Sample) -> None:
    calls = await CraftCall.all().select_related("craftsman")
    assert {one.status for one in calls} == set(CallStatus)
    assert {one.skill for one in await CraftSkill.all()} == set(Skill)
    assert {one.status for one in await Craftsman.all()} == set(CraftsmanStatus) - {"left"}
    for one in await Craftsman.all():
        rated = [it.stars for it in calls if it.craftsman_id == one.id and it.stars]
        done = sum(it.status is CallStatus.DONE for it in calls if it.craftsman_id == one.id)
        served = sum(it.served for it in await Bench.filter(craftsman_id=one.id))
        assert (one.stars_sum, one.stars_count, one.done) == (sum(rated), len(rated), done + served)
    waiting = {one.id for one in calls if one.status is CallStatus.ASKED}
    later = await Job.filter(name__contains="pass_on")
    assert {one.payload["call_id"] for one in later} == waiting
    resident = Actor(written.people.neighbours[0].user_id)
    need = Need(skill=Skill.PLUMBING, day=clock.today() + timedelta(days=1), part=Part.MORNING)
    offered = (await craftsmen.offers(resident, need)).items
    assert len(offered) > 1
    assert offered[0].why[0].startswith("同在")


async def test_a_shop_takes_points_and_a_part_of_them_is_settled(written: Sample) -> None:
    market = written.market
    place = await ShelfPlace.get(shop_id__not_isnull=True)
    (shop,) = [one for one in market.trading() if one.id == place.shop_id]
    said = await pools.of_shop(Actor(market.owner(shop)), shop.id, PageQuery())
    assert [(one.amount, one.balance) for one in said.items] == [
        (-60, 60), (30, 120), (30, 90), (30, 60), (30, 30)
    ]  # fmt: skip
    assert await mall.check() == []


async def test_days_of_small_repairs_are_as_many_as_the_district_counted(written: Sample) -> None:
    """Twenty-one behind with 1,100 turns held, at which nobody was at two benches; one to come."""
    held = await rows(
        "SELECT b.id, b.served, COUNT(k.id) AS n FROM mending_days_bench b "
        "JOIN bookings_slot s ON s.owner_kind = 'bench' AND s.owner_id = b.id "
        "LEFT JOIN bookings_booking k ON k.slot_id = s.id AND k.status = 'done' "
        "GROUP BY b.id, b.served"
    )
    assert all(one["served"] == one["n"] for one in held)
    assert sum(one["served"] for one in held) == 1_100
    assert await MendingDay.filter(status=DayStatus.OVER).count() == 21
    twice = await rows(
        "SELECT a.id FROM bookings_booking a JOIN bookings_slot s ON s.id = a.slot_id "
        "JOIN bookings_booking b ON b.user_id = a.user_id AND b.id > a.id "
        "JOIN bookings_slot t ON t.id = b.slot_id "
        "WHERE s.owner_kind = 'bench' AND t.owner_kind = 'bench' "
        "AND s.starts_at < t.ends_at AND t.starts_at < s.ends_at"
    )
    assert twice == []
    resident = Actor(written.people.neighbours[0].user_id)
    (coming,) = (await mending_days.listed(resident, DayQuery())).items
    assert coming.left > 10
    assert (coming.benches, coming.mine) == (4, 0)
    most = await rows(
        "SELECT MAX(n) AS n FROM (SELECT COUNT(*) AS n FROM bookings_booking k "
        "JOIN bookings_slot s ON s.id = k.slot_id JOIN mending_days_bench b ON b.id = s.owner_id "
        "WHERE s.owner_kind = 'bench' GROUP BY b.day_id, k.user_id) each_of_them"
    )
    assert most[0]["n"] <= MOST_EACH
