"""Who sees a difference, who rules it, and what follows."""

import io
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from backend.core.database import execute, rows
from backend.engines.ledgers import queries as ledgers
from backend.engines.settlements import service
from backend.engines.settlements.models import Difference
from tests.bills import MCHID, Trade
from tests.engines.settlements.conftest import DAY, Desk

PATH = "/finance/differences"
GROUNDS = {"grounds": "柜台已收现金，微信款已退还住户"}
HAVING = ("accountant", "auditor", "office")
LACKING = ("rival_accountant",)
REFUSED = ("resident", "cashier", "manager")


@pytest.fixture
async def found(desk: Desk) -> Difference:
    """A payment that WeChat lists with another amount."""
    one = await desk.paid()
    await desk.settle(DAY, [desk.traded(one, amount=9990)])
    return await Difference.get(subject="payment")


async def test_who_sees_it(desk: Desk, found: Difference) -> None:
    for who in HAVING:
        items = (await desk.till.call(who, PATH))["items"]
        assert found.id in [one["id"] for one in items]
    for who in LACKING:
        assert (await desk.till.call(who, PATH))["items"] == []
    for who in REFUSED:
        await desk.till.call(who, PATH, status=403)


@pytest.mark.parametrize("move", ["pursue", "explain", "correct", "reopen"])
async def test_nobody_elses_accountant_rules_it(desk: Desk, found: Difference, move: str) -> None:
    path = f"{PATH}/{found.id}/{move}"
    for who in LACKING:
        await desk.till.call(who, path, GROUNDS, status=404)
    for who in REFUSED:
        await desk.till.call(who, path, GROUNDS, status=403)
    assert (await Difference.get(id=found.id)).version == 1


async def test_what_is_of_nobody_is_the_countys(desk: Desk) -> None:
    await desk.settle(DAY, [Trade("LP-nobody", 5)])
    one = await Difference.get(subject="payment")
    assert (await desk.till.call("accountant", PATH))["items"] == []
    await desk.till.call("accountant", f"{PATH}/{one.id}/explain", GROUNDS, status=404)
    ruled = await desk.till.call("auditor", f"{PATH}/{one.id}/explain", GROUNDS)
    assert ruled["status"] == "ruled"


async def test_a_life(desk: Desk, found: Difference) -> None:
    call, path = desk.till.call, f"{PATH}/{found.id}"
    seen = (await call("accountant", PATH))["items"][-1]
    assert seen["moves"] == ["pursue", "explain", "correct"]
    assert (seen["theirs"], seen["ours"]) == (9990, 10000)
    await call("accountant", f"{path}/pursue", GROUNDS | {"version": 1})
    await call("accountant", f"{path}/pursue", GROUNDS, status=409)
    await call("accountant", f"{path}/correct", GROUNDS | {"version": 1}, status=409)
    ruled = await call("accountant", f"{path}/correct", GROUNDS)
    assert (ruled["status"], ruled["ruling"], ruled["grounds"]) == (
        "ruled",
        "correct",
        GROUNDS["grounds"],
    )
    assert ruled["ruler"]
    assert ruled["moves"] == ["reopen"]
    await call("accountant", f"{path}/reopen", GROUNDS)
    audited = await rows("SELECT action, detail FROM audit_entry WHERE action LIKE 'settlements%'")
    assert len(audited) == 3


@pytest.mark.parametrize(
    "body",
    [{}, {"grounds": ""}, {"grounds": "无"}, {"grounds": "好" * 301}, {"grounds": "a\x00bcd"}],
)
async def test_a_ruling_wants_grounds(desk: Desk, found: Difference, body: dict[str, Any]) -> None:
    await desk.till.call("accountant", f"{PATH}/{found.id}/explain", body, status=422)


async def test_a_ruling_holds_when_the_day_is_compared_again(desk: Desk, found: Difference) -> None:
    await desk.till.call("accountant", f"{PATH}/{found.id}/explain", GROUNDS)
    await desk.compare()
    again = await Difference.get(id=found.id)
    assert again.status.value == "ruled"
    await service.seal(desk.till.payee.id, str(DAY))
    await desk.till.call("accountant", f"{PATH}/{found.id}/reopen", GROUNDS, status=409)


async def test_a_ruling_sets_the_fee_free(desk: Desk, found: Difference) -> None:
    assert await ledgers.balance(f"wechat-fees:{MCHID}") == 0
    for one in await Difference.all():
        await desk.till.call("auditor", f"{PATH}/{one.id}/explain", GROUNDS)
    await desk.till.work()
    assert await ledgers.balance(f"wechat-fees:{MCHID}") == 6


async def test_bad_cursors_and_pages(desk: Desk, found: Difference) -> None:
    await desk.till.call("office", f"{PATH}?cursor=xx", status=422)
    await desk.till.call("office", f"{PATH}?limit=0", status=422)
    first = await desk.till.call("office", f"{PATH}?limit=1&status=open&day={DAY}")
    assert len(first["items"]) == 1


async def test_differences_as_a_spreadsheet(desk: Desk, found: Difference) -> None:
    await desk.till.call("accountant", f"{PATH}/{found.id}/explain", GROUNDS)
    await execute("UPDATE settlements_difference SET says = '=1+1'")

    async def sheet(who: str, first: str, last: str) -> list[list[Any]]:
        url = f"/api/v1{PATH}/export?first={first}&last={last}"
        answer = await desk.till.client.get(url, headers=desk.till.headers[who])
        assert answer.status_code == 200
        book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
        return book.get_sheet_by_index(0).to_python()

    header, *lines = await sheet("accountant", DAY, DAY)
    cells = [dict(zip(header, line, strict=True)) for line in lines]
    mine = next(one for one in cells if one["单号"] == found.number)
    assert (mine["对方（元）"], mine["我方（元）"]) == (found.theirs / 100, found.ours / 100)
    assert (mine["状态"], mine["认定依据"]) == ("已认定", GROUNDS["grounds"])
    assert mine["说明"] == "'=1+1"
    assert len(await sheet("rival_accountant", DAY, DAY)) == 1
    assert len(await sheet("accountant", "2020-01-01", "2020-01-02")) == 1
    written = await rows("SELECT detail FROM audit_entry WHERE action = 'settlements.exported'")
    assert len(written) == 3
    for who in REFUSED:
        await desk.till.call(who, f"{PATH}/export?first={DAY}&last={DAY}", status=403)
    await desk.till.call("accountant", f"{PATH}/export?first={DAY}&last=2020-01-01", status=422)
