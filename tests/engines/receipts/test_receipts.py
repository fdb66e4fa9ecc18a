"""Receipts: one for each payment, numbered without a gap, readable, in words as cheques say it."""

import asyncio
from datetime import UTC, datetime

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from backend.core import database
from backend.engines.receipts import rules, service
from backend.engines.receipts.models import Receipt, ReceiptBook
from tests.engines.payments.conftest import Till

SAID = {
    0: "零元整",
    1: "壹分",
    10: "壹角整",
    101: "壹元零壹分",
    110: "壹元壹角整",
    12800: "壹佰贰拾捌元整",
    100000: "壹仟元整",
    1005030: "壹万零伍拾元叁角整",
    10000001: "壹拾万元零壹分",
    10000000000: "壹亿元整",
    10001000000: "壹亿零壹万元整",
    20000100000: "贰亿零壹仟元整",
    1000000010000: "壹佰亿零壹佰元整",
    1010101010101: "壹佰零壹亿零壹佰零壹万零壹佰零壹元零壹分",
}


@pytest.mark.parametrize("fen", SAID)
def test_in_capital_numerals(fen: int) -> None:
    assert rules.capital(fen) == SAID[fen]


@given(st.integers(0, 10**14 - 1))
def test_what_is_written_reads_back(fen: int) -> None:
    text = rules.capital(fen)
    assert _read(text) == fen
    assert "零零" not in text


def _read(text: str) -> int:
    """The amount that the words say."""
    whole, _, rest = text.partition("元") if "元" in text else ("", "", text)
    fen, digit = 0, 0
    for letter in rest.rstrip("整"):
        if letter in rules.DIGITS:
            digit = rules.DIGITS.index(letter)
        else:
            fen += digit * {"角": 10, "分": 1}[letter]
    total, group, digit = 0, 0, 0
    for letter in whole:
        if letter in rules.DIGITS:
            digit = rules.DIGITS.index(letter)
        elif letter in "拾佰仟":
            group, digit = group + digit * 10 ** ("拾佰仟".index(letter) + 1), 0
        else:
            total = total + (group + digit) * {"万": 10**4, "亿": 10**8}[letter]
            group = digit = 0
    return (total + group + digit) * 100 + fen


@pytest.mark.parametrize("fen", [-1, 10**14])
def test_what_cannot_be_written(fen: int) -> None:
    with pytest.raises(ValueError, match="cannot"):
        rules.capital(fen)


async def _paid(till: Till, number: int, *amounts: int) -> int:
    opened = await till.open("resident", *amounts)
    body = {"method": "cash", "receipt_no": f"R-{number}"}
    await till.call("cashier", f"/payments/{opened.id}/counter", body)
    return opened.id


async def _get(till: Till, who: str, payment_id: int) -> tuple[int, bytes]:
    path = f"/api/v1/payments/{payment_id}/receipt"
    answer = await till.client.get(path, headers=till.headers[who])
    return answer.status_code, answer.content


async def test_a_receipt_as_pdf(till: Till) -> None:
    payment_id = await _paid(till, 1, *range(1, 101))
    status, pdf = await _get(till, "resident", payment_id)
    assert (status, pdf[:5]) == (200, b"%PDF-")
    assert pdf.count(b"/Type /Page\n") == 3 or pdf.count(b"/Type /Page") >= 3
    first = await Receipt.get()
    assert first.number == f"{till.payee.id:04d}-{first.year}-000001"
    assert (await _get(till, "cashier", payment_id))[0] == 200
    assert await Receipt.all().count() == 1
    for who in ("neighbour", "rival", "rival_accountant"):
        assert (await _get(till, who, payment_id))[0] == 404


async def test_the_unpaid_has_none(till: Till) -> None:
    opened = await till.open()
    assert (await _get(till, "resident", opened.id))[0] == 409
    assert await ReceiptBook.all().count() == 0


async def test_no_gap_however_many_at_once(till: Till) -> None:
    """Ten payments, each asked for by three at the same moment."""
    ids = [await _paid(till, number, 100) for number in range(10)]

    async def ask(payment_id: int) -> None:
        for attempt in range(6):
            try:
                await service.printed(till.actors["resident"], payment_id)
            except Exception as error:
                if not database.is_retryable(error) or attempt == 5:
                    raise
            else:
                return

    await asyncio.gather(*(ask(one) for one in ids * 3))
    found = sorted([one.sequence for one in await Receipt.all()])
    assert found == list(range(1, 11))
    assert (await ReceiptBook.get()).issued == 10


async def test_a_new_year_begins_at_one(till: Till) -> None:
    """By the year of Shanghai, where it begins eight hours earlier."""
    for number, at in enumerate(
        [
            datetime(2026, 12, 31, 15, 59, tzinfo=UTC),
            datetime(2026, 12, 31, 16, 1, tzinfo=UTC),
        ]
    ):
        with time_machine.travel(at):
            payment_id = await _paid(till, number, 100)
            await service.printed(till.actors["resident"], payment_id)
    found = {(one.year, one.sequence) for one in await Receipt.all()}
    assert found == {(2026, 1), (2027, 1)}
