"""WeChat Pay's bills as files: read line by line, exact to the last digit, or refused as a whole.

A bill is CSV in yuan: a header, one line per transaction with a back-tick before every value, a
header of totals and their line. Perhaps with a byte order mark, perhaps with CRLF, perhaps packed.
What does not add up is a `BadBill`: half a bill is worse than none.
"""

import gzip
import hashlib
import io
import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import lru_cache
from operator import add
from typing import NamedTuple

from backend.core.clock import SHANGHAI
from backend.core.labels import Labelled

MOST_LINE = 16 * 1024
MOST_BYTES = 1024 * 1024 * 1024
"""Unpacked; a day of two million payments."""
FEN = 1000
"""Amounts are read as whole 1/1000 fen: fees are printed with five decimals of a yuan."""

TRADE_COLUMNS = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,"
    "付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,"
    "退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注"
)
TRADE_TOTALS = (
    "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
)
FUNDS_COLUMNS = (
    "记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),"
    "资金变更提交申请人,备注,业务凭证号"
)
FUNDS_TOTALS = "资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额"

_MONEY = re.compile(r"(-?)(\d{1,12})(?:\.(\d{1,5}))?", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", re.ASCII)
_COUNT = re.compile(r"(\d{1,9})(?:\.0+)?", re.ASCII)
_PLAIN = str.maketrans({"`": "", " ": "", "（": "(", "）": ")"})
_FREE_TEXT = 20
"""From this column of the trade bill on, a name may hold commas; five columns follow it."""
_AFTER_TEXT = 5


class BillKind(Labelled):
    TRADE = "trade", "交易账单"
    FUNDS = "funds", "资金账单"


class What(StrEnum):
    """What a line tells of: the trade bill has payments and refunds, the other one movements."""

    PAYMENT = "payment"
    REFUND = "refund"
    INCOME = "income"
    OUTGO = "outgo"
    FEE = "fee"
    OTHER = "other"
    """A withdrawal to the bank, a deposit, …: no business of any payment."""


class BadBill(Exception):
    """The file is no bill that can be trusted; `reason` is for people, `line` counts from 1."""

    def __init__(self, reason: str, line: int = 0) -> None:
        super().__init__(f"第 {line} 行：{reason}" if line else reason)
        self.reason, self.line = reason, line


class BillRow(NamedTuple):
    """A line of either bill, all money in fen.

    `out_no` is the merchant's number of the payment or refund, `wechat_no` WeChat's, `trade_no`
    the merchant's number of the payment that a refund belongs to. `amount` of a payment is what
    was asked for, `settled` what the merchant gets of it; a coupon makes the difference. A fee
    is positive when taken and negative when given back.
    """

    line: int
    what: What
    at: datetime
    out_no: str
    wechat_no: str
    trade_no: str
    amount: int
    settled: int
    fee: int
    status: str
    sub_mchid: str


@dataclass(frozen=True)
class _Sheet:
    """A kind of bill: its headers, what a line holds, and what the line adds to each total."""

    columns: str
    totals: str
    counted: frozenset[int]
    read: Callable[[int, list[str], str, date], tuple[BillRow, tuple[int, ...]]]


# -- the file ------------------------------------------------------------------------------------


class BillFile:
    """A downloaded bill. Walk `rows` to the end, then its `digest` is known.

    `content` is the file as it came, packed or not; the digest is of what was unpacked.
    """

    def __init__(self, kind: BillKind, content: bytes, mchid: str, day: date) -> None:
        self.kind, self.mchid, self.day = kind, mchid, day
        self._content = content
        self._sha1 = hashlib.sha1(usedforsecurity=False)

    @property
    def digest(self) -> str:
        """SHA1 of the unpacked file, as far as it was read."""
        return self._sha1.hexdigest()

    def rows(self) -> Iterator[BillRow]:
        """The bill's lines. Raises BadBill, at the latest when the totals do not agree."""
        return _rows(_SHEETS[self.kind], self._lines(), self.mchid, self.day)

    def _lines(self) -> Iterator[tuple[int, str]]:
        """The lines that say something, with their number."""
        try:
            for number, raw in enumerate(self._pieces(), start=1):
                text = raw.decode("utf-8-sig" if number == 1 else "utf-8").strip("\r\n ")
                if text:
                    yield number, text
        except (OSError, EOFError, zlib.error) as error:
            raise BadBill("压缩文件已损坏") from error
        except UnicodeDecodeError as error:
            raise BadBill("不是 UTF-8 文本") from error

    def _pieces(self) -> Iterator[bytes]:
        file: io.BufferedIOBase = io.BytesIO(self._content)
        if self._content.startswith(b"\x1f\x8b"):
            file = gzip.GzipFile(fileobj=file)
        size = 0
        while line := file.readline(MOST_LINE):
            size += len(line)
            if len(line) == MOST_LINE or size > MOST_BYTES:
                raise BadBill("账单太大")
            self._sha1.update(line)
            yield line


def _rows(
    sheet: _Sheet, lines: Iterator[tuple[int, str]], mchid: str, day: date
) -> Iterator[BillRow]:
    number, header = next(lines, (1, ""))
    _check_header(sheet.columns, header, number)
    sums = [0] * width(sheet.totals)
    for number, text in lines:
        if not text.startswith("`"):
            _check_header(sheet.totals, text, number)
            _check_totals(sheet, sums, lines)
            return
        row, adds = sheet.read(number, _cells(text, sheet, number), mchid, day)
        sums = list(map(add, sums, adds))
        yield row
    raise BadBill("没有结尾的汇总，文件不完整", number)


def _check_header(wanted: str, text: str, number: int) -> None:
    plain = text.translate(_PLAIN).replace("子商户号", "特约商户号")
    if plain != wanted:
        raise BadBill("表头不认识", number)


def _check_totals(sheet: _Sheet, sums: Sequence[int], lines: Iterator[tuple[int, str]]) -> None:
    number, text = next(lines, (0, ""))
    said = text.removeprefix("`").split(",`")
    if len(said) != width(sheet.totals):
        raise BadBill("汇总的栏数不对", number)
    for position, (name, summed) in enumerate(zip(sheet.totals.split(","), sums, strict=True)):
        read = count if position in sheet.counted else thousandths
        if read(said[position], number) != summed:
            raise BadBill(f"“{name}”与各行之和不符", number)
    if next(lines, None) is not None:
        raise BadBill("汇总之后还有内容", number + 1)


def width(header: str) -> int:
    """How many columns a header has."""
    return header.count(",") + 1


def _cells(text: str, sheet: _Sheet, number: int) -> list[str]:
    cells, wanted = text[1:].split(",`"), width(sheet.columns)
    if sheet.columns is TRADE_COLUMNS and len(cells) > wanted:
        cells = [*cells[:_FREE_TEXT], "", "", *cells[-_AFTER_TEXT:]]
    if len(cells) != wanted:
        raise BadBill("栏数不对", number)
    return cells


# -- values --------------------------------------------------------------------------------------


def thousandths(text: str, line: int = 0) -> int:
    """Yuan as text (`12.30`, `-0.00600`, `5`) in whole 1/1000 fen. Raises BadBill."""
    value = _value(text)
    if value is None:
        raise BadBill(f"金额“{text[:20]}”不是数字", line)
    return value


@lru_cache(maxsize=10_000)
def _value(text: str) -> int | None:
    found = _MONEY.fullmatch(text)
    if found is None:
        return None
    sign, yuan, decimals = found.groups(default="")
    value = int(yuan) * 100 * FEN + int(decimals.ljust(5, "0"))
    return -value if sign else value


def fen(text: str, line: int = 0) -> int:
    """Yuan as text in whole fen. Raises BadBill for a fraction of a fen."""
    value, rest = divmod(thousandths(text, line), FEN)
    if rest:
        raise BadBill(f"金额“{text[:20]}”不足一分", line)
    return value


def count(text: str, line: int = 0) -> int:
    """A number of things; some are printed as `20.0`. Raises BadBill."""
    found = _COUNT.fullmatch(text)
    if found is None:
        raise BadBill(f"笔数“{text[:20]}”不是整数", line)
    return int(found[1])


def whole_fen(fee: int) -> int:
    """A fee in 1/1000 fen as it is charged: rounded half up to the fen, away from zero."""
    rounded = (abs(fee) + FEN // 2) // FEN
    return rounded if fee >= 0 else -rounded


def moment(text: str, line: int = 0) -> datetime:
    """`2026-11-24 09:30:00` on Shanghai's wall clock, as UTC. Raises BadBill."""
    try:
        if not _MOMENT.fullmatch(text):
            raise ValueError(text)
        there = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadBill(f"时间“{text[:20]}”看不懂", line) from error
    return there.replace(tzinfo=SHANGHAI).astimezone(UTC)


def _number(text: str, most: int, line: int) -> str:
    """An order's number, which must fit its column. A lone 0 means that there is none."""
    if len(text) > most:
        raise BadBill("单号太长", line)
    return "" if text == "0" else text


# -- the trade bill ------------------------------------------------------------------------------


def _trade(line: int, cells: list[str], mchid: str, day: date) -> tuple[BillRow, tuple[int, ...]]:
    if cells[2] != mchid:
        raise BadBill("商户号不是本商户", line)
    if cells[11] != "CNY":
        raise BadBill("不是人民币", line)
    at, state = moment(cells[0], line), cells[9]
    settled, refunded, coupon = (thousandths(cells[n], line) for n in (12, 16, 17))
    fee, asked, asked_back = (thousandths(cells[n], line) for n in (22, 24, 25))
    adds = (1, settled, refunded, coupon, fee, asked, asked_back)
    trade_no = _number(cells[6], 32, line)
    if state == "SUCCESS":
        if not cells[0].startswith(str(day)):
            raise BadBill("交易时间不在账单当日", line)
        numbers = (trade_no, _number(cells[5], 32, line))
        money = (fen(cells[24], line), fen(cells[12], line))
    elif state in ("REFUND", "REVOKED"):
        numbers = (_number(cells[15], 64, line), _number(cells[14], 32, line))
        money = (fen(cells[25], line), fen(cells[16], line))
    else:
        raise BadBill(f"交易状态“{state[:20]}”不认识", line)
    what = What.PAYMENT if state == "SUCCESS" else What.REFUND
    status = state if what is What.PAYMENT else cells[19][:16]
    sub_mchid = _number(cells[3], 32, line)
    charged = whole_fen(fee)
    return BillRow(line, what, at, *numbers, trade_no, *money, charged, status, sub_mchid), adds


# -- the fund-flow bill --------------------------------------------------------------------------

_MOVEMENTS = {("交易", "收入"): What.INCOME, ("退款", "支出"): What.OUTGO}


def _funds(line: int, cells: list[str], _: str, day: date) -> tuple[BillRow, tuple[int, ...]]:
    at, sort, direction = moment(cells[0], line), cells[4], cells[5]
    if not cells[0].startswith(str(day)):
        raise BadBill("记账时间不在账单当日", line)
    if direction not in ("收入", "支出"):
        raise BadBill(f"收支类型“{direction[:20]}”不认识", line)
    money, amount = thousandths(cells[6], line), fen(cells[6], line)
    is_income = direction == "收入"
    what, fee = _MOVEMENTS.get((sort, direction), What.OTHER), 0
    if "手续费" in sort:
        what, fee = What.FEE, -amount if is_income else amount
    numbers = (_number(cells[10], 64, line), _number(cells[1], 32, line))
    row = BillRow(line, what, at, *numbers, "", amount, amount, fee, direction, "")
    adds = (1, 1, money, 0, 0) if is_income else (1, 0, 0, 1, money)
    return row, adds


_SHEETS = {
    BillKind.TRADE: _Sheet(TRADE_COLUMNS, TRADE_TOTALS, frozenset({0}), _trade),
    BillKind.FUNDS: _Sheet(FUNDS_COLUMNS, FUNDS_TOTALS, frozenset({0, 1, 3}), _funds),
}
