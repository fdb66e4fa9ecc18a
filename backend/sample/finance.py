"""Four days of a firm's money through WeChat, with the bills that WeChat gives of them: all of it
through the services, then set back in time. Most days agree; two hold something to be ruled.

Runs in the transaction that writes the city, after whatever else moved money.
"""

import gzip
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

from backend.core import clock
from backend.core.actor import SYSTEM, Actor, Role
from backend.core.clock import SHANGHAI
from backend.core.database import execute, marks, rows
from backend.core.jobs import Job
from backend.engines.books import service as books
from backend.engines.books.models import BookDay
from backend.engines.books.schemas import Close
from backend.engines.payments import service as payments
from backend.engines.payments.service import Line, Method, Money, Payment
from backend.engines.quarantines import service as quarantines
from backend.engines.quarantines.service import Said
from backend.engines.quarantines.states import Why
from backend.engines.refunds import service as refunds
from backend.engines.refunds.service import Refund, RefundLine
from backend.engines.settlements import service as settlements
from backend.engines.settlements.models import Difference
from backend.engines.settlements.schemas import Ruling
from backend.engines.wechat_bills import service as wechat_bills
from backend.engines.wechat_bills.models import BillKind, WechatBill, WechatBillStatus
from backend.foundation.areas.models import Level
from backend.integrations.wechat_bills import (
    FUNDS_COLUMNS,
    FUNDS_TOTALS,
    TRADE_COLUMNS,
    TRADE_TOTALS,
    thousandths,
    whole_fen,
)
from backend.sample.city import City
from backend.sample.people import People
from backend.settings import settings

SEED = 44
DAYS = 4
PAYMENTS = 7
"""A day."""
TITLES = (
    "地面临时停车费",
    "装修垃圾清运费",
    "门禁卡补办",
    "有偿维修：更换水龙头",
    "快递代收柜月费",
)
PRICES = (500, 1_000, 2_000, 3_500, 12_000, 30_000)
APPID = "wx0000000000demo01"
Cells = list[str]


@dataclass
class _Day:
    """What WeChat saw on a day: lines of its two bills."""

    day: date
    trades: list[Cells] = field(default_factory=list)
    moves: list[Cells] = field(default_factory=list)


class _Till:
    """The firm at whose till all this happens."""

    def __init__(self, payee: payments.Payee, path: str, residents: Sequence[int]) -> None:
        self.payee, self.path, self.residents = payee, path, residents
        self.mchid = settings().wechat_pay_mchid
        self.random = Random(SEED)  # noqa: S311 - a sample, not a secret

    async def open(self, moment: datetime) -> Payment:
        """Somebody is to pay something."""
        title, amount = self.random.choice(TITLES), self.random.choice(PRICES)
        made = await payments.open_payment(
            Actor(self.random.choice(self.residents)),
            purpose="counter",
            payee_id=self.payee.id,
            title=title,
            lines=[Line("sample", title, amount, self.payee.account)],
            area_path=self.path,
        )
        expires = moment + timedelta(minutes=30)
        await Payment.filter(id=made.id).update(created_at=moment, expires_at=expires)
        return made

    async def pay(self, moment: datetime) -> Payment:
        """Somebody pays something through WeChat."""
        made = await self.open(moment)
        money = Money(Method.WECHAT, f"wechat:{self.mchid}", moment, _theirs(made), self.mchid)
        paid = await payments.settle(made, money)
        await _set_back([f"payment:{paid.id}"], moment)
        return paid

    async def give_back(self, payment: Payment, moment: datetime) -> Refund:
        """All of it goes back."""
        line = RefundLine("sample", payment.amount)
        key = f"sample:{payment.id}"
        one = await refunds.refund(SYSTEM, payment.id, key=key, lines=[line], reason="重复缴费")
        one = await refunds.succeed(one, SYSTEM, wechat_id=f"50{one.number}"[:32])
        await Refund.filter(id=one.id).update(created_at=moment, finished_at=moment)
        await _set_back([f"refund:{one.id}:held", f"refund:{one.id}:done"], moment)
        return one


def _theirs(payment: Payment) -> str:
    return f"42{payment.number}"[:32]


async def _set_back(keys: Sequence[str], moment: datetime) -> None:
    """It was posted then."""
    found = await rows(f"SELECT id FROM ledgers_posting WHERE `key` IN ({marks(keys)})", *keys)  # noqa: S608
    for row in found:
        await execute("UPDATE ledgers_posting SET at = ? WHERE id = ?", moment, row["id"])
        await execute("UPDATE ledgers_entry SET at = ? WHERE posting_id = ?", moment, row["id"])


