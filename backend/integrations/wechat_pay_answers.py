"""What WeChat Pay says of payments and refunds, in answers and notifications alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

PAID = frozenset({"SUCCESS", "REFUND"})
"""Trade states of an order that was paid; REFUND: and something of it went back."""


class Unreadable(ValueError):
    """A genuine message that lacks what it must have."""


@dataclass(frozen=True)
class Transaction:
    """An order at WeChat. `mchid` is who signs for it, `sub_mchid` who gets the money (partner
    mode); `amount` in fen. Who paid is not kept: we know by our own books."""

    number: str
    state: str
    appid: str
    mchid: str
    sub_mchid: str
    amount: int
    currency: str
    transaction_id: str
    paid_at: datetime | None

    @property
    def is_paid(self) -> bool:
        return self.state in PAID

    @property
    def receiver(self) -> str:
        """Whose account has the money."""
        return self.sub_mchid or self.mchid


@dataclass(frozen=True)
class RefundState:
    """A refund at WeChat: SUCCESS, CLOSED, PROCESSING or ABNORMAL; amounts in fen."""

    number: str
    refund_id: str
    state: str
    amount: int
    total: int
    transaction_id: str
    payment_number: str
    mchid: str
    """Empty in answers: there the account is the asker's own."""
    finished_at: datetime | None


@dataclass(frozen=True)
class Prepay:
    """What `wx.requestPayment` takes."""

    time_stamp: str
    nonce: str
    package: str
    sign_type: str
    pay_sign: str


def transaction(said: Mapping[str, Any]) -> Transaction:
    """Read one. Raises Unreadable."""
    amount = _part(said, "amount")
    return Transaction(
        number=_text(said, "out_trade_no"),
        state=_text(said, "trade_state"),
        appid=str(said.get("appid") or said.get("sp_appid") or ""),
        mchid=str(said.get("mchid") or said.get("sp_mchid") or ""),
        sub_mchid=str(said.get("sub_mchid") or ""),
        amount=_fen(amount, "total") if amount else 0,
        currency=str(amount.get("currency", "CNY")),
        transaction_id=str(said.get("transaction_id") or "")[:64],
        paid_at=_moment(said.get("success_time")),
    )


def refund(said: Mapping[str, Any]) -> RefundState:
    """Read one; in notifications the state is called `refund_status`. Raises Unreadable."""
    amount = _part(said, "amount")
    return RefundState(
        number=_text(said, "out_refund_no"),
        refund_id=str(said.get("refund_id") or "")[:64],
        state=str(said.get("status") or _text(said, "refund_status")),
        amount=_fen(amount, "refund"),
        total=_fen(amount, "total"),
        transaction_id=str(said.get("transaction_id") or "")[:64],
        payment_number=str(said.get("out_trade_no") or ""),
        mchid=str(said.get("sub_mchid") or said.get("mchid") or said.get("sp_mchid") or ""),
        finished_at=_moment(said.get("success_time")),
    )


def _text(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name)
    if not isinstance(value, str) or not 1 <= len(value) <= 64:
        raise Unreadable(f"{name} is missing")
    return value


def _part(said: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = said.get(name) or {}
    if not isinstance(value, Mapping):
        raise Unreadable(f"{name} is no object")
    return value


def _fen(said: Mapping[str, Any], name: str) -> int:
    value = said.get(name)
    if type(value) is not int or not 0 <= value < 2**53:
        raise Unreadable(f"amount.{name} is no amount")
    return value


def _moment(value: Any) -> datetime | None:
    if not value:
        return None
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise Unreadable("success_time is no moment") from error
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
