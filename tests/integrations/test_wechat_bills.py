"""Bills are read exactly, or refused as a whole."""

import gzip
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.integrations import wechat_bills
from backend.integrations.wechat_bills import BadBill, BillFile, BillKind, What
from tests.bills import MCHID, PLAIN, Style, Trade, bills, digest, funds_bill, trade_bill

DAY = date(2026, 11, 23)
NUMBERS = st.text("0123456789abcdefXYZ_-", min_size=6, max_size=26)
AMOUNTS = st.integers(1, 10_000_000)
TITLES = st.text("物业费 1号楼,，`\"'=+-@", max_size=20)
STYLES = st.builds(Style, st.booleans(), st.sampled_from(["\n", "\r\n"]), st.booleans())


@st.composite
def trades(draw: st.DrawFn) -> list[Trade]:
    """A day: payments with fees and coupons, some of them refunded."""
    found = []
    for number in draw(st.lists(NUMBERS, max_size=8, unique=True)):
        amount = draw(AMOUNTS)
        coupon = draw(st.integers(0, amount))
        fee = draw(st.integers(0, amount))
        title = draw(TITLES)
        found.append(Trade(number, amount, fee=fee, coupon=coupon, title=title))
        if draw(st.booleans()):
            back = draw(st.integers(1, amount))
            found.append(Trade(number, back, fee=-draw(st.integers(0, 9)), refund_no=f"R{number}"))
    return found


def read(kind: BillKind, content: bytes) -> list[wechat_bills.BillRow]:
    return list(BillFile(kind, content, MCHID, DAY).rows())


@given(trades(), STYLES)
def test_what_was_written_is_read(day: list[Trade], style: Style) -> None:
    content = trade_bill(DAY, day, style)
    file = BillFile(BillKind.TRADE, content, MCHID, DAY)
    rows = list(file.rows())
    assert file.digest == digest(content)
    assert [one.amount for one in rows] == [one.amount for one in day]
    assert [one.settled for one in rows] == [one.settled for one in day]
    assert [one.fee for one in rows] == [one.fee for one in day]
    assert [one.out_no for one in rows] == [one.refund_no or one.out_trade_no for one in day]
    assert [one.trade_no for one in rows] == [one.out_trade_no for one in day]
    wanted = [What.REFUND if one.refund_no else What.PAYMENT for one in day]
    assert [one.what for one in rows] == wanted
    assert all(one.at == datetime(2026, 11, 23, 1, 30, tzinfo=UTC) for one in rows)


@given(trades(), STYLES)
def test_the_movements_of_the_account_are_read(day: list[Trade], style: Style) -> None:
    moves = [move for one in day for move in one.funds()]
    rows = read(BillKind.FUNDS, funds_bill(DAY, moves, style))
    assert [one.amount for one in rows] == [one.amount for one in moves]
    fees = sum(one.fee for one in rows)
    assert fees == sum(one.fee for one in day if not one.refund_no)
    kinds = {"交易": What.INCOME, "退款": What.OUTGO, "扣除交易手续费": What.FEE}
    assert [one.what for one in rows] == [kinds[one.sort] for one in moves]


@given(trades(), st.data())
def test_no_single_byte_of_money_may_change(day: list[Trade], data: st.DataObject) -> None:
    """A digit altered anywhere in an amount is found by the totals."""
    content = trade_bill(DAY, day, Style(packed=False)).decode()
    lines = content.split("\n")
    where = data.draw(st.sampled_from([*range(1, len(day) + 1), len(day) + 2]))
    cells = lines[where].split(",`")
    # A title may hold what stands between cells: those after it are counted from the end.
    choices = (12, 16, -5, -3, -2) if where <= len(day) else (1, 2, 5)
    at = data.draw(st.sampled_from(choices))
    if at >= len(cells):
        return
    cells[at] = str(Decimal(cells[at]) + Decimal("0.01"))
    lines[where] = ",`".join(cells)
    with pytest.raises(BadBill):
        read(BillKind.TRADE, "\n".join(lines).encode())


@given(trades(), st.floats(0, 0.999))
def test_a_file_cut_off_is_refused(day: list[Trade], share: float) -> None:
    for packed in (True, False):
        whole = trade_bill(DAY, day, Style(packed=packed))
        if not packed:  # without the noughts at its very end it says the same
            whole = whole.rstrip(b"\n0").rstrip(b".")
        with pytest.raises(BadBill):
            read(BillKind.TRADE, whole[: int(len(whole) * share)])


@given(st.binary(max_size=300))
def test_rubbish_is_refused_and_nothing_else_happens(content: bytes) -> None:
    for kind in BillKind:
        for one in (content, b"\x1f\x8b" + content, gzip.compress(content)):
            with pytest.raises(BadBill):
                read(kind, one)


GOOD = [Trade("order-1", 1230, fee=7), Trade("order-1", 30, refund_no="back-1", fee=-1)]


def changed(old: str, new: str) -> bytes:
    text = trade_bill(DAY, GOOD, Style(packed=False)).decode()
    assert old in text
    return text.replace(old, new, 1).encode()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (f"`{MCHID}", "`1900000000", "商户号"),
        ("`CNY", "`USD", "人民币"),
        ("`2026-11-23 09", "`2026-11-24 09", "当日"),
        ("`2026-11-23 09:30", "`2026/11/23 9:30", "看不懂"),
        ("`SUCCESS", "`USERPAYING", "不认识"),
        ("`12.30", "`1.23e1", "不是数字"),
        ("`12.30", "`12.305", "不足一分"),
        ("`12.30", "`-12.30", "之和不符"),
        ("`12.30", "`٣.00", "不是数字"),
        ("`order-1", f"`{'x' * 33}", "单号太长"),
        ("`OTHERS,", "", "栏数"),
        ("交易时间", "时间", "表头"),
        ("总交易单数", "总单数", "表头"),
        ("`2,`12.30", "`3,`12.30", "总交易单数"),
    ],
)
def test_what_is_wrong_is_said(old: str, new: str, words: str) -> None:
    with pytest.raises(BadBill, match=words):
        read(BillKind.TRADE, changed(old, new))


def test_a_name_with_commas_and_back_ticks_shifts_nothing() -> None:
    rows = read(BillKind.TRADE, trade_bill(DAY, [Trade("order-1", 5, fee=1, title="甲,`乙,`丙")]))
    assert [(one.amount, one.fee) for one in rows] == [(5, 1)]


def test_more_after_the_totals_is_refused() -> None:
    content = trade_bill(DAY, GOOD, Style(packed=False))
    with pytest.raises(BadBill, match="还有内容"):
        read(BillKind.TRADE, content + content.splitlines()[1])


def test_a_line_without_end_is_refused() -> None:
    with pytest.raises(BadBill, match="太大"):
        read(BillKind.TRADE, b"`" * 100_000)


def test_a_day_without_trade_is_a_bill_too() -> None:
    trade, funds = bills(DAY, [], PLAIN)
    assert read(BillKind.TRADE, trade) == []
    assert read(BillKind.FUNDS, funds) == []


@given(st.integers(-(10**12), 10**12))
def test_thousandths_are_exact(value: int) -> None:
    text = str(Decimal(value).scaleb(-5).quantize(Decimal("0.00001")))
    assert wechat_bills.thousandths(text) == value


@pytest.mark.parametrize(
    ("fee", "fen"), [(600, 1), (499, 0), (500, 1), (-600, -1), (-499, 0), (7794, 8), (0, 0)]
)
def test_fees_are_rounded_as_they_are_charged(fee: int, fen: int) -> None:
    assert wechat_bills.whole_fen(fee) == fen
