"""Runs: each bill once, however often, whatever goes wrong."""

import asyncio
from typing import Any

import pytest

from backend.core import clock, jobs
from backend.core.actor import Role
from backend.core.database import rows, transaction
from backend.core.errors import Conflict, Invalid, NotFound
from backend.engines.billings import queries, service
from backend.engines.billings.models import Ground
from backend.engines.billings.schemas import ReissueBody, RunNew
from backend.engines.bills import queries as bills
from backend.engines.bills import service as owing
from backend.engines.bills.models import Bill
from backend.engines.bills.schemas import BillQuery, VoidBody
from backend.engines.tariffs import service as pricing
from backend.engines.tariffs.rules import Period, span_of
from backend.engines.tariffs.schemas import ReadingNew, VersionNew
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


async def test_a_wrong_bill_is_void_and_issued_anew(place: Estate) -> None:
    tariff_id = await place.tariff()
    await run(place, tariff_id)
    wrong = await Bill.get(dwelling_id=place.homes[0].id)
    with pytest.raises(Conflict):
        await service.reissue(place.manager, ReissueBody(bill_id=wrong.id))
    body = VoidBody(version=wrong.version, reason="面积录错")
    await owing.void(place.manager, wrong.id, body)
    await Dwelling.filter(id=place.homes[0].id).update(square=9000)
    new = await service.reissue(place.manager, ReissueBody(bill_id=wrong.id))
    assert (new.amount, new.owed) == (33_750, 33_750)
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
