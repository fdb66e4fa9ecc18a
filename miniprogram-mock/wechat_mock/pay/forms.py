"""Bodies and queries that merchants send; unknown names are ignored, as WeChat does."""

from datetime import date, datetime
from ipaddress import ip_address
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictInt,
    model_validator,
)

MOST_TOTAL = 1_000_000_000


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _notify_url(url: str) -> str:
    parts = urlsplit(url)
    is_open = parts.scheme == "https" or (
        parts.scheme == "http" and _is_loopback(parts.hostname or "")
    )
    if not is_open or not parts.hostname:
        raise ValueError("必须为https地址")
    if parts.query or parts.fragment or "?" in url or "#" in url:
        raise ValueError("不能携带参数")
    return url


def _rfc3339(value: Any) -> Any:
    if not isinstance(value, str):
        raise ValueError("not RFC 3339")  # noqa: TRY004 - pydantic wants ValueError
    datetime.strptime(value.replace("Z", "+00:00"), "%Y-%m-%dT%H:%M:%S%z")
    return value


def _currency(value: str) -> str:
    if value != "CNY":
        raise ValueError("仅支持CNY")
    return value


Number = Annotated[str, Field(pattern=r"^\d{6,32}$")]
Appid = Annotated[str, Field(min_length=1, max_length=32)]
Openid = Annotated[str, Field(min_length=1, max_length=128)]
OutTradeNo = Annotated[str, Field(pattern=r"^[0-9A-Za-z_\-|*]{6,32}$")]
OutRefundNo = Annotated[str, Field(pattern=r"^[0-9A-Za-z_\-|*@]{1,64}$")]
NotifyUrl = Annotated[str, Field(min_length=1, max_length=255), AfterValidator(_notify_url)]
Moment = Annotated[AwareDatetime, BeforeValidator(_rfc3339)]
Currency = Annotated[str, AfterValidator(_currency)]
Fen = Annotated[StrictInt, Field(ge=1, le=MOST_TOTAL)]


class Asked(BaseModel):
    """Whatever else is sent is ignored."""

    model_config = ConfigDict(extra="ignore", strict=False)


class Amount(Asked):
    """Fen."""

    total: Fen
    currency: Currency = "CNY"


class Payer(Asked):
    """A direct merchant's payer."""

    openid: Openid


class PartnerPayer(Asked):
    """A service provider's payer: by the provider's appid or by the sub-merchant's."""

    sp_openid: Openid | None = None
    sub_openid: Openid | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.sp_openid is None) == (self.sub_openid is None):
            raise ValueError("sp_openid和sub_openid必须二选一")
        return self


class _Prepay(Asked):
    description: Annotated[str, Field(min_length=1, max_length=127)]
    out_trade_no: OutTradeNo
    time_expire: Moment | None = None
    attach: Annotated[str, Field(max_length=128)] | None = None
    notify_url: NotifyUrl
    goods_tag: Annotated[str, Field(max_length=32)] | None = None
    support_fapiao: bool = False
    amount: Amount
    detail: dict[str, Any] | None = None
    scene_info: dict[str, Any] | None = None
    settle_info: dict[str, Any] | None = None


class Prepay(_Prepay):
    """POST /v3/pay/transactions/jsapi."""

    appid: Appid
    mchid: Number
    payer: Payer


class PartnerPrepay(_Prepay):
    """POST /v3/pay/partner/transactions/jsapi."""

    sp_appid: Appid
    sp_mchid: Number
    sub_appid: Appid | None = None
    sub_mchid: Number
    payer: PartnerPayer

    @model_validator(mode="after")
    def _whose(self) -> Self:
        if self.payer.sub_openid is not None and self.sub_appid is None:
            raise ValueError("传sub_openid时sub_appid必填")
        return self


class Direct(Asked):
    """Whose order, of a direct merchant."""

    mchid: Number


class Partner(Asked):
    """Whose order, of a service provider."""

    sp_mchid: Number
    sub_mchid: Number


class RefundAmount(Asked):
    """Fen: how much back, of how much."""

    refund: Fen
    total: Fen
    currency: Currency


class RefundAsked(Asked):
    """POST /v3/refund/domestic/refunds."""

    sub_mchid: Number | None = None
    transaction_id: Annotated[str, Field(min_length=1, max_length=32)] | None = None
    out_trade_no: OutTradeNo | None = None
    out_refund_no: OutRefundNo
    reason: Annotated[str, Field(max_length=80)] | None = None
    notify_url: NotifyUrl | None = None
    amount: RefundAmount

    @model_validator(mode="after")
    def _which(self) -> Self:
        if self.transaction_id is None and self.out_trade_no is None:
            raise ValueError("transaction_id和out_trade_no必须二选一")
        return self


class AbnormalRefund(Asked):
    """POST …/apply-abnormal-refund: where the money goes when it cannot go back."""

    sub_mchid: Number | None = None
    out_refund_no: OutRefundNo
    type: Literal["USER_BANK_CARD", "MERCHANT_BANK_CARD"]
    bank_type: Annotated[str, Field(pattern=r"^[A-Z_]{1,16}$")] | None = None
    bank_account: Annotated[str, Field(max_length=1024)] | None = None
    real_name: Annotated[str, Field(max_length=1024)] | None = None

    @model_validator(mode="after")
    def _card(self) -> Self:
        given = (self.bank_type, self.bank_account, self.real_name)
        if self.type == "USER_BANK_CARD" and None in given:
            raise ValueError("退款到用户银行卡时bank_type、bank_account、real_name必填")
        return self


class OfSubMerchant(Asked):
    """Query of a refund."""

    sub_mchid: Number | None = None


class TradeBill(Asked):
    """GET /v3/bill/tradebill."""

    bill_date: date
    bill_type: Literal["ALL", "SUCCESS", "REFUND"] = "ALL"
    tar_type: Literal["GZIP"] | None = None
    sub_mchid: Number | None = None


class FundFlowBill(Asked):
    """GET /v3/bill/fundflowbill."""

    bill_date: date
    account_type: Literal["BASIC", "OPERATION", "FEES"] = "BASIC"
    tar_type: Literal["GZIP"] | None = None
    sub_mchid: Number | None = None
