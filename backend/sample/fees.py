"""Fees of the sample city, through the services: tariffs, bills, who paid and who did not.

Runs in the transaction that writes the city, after its people are there.
"""

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from backend.core import clock, jobs
from backend.core.actor import Actor, Role
from backend.core.database import below, execute, rows
from backend.engines.billings import queries as billing_queries
from backend.engines.billings import service as billings
from backend.engines.billings.schemas import RunNew
from backend.engines.bills.models import Bill
from backend.engines.tariffs import queries as tariff_queries
from backend.engines.tariffs import rules as periods
from backend.engines.tariffs import service as pricing
from backend.engines.tariffs.rules import Period, Span
from backend.engines.tariffs.schemas import ReadingNew, TariffNew
from backend.features.arrears import service as arrears
from backend.features.arrears.schemas import PlanBody
from backend.features.fees import service as fees
from backend.features.fees.schemas import AgreementBody, DisputeBody, RefundBody, TakeBody
from backend.features.waivers import service as waivers
from backend.features.waivers.schemas import WaiverNew
from backend.foundation.areas.models import Area, Level
from backend.sample import tills
from backend.sample.city import City
from backend.sample.people import Neighbour, People

SEED = 23
PRICES = (8_500, 9_800, 11_500, 12_500, 14_800)
"""0.0001 yuan per m² and month."""
BILLED = 2
"""So many compounds have bills: the first resident's, and another one of the same firm."""
PAID = (0.72, 0.88)
"""The share of dwellings in each of them that paid last quarter's bill."""
WATER = [{"up_to": 12_000, "price": 32_000}, {"up_to": None, "price": 48_000}]


async def live(city: City, crowd: People) -> str:
    """Let the firms ask, residents pay; a line about it."""
    random = Random(SEED)  # noqa: S311 - a sample, not a secret
    mark = await _last_job()
    offices = [office for one in city.at(Level.COMPOUND) if (office := _office(crowd, one))]
    first, firm = offices[0], crowd.firms[offices[0].compound.id]
    tariffs = [await _tariff(one, random.choice(PRICES)) for one in offices]
    twins = [
        (one, tariff)
        for one, tariff in zip(offices, tariffs, strict=True)
        if crowd.firms[one.compound.id].id == firm.id
    ][:BILLED]
    this = periods.span_of(Period.QUARTER, clock.local(city.now).date())
    last = periods.before(Period.QUARTER, this)
    for office, tariff in twins:
        await _issue(office.manager, tariff, last)
    for (office, tariff), share in zip(twins, PAID, strict=True):
        await _pay(random, office, await _unpaid(tariff), share)
    for office, tariff in twins:
        await _issue(office.manager, tariff, this, is_old=False)
    at_home = [one for one in crowd.neighbours if _is_in(one, first.compound)]
    await _water(random, first, at_home)
    await _stories(first, at_home)
    await _run_jobs(mark)
    found = await rows("SELECT COUNT(*) AS n, SUM(status = 'paid') AS paid FROM bills_bill")
    return f"{len(tariffs) + 1} 个收费项目，{found[0]['n']} 笔账单，{found[0]['paid']} 笔已缴"


class Office:
    """A firm's people at a compound."""

    def __init__(self, compound: Area, manager: Actor, cashier: Actor) -> None:
        self.compound, self.manager, self.cashier = compound, manager, cashier


def _office(crowd: People, compound: Area) -> Office | None:
    managers = crowd.at(Role.PROPERTY_MANAGER, compound)
    cashiers = crowd.at(Role.CASHIER, compound)
    if not managers or not cashiers:
        return None
    return Office(compound, managers[0].actor, cashiers[0].actor)


def _is_in(one: Neighbour, compound: Area) -> bool:
    return (one.area.path or "").startswith(compound.path or "?")


async def _tariff(office: Office, price: int) -> int:
    first = {"valid_from": date(2024, 1, 1), "price": price, "basis_note": "前期物业服务合同"}
    body = {"area_id": office.compound.id, "name": "物业费", "first": first}
    return (await pricing.create(office.manager, TariffNew.model_validate(body))).id


async def _issue(manager: Actor, tariff_id: int, span: Span, *, is_old: bool = True) -> None:
    """A run to its end; an old one is as if made when its period began."""
    run = await billings.start(manager, RunNew(tariff_id=tariff_id, period=span.key))
    tariff = await tariff_queries.tariff_with_area(tariff_id)
    work = await billing_queries.task(tariff, span.key)
    after = 0
    while found := await billing_queries.stretch(work, after):
        await billings.issue(run.id, after)
        after = found[-1]["id"]
    await billings.issue(run.id, after)
    if is_old:
        at = _moment(work.span.first + timedelta(days=4))
        await execute("UPDATE bills_bill SET issued_at = ? WHERE run_id = ?", at, run.id)
        await execute(
            "UPDATE billings_run SET started_at = ?, done_at = ? WHERE id = ?", at, at, run.id
        )