# -- WeChat's side ---------------------------------------------------------------------------------


def _yuan(fen: int, zeros: str = "") -> str:
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02}{zeros}"


def _at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), SHANGHAI)


def _fee(amount: int) -> int:
    """0.6 %, halves rounded up."""
    return (amount * 6 + 500) // 1000


def _trade(mchid: str, payment: Payment, at: datetime, refund: Refund | None = None) -> Cells:
    """The line of a payment, or of its refund."""
    taken, back = (0, payment.amount) if refund else (payment.amount, 0)
    fee = -_fee(back) if refund else _fee(taken)
    numbers = [refund.wechat_id or "", refund.number] if refund else ["0", "0"]
    state = ["ORIGINAL", "SUCCESS"] if refund else ["", ""]
    head = [f"{at:%Y-%m-%d %H:%M:%S}", APPID, mchid, "0", "", _theirs(payment), payment.number]
    head += ["", "JSAPI", "REFUND" if refund else "SUCCESS", "OTHERS", "CNY", _yuan(taken), "0.00"]
    tail = [payment.title, "", _yuan(fee, "000"), "0.60%", _yuan(taken), _yuan(back), ""]
    return [*head, *numbers, _yuan(back), "0.00", *state, *tail]


def _moves(at: datetime, payment: Payment, refund: Refund | None = None) -> list[Cells]:
    """What the account gained or lost by it."""
    fee = _fee(payment.amount)
    if refund:
        number, net = refund.wechat_id or "", payment.amount - fee
        return [_move(at, number, ("退款", "支出", net, refund.number))]
    number = _theirs(payment)
    income = _move(at, number, ("交易", "收入", payment.amount, payment.number))
    return [income, _move(at, number, ("扣除交易手续费", "支出", fee, payment.number))]


def _move(at: datetime, number: str, said: tuple[str, str, int, str]) -> Cells:
    name, direction, amount, voucher = said
    when = f"{at:%Y-%m-%d %H:%M:%S}"
    names = [number, f"19{number}"[:32], name, name, direction]
    return [when, *names, _yuan(amount), "100.00", "system", "", voucher]


def _files(seen: _Day) -> dict[BillKind, bytes]:
    """Both bills as files."""

    def total(column: int, cells: Sequence[Cells]) -> int:
        return sum(whole_fen(thousandths(one[column])) for one in cells)

    sums = [total(column, seen.trades) for column in (12, 16, 17, 22, 24, 25)]
    said = [_yuan(one, "000" if place == 3 else "") for place, one in enumerate(sums)]
    trade = _file(TRADE_COLUMNS, seen.trades, TRADE_TOTALS, [str(len(seen.trades)), *said])
    income = [one for one in seen.moves if one[5] == "收入"]
    outgo = [one for one in seen.moves if one[5] == "支出"]
    counted = [str(len(seen.moves)), str(len(income)), _yuan(total(6, income))]
    counted += [str(len(outgo)), _yuan(total(6, outgo))]
    return {
        BillKind.TRADE: trade,
        BillKind.FUNDS: _file(FUNDS_COLUMNS, seen.moves, FUNDS_TOTALS, counted),
    }


def _file(columns: str, cells: Sequence[Cells], totals: str, sums: Cells) -> bytes:
    lines = [columns, *(_ticked(one) for one in cells), totals, _ticked(sums), ""]
    return "\r\n".join(lines).encode()


def _ticked(cells: Cells) -> str:
    return ",".join(f"`{one}" for one in cells)


# -- what happens ----------------------------------------------------------------------------------


async def live(city: City, crowd: People) -> str:
    """Let the days pass; a line about them. Nothing that would follow from them is left."""
    mark = int((await rows("SELECT COALESCE(MAX(id), 0) AS id FROM core_job"))[0]["id"])
    compound = city.at(Level.COMPOUND)[0]
    firm, path = crowd.firms[compound.id], compound.path or ""
    residents = [one.user_id for one in crowd.neighbours if (one.area.path or "").startswith(path)]
    payee = await payments.payee("firm", firm.id, firm.name)
    till = _Till(payee, path, residents)
    last = clock.local(city.now).date()
    days = [await _business(till, last - timedelta(days=n)) for n in range(DAYS, 0, -1)]
    await _trouble(till, days)
    await _before_a_person(till, days[-1])
    for seen in days:
        await _settle(till.mchid, seen)
    while await books.write_due() == books.DAYS_AT_ONCE:
        pass  # months, where bills of the last quarters were paid
    accountants = crowd.at(Role.ACCOUNTANT, compound)
    if accountants:
        await _rule(accountants[0].actor, payee.id, days)
    await Job.filter(id__gt=mark).delete()
    waiting = await Difference.filter(status="open").count()
    return f"{DAYS} 天的微信账单，{waiting} 条差异待认定"


