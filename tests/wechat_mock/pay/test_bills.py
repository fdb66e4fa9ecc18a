"""Bills: yuan with back-ticks, rows and sums that agree, and only when they are ready."""

import csv
import gzip
import hashlib
import io
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.wechat_mock.pay.conftest import (
    APPID,
    MCHID,
    PARTNER,
    REFUNDS,
    SUB,
    Client,
    refund_body,
)
from wechat_mock.pay.books import SHANGHAI

DAY = 86_400
TRADE, FLOW = "/v3/bill/tradebill", "/v3/bill/fundflowbill"


def today(client: Client) -> datetime:
    return datetime.fromtimestamp(client.mock.world.now(), SHANGHAI)


async def to(client: Client, hour: int, days: int = 1) -> None:
    """Advance to that hour of Shanghai's day, so many days on."""
    now = today(client)
    then = (now + timedelta(days=days)).replace(hour=hour, minute=0, second=0, microsecond=0)
    await client.mock.control("clock", advance_seconds=(then - now).total_seconds())


async def bill(client: Client, path: str, query: str = "", days_ago: int = 1) -> bytes:
    day = (today(client) - timedelta(days=days_ago)).date()
    offered = await client.get(f"{path}?bill_date={day}{query}")
    answer = await client.send("GET", offered["download_url"].removeprefix("http://wechat.test"))
    assert answer.status_code == 200
    assert "wechatpay-signature" not in answer.headers
    text = gzip.decompress(answer.content) if "GZIP" in query else answer.content
    assert offered["hash_type"] == "SHA1"
    assert offered["hash_value"] == hashlib.sha1(text).hexdigest()
    return text


def rows(text: bytes) -> tuple[list[dict[str, str]], dict[str, str]]:
    """(rows, summary) by their Chinese names; every value must have had its back-tick."""
    lines = list(csv.reader(io.StringIO(text.decode("utf-8-sig"))))
    head, *values, summary_head, summary = lines
    assert all(cell.startswith("`") for line in (*values, summary) for cell in line)

    def named(names: list[str], line: list[str]) -> dict[str, str]:
        assert len(names) == len(line)
        return dict(zip(names, [cell[1:] for cell in line], strict=True))

    return [named(head, line) for line in values], named(summary_head, summary)


async def a_day(client: Client) -> None:
    """Two payments and a part refunded, on one day that is then over."""
    await to(client, 12)
    await client.paid("bill-000001", 12_345, attach="一月,二月\n三月")
    await client.paid("bill-000002", 5)
    await client.post(REFUNDS, refund_body("bill-000001", "r-1", 345, 12_345))
    await to(client, 11)


async def test_a_trade_bill(client: Client) -> None:
    await a_day(client)
    text = await bill(client, TRADE, "&bill_type=ALL&tar_type=GZIP")
    assert text.startswith("\ufeff交易时间,公众账号ID,商户号,".encode())
    assert text.count(b"\r\n") == text.count(b"\n") == 6
    found, summary = rows(text)
    assert len(found[0]) == 27
    assert len(summary) == 7
    first, second, refund = found
    assert first["商户订单号"] == "bill-000001"
    assert (first["订单金额"], first["手续费"], first["费率"]) == ("123.45", "0.74000", "0.60%")
    assert (first["公众账号ID"], first["商户号"], first["用户标识"]) == (APPID, MCHID, "oResident1")
    assert first["商户数据包"] == "一月 二月 三月"
    assert (second["订单金额"], second["手续费"]) == ("0.05", "0.00000")
    assert (refund["交易状态"], refund["商户退款单号"]) == ("REFUND", "r-1")
    assert (refund["退款金额"], refund["订单金额"], refund["手续费"]) == (
        "3.45",
        "0.00",
        "-0.02000",
    )
    assert summary["总交易单数"] == "3"
    assert Decimal(summary["订单总金额"]) == sum(Decimal(row["订单金额"]) for row in found)
    assert Decimal(summary["退款总金额"]) == sum(Decimal(row["退款金额"]) for row in found)
    assert Decimal(summary["手续费总金额"]) == sum(Decimal(row["手续费"]) for row in found)


@pytest.mark.parametrize(("kind", "columns", "count"), [("SUCCESS", 20, 2), ("REFUND", 29, 1)])
async def test_bills_of_one_kind(client: Client, kind: str, columns: int, count: int) -> None:
    await a_day(client)
    found, summary = rows(await bill(client, TRADE, f"&bill_type={kind}"))
    assert [len(row) for row in found] == [columns] * count
    assert summary["总交易单数"] == str(count)


async def test_a_fund_flow_bill_agrees_with_the_balance(client: Client) -> None:
    await a_day(client)
    found, summary = rows(await bill(client, FLOW))
    names = [row["业务名称"] for row in found]
    assert names == ["交易", "扣除交易手续费", "交易", "退款"]
    signs = {"收入": 1, "支出": -1}
    moved = sum(signs[row["收支类型"]] * Decimal(row["收支金额(元)"]) for row in found)
    balance = client.mock.world.pay.balance(MCHID)
    assert moved == Decimal(balance - 10_000_000) / 100
    assert Decimal(found[-1]["账户结余(元)"]) == Decimal(balance) / 100
    assert found[-1]["备注"] == "退款总金额3.45元;含手续费0.02元"
    assert (summary["资金流水总笔数"], summary["收入笔数"], summary["支出笔数"]) == ("4", "2", "2")
    assert Decimal(summary["收入金额"]) - Decimal(summary["支出金额"]) == moved


