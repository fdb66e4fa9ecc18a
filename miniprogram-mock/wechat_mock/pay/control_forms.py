"""Bodies of the control plane's requests about payments."""

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from wechat_mock.forms import Form, Openid
from wechat_mock.pay.forms import Fen, OutTradeNo

Mchid = Annotated[str, Field(pattern=r"^\d{6,32}$")]


class PayParams(Form):
    """What the mini-program handed to ``wx.requestPayment``."""

    appId: str | None = None  # noqa: N815 - WeChat's name
    timeStamp: str  # noqa: N815
    nonceStr: str  # noqa: N815
    package: str
    signType: str = "MD5"  # noqa: N815 - what WeChat assumes
    paySign: str  # noqa: N815


class Pay(Form):
    """What a person does in the pay sheet: by the sheet's parameters, or by the prepay_id alone.

    ``linger``: stays at the password (USERPAYING). ``openid``: who holds the phone. ``quietly``:
    no notification is ever sent.
    """

    params: PayParams | None = None
    prepay_id: str | None = None
    openid: Openid | None = None
    result: Literal["pay", "fail", "cancel", "linger"] = "pay"
    bank_type: Annotated[str, Field(pattern=r"^[A-Z_]{1,32}$")] = "OTHERS"
    quietly: bool = False

    @model_validator(mode="after")
    def _something(self) -> Self:
        if (self.params is None) == (self.prepay_id is None):
            raise ValueError("either params or prepay_id")
        return self


class Stray(Form):
    """A paid order that the merchant's own system never placed (a collection code on a wall)."""

    mchid: Mchid
    sub_mchid: Mchid | None = None
    out_trade_no: OutTradeNo
    total: Fen
    openid: Openid = "oSomebodyElse"
    description: Annotated[str, Field(min_length=1, max_length=127)] = "收款码"
    paid_seconds_ago: Annotated[float, Field(ge=0, le=400 * 86_400)] = 0


class Whose(Form):
    """An account whose orders or notifications are meant."""

    mchid: Mchid
    sub_mchid: Mchid | None = None


class RefundEnd(Whose):
    """How a refund ends."""

    out_refund_no: str
    status: Literal["SUCCESS", "ABNORMAL", "CLOSED"] = "SUCCESS"


class PolicyChange(Form):
    """How the platform behaves from now on; what is not named stays. See ``books.Policy``."""

    is_silent: bool | None = None
    is_holding: bool | None = None
    delay_seconds: Annotated[float, Field(ge=0, le=86_400)] | None = None
    copies: Annotated[int, Field(ge=1, le=100)] | None = None
    refund_seconds: Annotated[float, Field(ge=0, le=30 * 86_400)] | Literal["never"] | None = None
    bill_bom: bool | None = None
    bill_crlf: bool | None = None


class Release(Form):
    """Let held notifications go, one after the other: these ids, or all, in this order."""

    ids: Annotated[list[str], Field(max_length=10_000)] | None = None
    order: Literal["as_made", "reversed", "shuffled"] = "as_made"


class Forgery(Form):
    """What is wrong with a notification. Nothing named: nothing is.

    ``resource`` changes the content before it is sealed and signed by the true keys (an amount, a
    mchid, an appid that is not ours); ``envelope`` the outer object; ``apiv3_key`` seals with
    another key, ``associated_data`` says another one than was sealed with. ``age_seconds`` shifts
    the signed time into the past (negative: the future). ``tampers`` changes the bytes after
    signing; ``without`` leaves headers out.
    """

    resource: dict[str, Any] = Field(default_factory=dict)
    envelope: dict[str, Any] = Field(default_factory=dict)
    apiv3_key: Annotated[str, Field(pattern=r"^[\x21-\x7e]{32}$")] | None = None
    associated_data: str | None = None
    age_seconds: float = 0
    serial: str | None = None
    signature: str | None = None
    signed_by_stranger: bool = False
    is_probe: bool = False
    tampers: bool = False
    without: list[str] = Field(default_factory=list)

    @property
    def reseals(self) -> bool:
        """Whether the body must be another one."""
        other_key = self.apiv3_key or self.associated_data is not None
        return bool(self.resource or self.envelope or other_key)


class Send(Form):
    """Send a notification again, ``times`` in all, ``parallel`` or one by one, perhaps forged.

    Named by its id, or by the order (or refund) that it is about; an order that is not paid can be
    told as if it were: ``resource`` then says what is claimed.
    """

    id: str | None = None
    mchid: Mchid | None = None
    sub_mchid: Mchid | None = None
    out_trade_no: str | None = None
    out_refund_no: str | None = None
    times: Annotated[int, Field(ge=1, le=1000)] = 1
    is_parallel: bool = False
    has_new_id: bool = False
    forge: Forgery | None = None

    @model_validator(mode="after")
    def _which(self) -> Self:
        if self.id is None and (
            self.mchid is None or not (self.out_trade_no or self.out_refund_no)
        ):
            raise ValueError("id, or mchid with out_trade_no or out_refund_no")
        return self


class BillChange(Form):
    """What a day's bill shows otherwise: orders left out, other amounts, or another text at all."""

    account: Mchid
    bill_date: date
    kind: Literal["trade", "fundflow"] = "trade"
    omit: list[str] = Field(default_factory=list)
    amounts: dict[str, int] = Field(default_factory=dict)
    content: Annotated[str, Field(max_length=1_000_000)] | None = None


class MerchantChange(Form):
    """What an account holds, in fen."""

    account: Mchid
    balance: Annotated[int, Field(ge=0)]