async def _business(till: _Till, day: date) -> _Day:
    """A day on which all agrees: payments, and one of them given back."""
    seen = _Day(day)
    for number in range(PAYMENTS):
        at = _at(day, 8 + number, till.random.randrange(60))
        payment = await till.pay(at)
        seen.trades.append(_trade(till.mchid, payment, at))
        seen.moves += _moves(at, payment)
    at += timedelta(minutes=40)
    refund = await till.give_back(payment, at)
    seen.trades.append(_trade(till.mchid, payment, at, refund))
    seen.moves += _moves(at, payment, refund)
    return seen


async def _trouble(till: _Till, days: Sequence[_Day]) -> None:
    """A payment over midnight, one with another amount, one that we never heard of, a wrong fee."""
    second, third, fourth = days[1:]
    late = await till.pay(_at(second.day, 23, 59))
    midnight = _at(third.day, 0)
    third.trades.append(_trade(till.mchid, late, midnight))
    third.moves += _moves(midnight, late)
    second.trades[0][12] = second.trades[0][24] = _yuan(PRICES[0] + 1)
    second.moves[0][6] = second.trades[0][12]
    at = _at(third.day, 15)
    missed = await till.open(at)
    await payments.close(SYSTEM, missed.id)
    third.trades.append(_trade(till.mchid, missed, at))
    third.moves += _moves(at, missed)
    fourth.moves[1][6] = "0.01" if fourth.moves[1][6] != "0.01" else "0.02"


async def _settle(mchid: str, seen: _Day) -> None:
    """The bills arrive the next morning and are compared."""
    came = _at(seen.day + timedelta(days=1), 10, 5)
    for kind, content in _files(seen).items():
        one = await WechatBill.create(
            mchid=mchid,
            day=str(seen.day),
            kind=kind,
            status=WechatBillStatus.DUE,
            created_at=came,
        )
        digest = hashlib.sha1(content, usedforsecurity=False).hexdigest()
        await wechat_bills.load(one, gzip.compress(content), digest)
    await settlements.compare(mchid, str(seen.day))
    day = str(seen.day)
    await WechatBill.filter(day=day).update(loaded_at=came, compared_at=came)
    await Difference.filter(day=day).update(created_at=came)
    name = f"wechat-fees:{mchid}:{day}:%"
    fees = await rows("SELECT `key` FROM ledgers_posting WHERE `key` LIKE ?", name)
    if fees and came < clock.now():
        await _set_back([row["key"] for row in fees], came)


async def _rule(accountant: Actor, payee_id: int, days: Sequence[_Day]) -> None:
    """The accountant closed the first day, and ruled what was found on the second."""
    first = await BookDay.get_or_none(payee_id=payee_id, day=str(days[0].day))
    if first is not None:
        await books.close(accountant, first.id, Close())
    grounds = "商户平台上当日做过一笔调账，已与微信核对并留存截图"
    for one in await Difference.filter(day=str(days[1].day), status="open"):
        await settlements.rule(accountant, one.id, "explain", Ruling(grounds=grounds))
    said = _at(days[1].day + timedelta(days=1), 11, 20)
    await Difference.filter(ruling="explain").update(ruled_at=said)


async def _before_a_person(till: _Till, seen: _Day) -> None:
    """A refund that WeChat could not deliver, and money of another amount than was asked for."""
    at = _at(seen.day, 16)
    payment = await till.pay(at)
    seen.trades.append(_trade(till.mchid, payment, at))
    seen.moves += _moves(at, payment)
    line = RefundLine("sample", payment.amount)
    one = await refunds.refund(
        SYSTEM, payment.id, key="sample:stuck", lines=[line], reason="取消服务"
    )
    await refunds.turn_abnormal(
        one, "住户的收款账户已注销，微信退不进去", wechat_id=_theirs(payment)
    )
    await _set_back([f"refund:{one.id}:held"], at + timedelta(minutes=20))
    waiting = await till.open(at)
    said = Said("payment", waiting.number, _theirs(waiting), till.mchid, waiting.amount + 100)
    await quarantines.keep(said, Why.AMOUNT, waiting)
