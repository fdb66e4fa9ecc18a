"""What WeChat Pay remembers, in fen: merchants, orders, refunds, each account's funds."""

import secrets
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import Any

from wechat_mock.pay.errors import PayFault
from wechat_mock.pay.keys import Merchant, Platform

SHANGHAI = timezone(timedelta(hours=8))
PREPAY_SECONDS = 7200
ORDER_SECONDS = 7 * 86_400
MOST_ORDERS = 300_000
MOST_NOTICES = 50_000


def moment(seconds: float) -> str:
    """RFC 3339 as WeChat writes it: Shanghai's time, to the second."""
    return datetime.fromtimestamp(seconds, SHANGHAI).isoformat(timespec="seconds")


def digits(prefix: str, length: int) -> str:
    """A number of WeChat's own: long, and never twice."""
    missing = length - len(prefix)
    return prefix + str(secrets.randbelow(10**missing)).zfill(missing)


def share(amount: int, rate: Decimal) -> int:
    """The fee on an amount, in fen, halves rounded up."""
    return int((amount * rate).quantize(Decimal(1), ROUND_HALF_UP))


@dataclass(eq=False)
class Order:
    """A transaction. ``terms`` is what was asked for: asking again must say the same.

    ``payer`` is WeChat's object of that name; ``state`` its trade_state.
    """

    merchant: Merchant
    sub_mchid: str
    terms: dict[str, Any]
    made_at: float
    expires_at: float
    prepay_id: str = ""
    prepaid_at: float = 0.0
    state: str = "NOTPAY"
    transaction_id: str = ""
    bank_type: str = ""
    paid_at: float = 0.0
    fee: int = 0
    refunds: list["Refund"] = field(default_factory=list)

    @property
    def out_trade_no(self) -> str:
        return str(self.terms["out_trade_no"])

    @property
    def total(self) -> int:
        return int(self.terms["amount"]["total"])

    @property
    def account(self) -> str:
        """Whose money it is."""
        return self.sub_mchid or self.merchant.mchid

    @property
    def appids(self) -> dict[str, str]:
        """The applications' numbers, as answers carry them."""
        names = ("sp_appid", "sub_appid") if self.sub_mchid else ("appid",)
        return {name: self.terms[name] for name in names if self.terms.get(name)}

    @property
    def mchids(self) -> dict[str, str]:
        """The merchants' numbers, as answers carry them."""
        if self.sub_mchid:
            return {"sp_mchid": self.merchant.mchid, "sub_mchid": self.sub_mchid}
        return {"mchid": self.merchant.mchid}

    @property
    def is_paid(self) -> bool:
        return bool(self.transaction_id)

    def refunded(self) -> int:
        """What went back or is on its way, in fen."""
        return sum(refund.amount for refund in self.refunds if refund.state != "CLOSED")

    def expire(self, now: float) -> None:
        """Close by time."""
        if not self.is_paid and self.state != "CLOSED" and now >= self.expires_at:
            self.state = "CLOSED"


@dataclass(eq=False)
class Refund:
    """Money on its way back. ``fee`` is what WeChat gives back of its own."""

    order: Order
    out_refund_no: str
    amount: int
    fee: int
    made_at: float
    terms: dict[str, Any]
    refund_id: str
    state: str = "PROCESSING"
    finished_at: float = 0.0
    received_by: str = "支付用户零钱"


@dataclass(frozen=True)
class Flow:
    """A line of an account's funds; ``amount`` is signed, ``balance`` what was left then."""

    account: str
    at: float
    number: str
    business: str
    name: str
    amount: int
    balance: int
    memo: str
    voucher: str


@dataclass(eq=False)
class Notice:
    """A notification: one id however often it is tried."""

    id: str
    order: Order
    url: str
    event_type: str
    kind: str
    summary: str
    resource: dict[str, Any]
    made_at: float
    body: str = ""
    state: str = "waiting"
    next_at: float | None = None
    attempts: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Policy:
    """How the platform behaves until told otherwise.

    ``copies``: how often each notification is sent at first. ``refund_seconds``: None leaves
    refunds in PROCESSING until the control plane decides.
    """

    is_silent: bool = False
    is_holding: bool = False
    delay_seconds: float = 0.0
    copies: int = 1
    refund_seconds: float | None = 3.0
    bill_bom: bool = True
    bill_crlf: bool = True