def _moment(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 10, tzinfo=clock.SHANGHAI)


async def _unpaid(tariff_id: int) -> list[Bill]:
    return await Bill.filter(tariff_id=tariff_id, status="unpaid").order_by("id")


async def _pay(random: Random, office: Office, bills: Sequence[Bill], share: float) -> None:
    """That share of the bills was paid at the counter."""
    payee = await fees.payee_of(bills[0].unit_id)
    paid = [one for one in bills if random.random() < share]
    path = office.compound.path or ""
    await tills.take_in(random, paid, payee, office.cashier.user_id, path)


async def _water(random: Random, office: Office, people: Sequence[Neighbour]) -> None:
    """Water by meter, in steps, for those with an account: last month's bill."""
    body = {"area_id": office.compound.id, "name": "水费", "basis": "meter", "period": "month"}
    body |= {"meter_unit": "吨", "meter_digits": 5, "due_days": 15}
    body |= {"first": {"valid_from": date(2024, 1, 1), "steps": WATER, "basis_note": "县发改价格"}}
    tariff_id = (await pricing.create(office.manager, TariffNew.model_validate(body))).id
    month = periods.span_of(Period.MONTH, clock.today())
    span = periods.before(Period.MONTH, month)
    for home in sorted({one.dwelling_id for one in people}):
        start = random.randint(40_000, 900_000)
        reading = ReadingNew(
            dwelling_id=home,
            period=span.key,
            read_on=span.last,
            previous=start,
            value=start + random.randint(4_000, 19_000),
        )
        await pricing.enter(office.manager, tariff_id, reading)
    await _issue(office.manager, tariff_id, span, is_old=False)


async def _stories(office: Office, people: Sequence[Neighbour]) -> None:
    """The first resident has a balance and bills to pay; others agreed, dispute, ask for less."""
    owners = [one for one in people if await _is_owner(one)]
    first, second, third, fourth = owners[:4]
    for one, amount in ((first, 20_000), (second, 150_000)):
        top_up = TakeBody(dwelling_id=one.dwelling_id, top_up=amount, method="transfer")
        await fees.take(office.cashier, top_up)
    await fees.agree(Actor(second.user_id), AgreementBody(dwelling_id=second.dwelling_id))
    disputed = await _open_bill(third)
    text = "账单按 120 平方米计算，房产证上是 98 平方米，请核对。"
    await fees.dispute(Actor(third.user_id), disputed.id, DisputeBody(text=text))
    less = await _open_bill(fourth)
    asked = {"bill_id": less.id, "amount": 5_000, "ground": "service"}
    asked |= {"note": "地下车库漏水影响出行，业主申请减免"}
    await waivers.ask(office.cashier, WaiverNew.model_validate(asked))
    until = clock.today() + timedelta(days=40)
    plan = PlanBody(dwelling_id=fourth.dwelling_id, note="下月发工资后缴清", until_on=until)
    await arrears.plan(office.manager, plan)
    await _give_back(office)


async def _give_back(office: Office) -> None:
    """Somebody paid too much at the counter; the money lies there for them."""
    first, end = below(office.compound.path or "?")
    ids = await Area.filter(path__gte=first, path__lt=end).values_list("id", flat=True)
    paid = await Bill.filter(area_id__in=ids, status="paid").order_by("id").first()
    if paid is not None:
        asked = RefundBody(amount=3_500, reason="公共能耗费多收，退差额")
        await fees.refund(office.manager, paid.id, asked)


async def _is_owner(one: Neighbour) -> bool:
    found = await rows(
        "SELECT b.id FROM residents_binding b JOIN residents_resident r ON r.id = b.resident_id "
        "WHERE r.user_id = ? AND b.dwelling_id = ? AND b.relation = 'owner' "
        "AND b.status = 'confirmed'",
        one.user_id,
        one.dwelling_id,
    )
    return bool(found)


async def _open_bill(one: Neighbour) -> Bill:
    found = Bill.filter(dwelling_id=one.dwelling_id, status="unpaid", is_disputed=False)
    return (await found.order_by("-amount", "id").limit(1))[0]


# -- what follows --------------------------------------------------------------------------------
async def _last_job() -> int:
    return int((await rows("SELECT COALESCE(MAX(id), 0) AS id FROM core_job"))[0]["id"])


FOLLOWED = ("features.fees.reactions.apply_payment", "features.fees.reactions.use_balance")


async def _run_jobs(mark: int) -> None:
    """Do at once what follows for the bills; nobody is told, nobody outside is called."""
    while found := await _jobs_after(mark):
        for one in found:
            await execute("DELETE FROM core_job WHERE id = ?", one["id"])
            if one["name"] in FOLLOWED:
                await jobs.declared[one["name"]].run(**json.loads(one["payload"]))


async def _jobs_after(mark: int) -> list[dict[str, Any]]:
    return await rows("SELECT id, name, payload FROM core_job WHERE id > ? ORDER BY id", mark)
