"""Bills as WeChat writes them, for tests: rows of a day as CSV in yuan with back-ticks."""

import gzip
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from backend.integrations.wechat_bills import (
    FUNDS_COLUMNS,
    FUNDS_TOTALS,
    TRADE_COLUMNS,
    TRADE_TOTALS,
)

MCHID = "1900000109"


def yuan(fen: int, decimals: int = 2) -> str:
    """Fen as WeChat prints yuan."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02}" + "0" * (decimals - 2)


@dataclass(frozen=True)
class Trade:
    """A line of the trade bill: a payment, or a refund when it has a `refund_no`."""

    out_trade_no: str
    amount: int
    transaction_id: str = ""
    fee: int = 0
    coupon: int = 0
    refund_no: str = ""
    refund_id: str = ""
    refund_status: str = "SUCCESS"
    sub_mchid: str = "0"
    title: str = "物业费"
    time: str = "09:30:00"

    @property
    def settled(self) -> int:
        return self.amount - self.coupon

    def cells(self, day: date) -> list[str]:
        taken, back = (0, self.amount) if self.refund_no else (self.amount, 0)
        settled = 0 if self.refund_no else self.settled
        head = [f"{day} {self.time}", "wx0000000000demo01", MCHID, self.sub_mchid, ""]
        head += [self.transaction_id or f"4200{self.out_trade_no}"[:32], self.out_trade_no, "o-1"]
        head += ["JSAPI", "REFUND" if self.refund_no else "SUCCESS", "OTHERS", "CNY"]
        refund = [self.refund_id or f"5030{self.refund_no}"[:32], self.refund_no]
        refund = refund if self.refund_no else ["0", "0"]
        kind = ["ORIGINAL", self.refund_status] if self.refund_no else ["", ""]
        money = [yuan(settled), yuan(0 if self.refund_no else self.coupon), *refund]
        money += [yuan(self.settled if self.refund_no else 0), yuan(0), *kind, self.title, ""]
        return [*head, *money, yuan(self.fee, 5), "0.60%", yuan(taken), yuan(back), ""]

    def funds(self) -> list["Move"]:
        """What the fund-flow bill says of it: the money, and the fee."""
        if self.refund_no:
            number = self.refund_id or f"5030{self.refund_no}"[:32]
            return [Move("退款", "支出", self.settled + self.fee, number, self.refund_no)]
        number = self.transaction_id or f"4200{self.out_trade_no}"[:32]
        moves = [Move("交易", "收入", self.settled, number, self.out_trade_no)]
        if self.fee:
            moves.append(Move("扣除交易手续费", "支出", self.fee, number, self.out_trade_no))
        return moves


@dataclass(frozen=True)
class Move:
    """A line of the fund-flow bill."""

    sort: str
    direction: str
    amount: int
    number: str
    voucher: str

    def cells(self, day: date) -> list[str]:
        names = [self.number, f"f{self.number}"[:32], "交易", self.sort, self.direction]
        return [f"{day} 09:30:00", *names, yuan(self.amount), "100.00", "system", "", self.voucher]


@dataclass(frozen=True)
class Style:
    """How the file is written."""

    mark: bool = False
    end: str = "\n"
    packed: bool = True


PLAIN = Style()


def trade_bill(day: date, trades: Sequence[Trade], style: Style = PLAIN) -> bytes:
    """The trade bill of a day."""
    payments = [one for one in trades if not one.refund_no]
    refunds = [one for one in trades if one.refund_no]
    totals = [
        str(len(trades)),
        yuan(sum(one.settled for one in payments)),
        yuan(sum(one.settled for one in refunds)),
        yuan(0),
        yuan(sum(one.fee for one in trades), 5),
        yuan(sum(one.amount for one in payments)),
        yuan(sum(one.amount for one in refunds)),
    ]
    return _file(TRADE_COLUMNS, [one.cells(day) for one in trades], TRADE_TOTALS, totals, style)


def funds_bill(day: date, moves: Sequence[Move], style: Style = PLAIN) -> bytes:
    """The fund-flow bill of a day."""
    taken = [one.amount for one in moves if one.direction == "收入"]
    given = [one.amount for one in moves if one.direction == "支出"]
    totals = [str(len(moves)), str(len(taken)), yuan(sum(taken))]
    totals += [f"{len(given)}.0", yuan(sum(given))]
    return _file(FUNDS_COLUMNS, [one.cells(day) for one in moves], FUNDS_TOTALS, totals, style)


def bills(day: date, trades: Sequence[Trade], style: Style = PLAIN) -> tuple[bytes, bytes]:
    """Both bills of a day that agree with each other."""
    moves = [move for one in trades for move in one.funds()]
    return trade_bill(day, trades, style), funds_bill(day, moves, style)


def _file(
    columns: str, rows: Sequence[Sequence[str]], totals: str, sums: Sequence[str], style: Style
) -> bytes:
    lines = [columns, *(_ticked(one) for one in rows), totals, _ticked(sums)]
    text = style.end.join([*lines, ""])
    content = (b"\xef\xbb\xbf" if style.mark else b"") + text.encode()
    return gzip.compress(content, 1) if style.packed else content


def _ticked(cells: Sequence[str]) -> str:
    return ",".join(f"`{one}" for one in cells)


def digest(content: bytes) -> str:
    """The SHA1 that WeChat gives beside a file: of what is inside."""
    try:
        inside = gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content
    except EOFError:  # a file cut off
        inside = b""
    return hashlib.sha1(inside, usedforsecurity=False).hexdigest()


def with_another(trades: Sequence[Trade], position: int, **changes: object) -> list[Trade]:
    """The trades, one of them changed."""
    changed = list(trades)
    changed[position] = replace(changed[position], **changes)  # type: ignore[arg-type]
    return changed