@dataclass
class BillEdit:
    """What the control plane changes in a day's bill: whole text, hidden orders, other amounts."""

    content: bytes | None = None
    omit: set[str] = field(default_factory=set)
    amounts: dict[str, int] = field(default_factory=dict)


@dataclass
class Books:
    """One platform's memory."""

    merchants: dict[str, Merchant] = field(default_factory=dict)
    orders: OrderedDict[tuple[str, str, str], Order] = field(default_factory=OrderedDict)
    prepaid: dict[str, Order] = field(default_factory=dict)
    transactions: dict[str, Order] = field(default_factory=dict)
    refunds: dict[tuple[str, str, str], Refund] = field(default_factory=dict)
    flows: deque[Flow] = field(default_factory=lambda: deque(maxlen=2 * MOST_ORDERS))
    balances: dict[str, int] = field(default_factory=dict)
    notices: OrderedDict[str, Notice] = field(default_factory=OrderedDict)
    policy: Policy = field(default_factory=Policy)
    edits: dict[tuple[str, str, str], BillEdit] = field(default_factory=dict)
    downloads: dict[str, tuple[str, float, bytes]] = field(default_factory=dict)

    @cached_property
    def platform(self) -> Platform:
        """Made at first use: a key takes a while, and most tests never pay."""
        return Platform()

    def add(self, merchant: Merchant) -> None:
        """A merchant signs up."""
        self.merchants[merchant.mchid] = merchant

    def fresh(self) -> "Books":
        """The same keys and merchants, nothing remembered."""
        books = Books(self.merchants)
        if "platform" in self.__dict__:
            books.platform = self.platform
        return books

    # -- orders ------------------------------------------------------------------------------
    def find(self, merchant: Merchant, sub_mchid: str, out_trade_no: str, now: float) -> Order:
        """A merchant's own order by its own number. Raises ORDER_NOT_EXIST."""
        order = self.orders.get((merchant.mchid, sub_mchid, out_trade_no))
        if order is None:
            raise PayFault("ORDER_NOT_EXIST")
        order.expire(now)
        return order

    def keep(self, order: Order) -> None:
        """Remember an order; the oldest are forgotten when there are very many."""
        while len(self.orders) >= MOST_ORDERS:
            _, old = self.orders.popitem(last=False)
            self.prepaid.pop(old.prepay_id, None)
            self.transactions.pop(old.transaction_id, None)
        self.orders[(order.merchant.mchid, order.sub_mchid, order.out_trade_no)] = order

    def prepay(self, order: Order, now: float) -> str:
        """The order's prepay_id: the same within two hours, then a new one."""
        if not order.prepay_id or now - order.prepaid_at >= PREPAY_SECONDS:
            self.prepaid.pop(order.prepay_id, None)
            order.prepay_id = digits("wx", 36)
            order.prepaid_at = now
            self.prepaid[order.prepay_id] = order
        return order.prepay_id

    def settle(self, order: Order, now: float, bank_type: str) -> None:
        """The payer's money is here."""
        order.state, order.paid_at, order.bank_type = "SUCCESS", now, bank_type
        order.transaction_id = digits("4200", 28)
        self.transactions[order.transaction_id] = order
        order.fee = share(order.total, order.merchant.fee_rate)
        memo = f"结算总金额{yuan(order.total)}元;含手续费{yuan(order.fee)}元"
        self.book(order, now, ("交易", order.total, memo, order.out_trade_no))
        if order.fee:
            self.book(order, now, ("扣除交易手续费", -order.fee, "", order.out_trade_no))

    # -- money -------------------------------------------------------------------------------
    def balance(self, account: str) -> int:
        """What an account holds now, in fen; it may have begun with something."""
        return self.balances.get(account, 0)

    def book(self, order: Order, now: float, line: tuple[str, int, str, str]) -> None:
        """Write a line (name, signed amount, memo, voucher) of an account's funds."""
        name, amount, memo, voucher = line
        account = order.account
        self.balances[account] = left = self.balance(account) + amount
        number, business = digits("1900", 28), order.transaction_id
        self.flows.append(Flow(account, now, number, business, name, amount, left, memo, voucher))


def yuan(fen: int) -> str:
    """Yuan with two decimals, as bills write them."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"