async def test_only_from_ten_the_next_day_and_for_three_months(client: Client) -> None:
    await to(client, 12)
    await client.paid("bill-000001")
    day = today(client).date()
    path = f"{TRADE}?bill_date={day}"
    assert (await client.get(path, 400))["code"] == "PARAM_ERROR"
    await to(client, 9)
    assert (await client.get(path, 400))["code"] == "STATEMENT_CREATING"
    await to(client, 10, days=0)
    await client.get(path)
    empty = f"?bill_date={day - timedelta(days=3)}"
    for kind in (TRADE, FLOW):
        assert (await client.get(kind + empty, 400))["code"] == "NO_STATEMENT_EXIST"
    await to(client, 10, days=100)
    assert (await client.get(path, 400))["code"] == "PARAM_ERROR"


@pytest.mark.parametrize(
    "query",
    ["", "?bill_date=2026-13-01", "?bill_date=yesterday", "?bill_date=2026-01-01&bill_type=ODD"],
)
async def test_a_wrong_query(client: Client, query: str) -> None:
    assert (await client.get(TRADE + query, 400))["code"] == "PARAM_ERROR"


async def test_a_link_is_the_merchants_own_and_runs_out(client: Client, partner: Client) -> None:
    await a_day(client)
    day = (today(client) - timedelta(days=1)).date()
    url = (await client.get(f"{TRADE}?bill_date={day}"))["download_url"]
    target = url.removeprefix("http://wechat.test")
    assert (await client.send("GET", target)).status_code == 200
    assert (await partner.send("GET", target)).json()["code"] == "NO_AUTH"
    assert (await client.mock.http.get(target)).json()["code"] == "SIGN_ERROR"
    assert (await client.send("GET", "/v3/billdownload/file?token=no")).status_code == 403
    await client.mock.control("clock", advance_seconds=301)
    assert (await client.send("GET", target)).json()["code"] == "NO_AUTH"


async def test_without_bom_and_with_bare_lines(client: Client) -> None:
    await a_day(client)
    await client.mock.control("pay/policy", bill_bom=False, bill_crlf=False)
    text = await bill(client, TRADE)
    assert text.startswith("交易时间".encode())
    assert b"\r" not in text


async def test_rows_that_the_merchant_does_not_know(client: Client) -> None:
    await a_day(client)
    stray: dict[str, Any] = {"mchid": MCHID, "out_trade_no": "stray-1", "total": 100}
    await client.mock.control("pay/orders", **stray, paid_seconds_ago=DAY)
    again = await client.mock.http.post("/control/pay/orders", json=stray)
    assert again.status_code == 400
    for path, name in ((TRADE, "商户订单号"), (FLOW, "业务凭证号")):
        found, _ = rows(await bill(client, path))
        assert "stray-1" in [row[name] for row in found]


async def test_rows_left_out_and_amounts_that_differ(client: Client) -> None:
    await a_day(client)
    day = (today(client) - timedelta(days=1)).date().isoformat()
    change: dict[str, Any] = {"account": MCHID, "bill_date": day}
    await client.mock.control("pay/bills", **change, omit=["bill-000002"])
    await client.mock.control("pay/bills", **change, amounts={"bill-000001": 12_346, "r-1": 1})
    found, summary = rows(await bill(client, TRADE))
    assert [row["订单金额"] for row in found] == ["123.46", "0.00"]
    assert (summary["订单总金额"], summary["退款总金额"]) == ("123.46", "0.01")
    await client.mock.control("pay/bills", **change, content="half a `bill")
    assert await bill(client, TRADE) == b"half a `bill"
    await client.mock.control("pay/bills", **change, kind="fundflow", content="odd")
    assert await bill(client, FLOW) == b"odd"


async def test_the_bill_of_a_service_provider(client: Client, partner: Client) -> None:
    await to(client, 12)
    stray: dict[str, Any] = {"mchid": PARTNER, "sub_mchid": SUB, "out_trade_no": "stray-1"}
    await client.mock.control("pay/orders", **stray, total=100)
    await to(client, 11)
    for query in ("", f"&sub_mchid={SUB}"):
        ((row,), _) = rows(await bill(partner, TRADE, query))
        assert (row["商户号"], row["特约商户号"]) == (PARTNER, SUB)
    ((row, fee), _) = rows(await bill(partner, FLOW, f"&sub_mchid={SUB}"))
    assert (row["收支金额(元)"], fee["收支金额(元)"]) == ("1.00", "0.01")
    day = (today(client) - timedelta(days=1)).date()
    await client.get(f"{TRADE}?bill_date={day}", 400)
    await client.get(f"{TRADE}?bill_date={day}&sub_mchid={SUB}", 403)
