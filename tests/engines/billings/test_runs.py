"""Runs: each bill once, however often, whatever goes wrong."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from backend.core import clock, jobs
from backend.core.actor import Actor, Role
from backend.core.database import rows, transaction
from backend.core.errors import Conflict, Invalid, NotFound
from backend.engines.billings import queries, service
from backend.engines.billings.models import Ground
from backend.engines.billings.schemas import ReissueBody, RunNew, Trial
from backend.engines.bills import queries as bills
from backend.engines.bills import service as owing
from backend.engines.bills.models import Bill
from backend.engines.bills.schemas import BillQuery, VoidBody
from backend.engines.tariffs import queries as meters
from backend.engines.tariffs import service as pricing
from backend.engines.tariffs.models import TariffVersion
from backend.engines.tariffs.rules import Period, span_of
from backend.engines.tariffs.schemas import ReadingNew, Round, RoundQuery, VersionNew
from backend.foundation.areas.models import Dwelling
from tests import estate
from tests.estate import Estate, last_quarter


@pytest.fixture
async def place(db: str) -> Estate:
    return await estate.build()


async def run(place: Estate, tariff_id: int, period: str = "") -> Any:
    body = RunNew(tariff_id=tariff_id, period=period or last_quarter())
    async with transaction():
        begun = await service.start(place.manager, body)
    while await jobs.run_due():
        pass
    return await queries.run(place.manager, begun.id)


async def test_a_run_makes_what_the_preview_said(place: Estate) -> None:
    tariff_id = await place.tariff()
    await Dwelling.create(area_id=place.homes[0].area_id, number="103")
    body = RunNew(tariff_id=tariff_id, period=last_quarter())
    said = await queries.preview(place.manager, body)
    assert (said.dwellings, said.new, said.billed) == (3, 2, 0)
    # 89.50 m² × 1.25 × 3 = 335.625 yuan, half a fen up.
    assert said.amount == 33_563 + 45_000
    assert [(one.reason, one.count) for one in said.skipped] == [("没有建筑面积", 1)]
    assert said.samples[0].explained == [
        "建筑面积 89.50 ㎡ × 1.25 元/㎡·月 × 3 个月",
        "应缴 335.63 元",
    ]
    assert not await Bill.exists()
    done = await run(place, tariff_id)
    assert (done.status, done.bills, done.amount, done.paid) == ("done", 2, said.amount, 0)
    again = await queries.preview(place.manager, body)
    assert (again.new, again.billed) == (0, 2)
    assert await bills.check() == []


async def test_a_run_twice_makes_each_bill_once_and_adds_what_was_missing(place: Estate) -> None:
    tariff_id = await place.tariff()
    first = await run(place, tariff_id)
    await Dwelling.create(area_id=place.homes[0].area_id, number="103", square=5000)
    second = await run(place, tariff_id)
    assert (first.id, first.bills, second.bills) == (second.id, 2, 3)


async def test_stretches_at_once_and_repeated_make_each_bill_once(place: Estate) -> None:
    """The same stretch by eight workers at once, each sure that nobody else has begun."""
    tariff_id = await place.tariff()
    for number in range(60):
        await Dwelling.create(area_id=place.homes[0].area_id, number=f"9{number}", square=5000)
    body = RunNew(tariff_id=tariff_id, period=last_quarter())
    begun = await service.start(place.manager, body)
    work = await queries.task(await pricing.queries.tariff_with_area(tariff_id), body.period)
    found = await queries.stretch(work, 0)

    async def one() -> int:
        async with transaction():
            return await service.issue_rows(work, begun.id, found)

    made = await asyncio.gather(*(one() for _ in range(8)))
    assert sum(made) == 62
    assert await Bill.all().count() == 62
    keys = await rows("SELECT COUNT(DISTINCT dwelling_id) AS n FROM bills_bill")
    assert keys[0]["n"] == 62


async def test_a_run_killed_half_way_goes_on(place: Estate, monkeypatch: Any) -> None:
    monkeypatch.setattr(queries, "STRETCH", 1)
    monkeypatch.setattr(queries.stretch, "__defaults__", (1,))
    tariff_id = await place.tariff()
    real = service.issue_rows
    calls: list[int] = []

    async def dies(work: Any, run_id: int, found: Any) -> int:
        made = await real(work, run_id, found)
        calls.append(made)
        if len(calls) in (2, 3):
            raise RuntimeError("killed after writing, before the commit")
        return made

    monkeypatch.setattr(service, "issue_rows", dies)
    async with transaction():
        await service.start(place.manager, RunNew(tariff_id=tariff_id, period=last_quarter()))
    for _ in range(20):
        await jobs.run_due()
        await rows("SELECT 1")
        await jobs.Job.all().update(run_at=clock.now())
    assert len(calls) > 3
    assert await Bill.all().count() == 2
    assert (await queries.runs(place.manager, queries.RunQuery())).items[0].status == "done"


async def test_periods_that_cannot_be(place: Estate) -> None:
    tariff_id = await place.tariff()
    for period in ("2019Q4", "2026-11", "2099Q1", "2026Q9"):
        with pytest.raises(Invalid):
            await queries.preview(
                place.manager, RunNew.model_construct(tariff_id=tariff_id, period=period)
            )


async def test_only_the_firm_at_its_place(place: Estate) -> None:
    tariff_id = await place.tariff()
    await run(place, tariff_id)
    body = RunNew(tariff_id=tariff_id, period=last_quarter())
    rival = place.staff(Role.PROPERTY_MANAGER, is_rival=True)
    for nobody in (rival, await place.person("stranger")):
        with pytest.raises(NotFound):
            await service.start(nobody, body)
        with pytest.raises(NotFound):
            await queries.preview(nobody, body)
        assert (await queries.runs(nobody, queries.RunQuery())).items == []
        assert (await bills.listed(nobody, BillQuery(), is_own=False)).items == []
        with pytest.raises(NotFound):
            await bills.detail(nobody, (await Bill.first()).id)  # type: ignore[union-attr]


async def test_a_price_is_tried_before_it_holds(place: Estate) -> None:
    tariff_id = await place.tariff()
    for square in (10_000, None):
        await Dwelling.create(area_id=place.homes[0].area_id, number=f"9{square}", square=square)
    asked = {
        "area_id": place.compound.id,
        "valid_from": span_of(Period.QUARTER, clock.today()).first,
    }
    body = Trial(**asked, tariff_id=tariff_id, price=15_000)
    said = await queries.trial(place.manager, body)
    assert (said.words, said.dwellings) == ("1.50 元/㎡·月", 3)
    # 89.50, 100.00 and 120.00 m²: the smallest, a middling one, the largest.
    pays = [(one.square, one.before, one.amount) for one in said.homes]
    assert pays == [(8950, 33_563, 40_275), (10_000, 37_500, 45_000), (12_000, 45_000, 54_000)]
    assert said.homes[0].explained[0] == "建筑面积 89.50 ㎡ × 1.50 元/㎡·月 × 3 个月"
    assert (await TariffVersion.filter(tariff_id=tariff_id).count()) == 1
    new = Trial(**asked, basis="fixed", period="month", price=100_000)
    (alike,) = (await queries.trial(place.manager, new)).homes
    assert (alike.amount, alike.before) == (1_000, None)
    ladder = [{"up_to": 5_000, "price": 20_000}, {"up_to": None, "price": 40_000}]
    meter = Trial(**asked, basis="meter", meter_unit="吨", steps=ladder, usage=8_000)
    assert (await queries.trial(place.manager, meter)).homes[0].amount == 1_000 + 1_200
    with pytest.raises(Invalid):
        await queries.trial(place.manager, Trial(**asked, basis="area", steps=ladder))
    for nobody in (place.staff(Role.PROPERTY_MANAGER, is_rival=True), place.cashier):
        for wanted in (body, new):
            with pytest.raises(NotFound):
                await queries.trial(nobody, wanted)


async def test_a_wrong_bill_is_void_and_issued_anew(place: Estate) -> None:
    tariff_id = await place.tariff()
    await run(place, tariff_id)
    wrong = await Bill.get(dwelling_id=place.homes[0].id)
    with pytest.raises(Conflict):
        await service.reissue(place.manager, ReissueBody(bill_id=wrong.id))
    body = VoidBody(version=wrong.version, reason="面积录错")
    assert (await owing.void(place.manager, wrong.id, body)).moves == ["reissue"]
    assert (await bills.detail(place.cashier, wrong.id)).moves == []
    await Dwelling.filter(id=place.homes[0].id).update(square=9000)
    new = await service.reissue(place.manager, ReissueBody(bill_id=wrong.id))
    assert (new.amount, new.owed) == (33_750, 33_750)
    seen = await bills.detail(place.manager, wrong.id)
    assert (seen.moves, seen.reissued_as) == ([], new.id)
    old = await Bill.get(id=wrong.id)
    assert (old.status, old.amount, old.owed, old.detail) == ("void", 33_563, 0, wrong.detail)
    with pytest.raises(Conflict):
        await service.reissue(place.manager, ReissueBody(bill_id=wrong.id))
    assert (await run(place, tariff_id)).bills == 2
    assert await bills.check() == []


async def test_a_new_price_leaves_old_bills_alone(place: Estate) -> None:
    tariff_id = await place.tariff()
    span = span_of(Period.QUARTER, clock.today())
    await run(place, tariff_id)
    before = await Bill.all().order_by("id").values()
    next_first = span_of(Period.QUARTER, span.last.replace(day=28)).last
    later = span_of(Period.QUARTER, next_first.fromordinal(next_first.toordinal() + 1))
    await pricing.reprice(
        place.manager, tariff_id, VersionNew(valid_from=later.first, price=20_000)
    )
    with pytest.raises(Conflict):
        old = VersionNew(valid_from=span.first, price=1)
        await pricing.reprice(place.manager, tariff_id, old)
    await run(place, tariff_id, later.key)
    assert await Bill.filter(period=span.key).order_by("id").values() == before
    assert {one.amount for one in await Bill.filter(period=later.key)} == {53_700, 72_000}


async def test_a_standing_discount_is_taken_off_and_said(place: Estate) -> None:
    tariff_id = await place.tariff()
    span = span_of(Period.QUARTER, clock.today())
    for _ in range(2):
        await service.add_discount(
            place.manager,
            tariff_id=tariff_id,
            dwelling_id=place.homes[1].id,
            percent=30,
            ground=Ground.VACANT,
            from_on=span.first,
            until_on=None,
            key="waiver:1",
        )
    await run(place, tariff_id)
    bill = await Bill.get(dwelling_id=place.homes[1].id)
    assert bill.amount == 31_500
    assert "减免 30%（空置房）" in bills.explained(bill.detail, bill.amount)


async def test_meters(place: Estate) -> None:
    tariff_id = await place.tariff(**estate.metered((10_000, 30_000), (None, 45_000)))
    today = clock.today()
    month = span_of(Period.MONTH, today)
    reading = {"dwelling_id": place.homes[0].id, "period": month.key, "read_on": today}
    with pytest.raises(Invalid):
        await pricing.enter(place.manager, tariff_id, ReadingNew(**reading, value=112_000))
    first = ReadingNew(**reading, value=112_000, previous=100_000)
    made = await pricing.enter(place.manager, tariff_id, first)
    assert made.usage == 12_000
    with pytest.raises(Conflict):
        await pricing.enter(place.manager, tariff_id, first)
    said = await queries.preview(place.manager, RunNew(tariff_id=tariff_id, period=month.key))
    assert (said.new, said.amount) == (1, 3_000 + 900)
    assert said.samples[0].explained[1:] == ["10 吨 × 3.00 元", "2 吨 × 4.50 元", "应缴 39.00 元"]
    assert said.skipped[0].reason == "没有本期读数"
    # Corrected before the run; not after it.
    right = ReadingNew(**reading, value=111_000)
    await service.correct_reading(place.manager, made.id, right)
    await run(place, tariff_id, month.key)
    bill = await Bill.get(dwelling_id=place.homes[0].id)
    assert bill.amount == 3_000 + 450
    with pytest.raises(Conflict):
        await service.correct_reading(place.manager, bill.reading_id or 0, right)


async def test_meters_are_read_door_by_door(place: Estate) -> None:
    tariff_id = await place.tariff(**estate.metered((None, 30_000)))
    today = clock.today()
    month = span_of(Period.MONTH, today)
    before = span_of(Period.MONTH, month.first - timedelta(days=1))
    first, second = (one.id for one in place.homes)
    old = {"dwelling_id": first, "period": before.key, "read_on": before.last}
    await pricing.enter(place.manager, tariff_id, ReadingNew(**old, value=9_000, previous=1_000))

    async def look(actor: Actor, **query: Any) -> Round:
        query = {"period": month.key} | query
        return await meters.meter_round(actor, tariff_id, RoundQuery(**query))

    seen = await look(place.manager)
    assert (seen.total, seen.read) == (2, 0)
    found = [(one.dwelling_id, one.previous, one.usual, one.reading) for one in seen.items]
    assert found == [(first, 9_000, 8_000, None), (second, None, None, None)]
    now = {"dwelling_id": first, "period": month.key, "read_on": today}
    await pricing.enter(place.manager, tariff_id, ReadingNew(**now, value=12_000))
    left = await look(place.manager, is_read=False)
    assert ([one.dwelling_id for one in left.items], left.total, left.read) == ([second], 2, 1)
    (done,) = (await look(place.manager, is_read=True, area_id=place.homes[0].area_id)).items
    assert done.reading is not None
    assert (done.reading.value, done.reading.usage, done.previous) == (12_000, 3_000, 9_000)
    pages = await look(place.manager, limit=1)
    assert [one.dwelling_id for one in pages.items] == [first]
    rest = await look(place.manager, limit=1, cursor=pages.next)
    assert ([one.dwelling_id for one in rest.items], rest.next) == ([second], None)
    # What was read before a period does not change by what is read after it.
    assert (await look(place.manager, period=before.key)).items[0].previous is None
    with pytest.raises(NotFound):
        await look(place.manager, area_id=place.elsewhere.area_id)
    with pytest.raises(Invalid):
        await look(place.manager, period="2026Q1")
    for nobody in (place.cashier, place.staff(Role.PROPERTY_MANAGER, is_rival=True)):
        with pytest.raises(NotFound):
            await look(nobody)
    with pytest.raises(Conflict):
        await meters.meter_round(place.manager, await place.tariff(), RoundQuery(period=month.key))
