"""JSAPI orders: place, ask after, close; of direct merchants and of service providers."""

from typing import Any

from pydantic import BaseModel
from sanic import Blueprint

from wechat_mock.pay import forms
from wechat_mock.pay.books import ORDER_SECONDS, Order, moment
from wechat_mock.pay.edge import Call, interface
from wechat_mock.pay.errors import PayFault
from wechat_mock.pay.keys import Merchant

orders = Blueprint("pay_orders")

DIRECT = "/v3/pay/transactions"
PARTNER = "/v3/pay/partner/transactions"
LEAST_SECONDS = 60
SAID = {
    "SUCCESS": "支付成功",
    "REFUND": "转入退款",
    "NOTPAY": "订单未支付",
    "CLOSED": "订单已关闭",
    "USERPAYING": "用户支付中",
    "PAYERROR": "支付失败",
}


# -- place -------------------------------------------------------------------------------------
@interface(orders, "POST", f"{DIRECT}/jsapi")
async def jsapi(call: Call) -> dict[str, Any]:
    """Place an order, or get its prepay_id once more."""
    form = call.body(forms.Prepay)
    _check_number(call.merchant, form.mchid)
    _check_appid(call.merchant, form.appid)
    return {"prepay_id": _place(call, "", form)}


@interface(orders, "POST", f"{PARTNER}/jsapi")
async def partner_jsapi(call: Call) -> dict[str, Any]:
    """The same for a sub-merchant of a service provider."""
    form = call.body(forms.PartnerPrepay)
    _check_number(call.merchant, form.sp_mchid)
    check_sub_merchant(call.merchant, form.sub_mchid)
    _check_appid(call.merchant, form.sp_appid)
    return {"prepay_id": _place(call, form.sub_mchid, form)}


def _check_number(merchant: Merchant, mchid: str) -> None:
    if mchid != merchant.mchid:
        raise PayFault("PARAM_ERROR", "商户号与签名所用的商户号不一致")


def _check_appid(merchant: Merchant, appid: str) -> None:
    if appid not in merchant.appids:
        raise PayFault("APPID_MCHID_NOT_MATCH")


def check_sub_merchant(merchant: Merchant, sub_mchid: str | None) -> None:
    """Raise NO_AUTH unless the number is one of this provider's (or none is named)."""
    if sub_mchid and sub_mchid not in merchant.sub_mchids:
        raise PayFault("NO_AUTH", "特约商户号与服务商未绑定")


def _place(call: Call, sub_mchid: str, form: forms.Prepay | forms.PartnerPrepay) -> str:
    now, books = call.world.now(), call.books
    terms = form.model_dump(mode="json", exclude_none=True)
    old = books.orders.get((call.merchant.mchid, sub_mchid, form.out_trade_no))
    if old is not None:
        old.expire(now)
        _check_again(old, terms)
        return books.prepay(old, now)
    expires_at = form.time_expire.timestamp() if form.time_expire else now + ORDER_SECONDS
    if expires_at < now + LEAST_SECONDS:
        raise PayFault("PARAM_ERROR", "time_expire须晚于当前时间1分钟以上")
    order = Order(call.merchant, sub_mchid, terms, now, expires_at)
    books.keep(order)
    return books.prepay(order, now)


def _check_again(order: Order, terms: dict[str, Any]) -> None:
    if order.is_paid:
        raise PayFault("ORDERPAID")
    if order.state == "CLOSED":
        raise PayFault("ORDER_CLOSED")
    if terms != order.terms:
        raise PayFault("OUT_TRADE_NO_USED", "商户订单号重复：与首次下单的参数不一致")


# -- ask ---------------------------------------------------------------------------------------
def told(order: Order) -> dict[str, Any]:
    """A transaction as answers and notifications tell it."""
    said: dict[str, Any] = order.appids | order.mchids
    said |= {"out_trade_no": order.out_trade_no, "promotion_detail": []}
    said |= {"trade_state": order.state, "trade_state_desc": SAID[order.state]}
    said["amount"] = order.terms["amount"] | {"payer_currency": "CNY"}
    if "attach" in order.terms:
        said["attach"] = order.terms["attach"]
    if order.is_paid:
        said |= {
            "transaction_id": order.transaction_id,
            "trade_type": "JSAPI",
            "bank_type": order.bank_type,
            "success_time": moment(order.paid_at),
            "payer": order.terms["payer"],
        }
        said["amount"]["payer_total"] = order.total
    return said


def _own(call: Call, form: forms.Direct | forms.Partner) -> str:
    """The sub-merchant's number, empty for a direct merchant. Raises NO_AUTH for others'."""
    named = form.mchid if isinstance(form, forms.Direct) else form.sp_mchid
    if named != call.merchant.mchid:
        raise PayFault("NO_AUTH", "商户号与签名所用的商户号不一致")
    return "" if isinstance(form, forms.Direct) else form.sub_mchid


def _by_number(call: Call, form: type[BaseModel], out_trade_no: str) -> dict[str, Any]:
    sub_mchid = _own(call, call.query(form))  # type: ignore[arg-type]
    return told(call.books.find(call.merchant, sub_mchid, out_trade_no, call.world.now()))


def _by_id(call: Call, form: type[BaseModel], transaction_id: str) -> dict[str, Any]:
    sub_mchid = _own(call, call.query(form))  # type: ignore[arg-type]
    order = call.books.transactions.get(transaction_id)
    if order is None or (order.merchant, order.sub_mchid) != (call.merchant, sub_mchid):
        raise PayFault("ORDER_NOT_EXIST")
    return told(order)


@interface(orders, "GET", f"{DIRECT}/out-trade-no/{{out_trade_no}}")
async def query_by_number(call: Call, out_trade_no: str) -> dict[str, Any]:
    """An order by the merchant's number."""
    return _by_number(call, forms.Direct, out_trade_no)


@interface(orders, "GET", f"{PARTNER}/out-trade-no/{{out_trade_no}}")
async def partner_query_by_number(call: Call, out_trade_no: str) -> dict[str, Any]:
    """A sub-merchant's order by its number."""
    return _by_number(call, forms.Partner, out_trade_no)


@interface(orders, "GET", f"{DIRECT}/id/{{transaction_id}}")
async def query_by_id(call: Call, transaction_id: str) -> dict[str, Any]:
    """A paid order by WeChat's number."""
    return _by_id(call, forms.Direct, transaction_id)


@interface(orders, "GET", f"{PARTNER}/id/{{transaction_id}}")
async def partner_query_by_id(call: Call, transaction_id: str) -> dict[str, Any]:
    """A sub-merchant's paid order by WeChat's number."""
    return _by_id(call, forms.Partner, transaction_id)


# -- close -------------------------------------------------------------------------------------
def _close(call: Call, form: type[BaseModel], out_trade_no: str) -> None:
    sub_mchid = _own(call, call.body(form))  # type: ignore[arg-type]
    order = call.books.find(call.merchant, sub_mchid, out_trade_no, call.world.now())
    if order.is_paid:
        raise PayFault("ORDERPAID")
    order.state = "CLOSED"


@interface(orders, "POST", f"{DIRECT}/out-trade-no/{{out_trade_no}}/close")
async def close(call: Call, out_trade_no: str) -> None:
    """Nobody can pay it any more. Closing twice is fine."""
    _close(call, forms.Direct, out_trade_no)


@interface(orders, "POST", f"{PARTNER}/out-trade-no/{{out_trade_no}}/close")
async def partner_close(call: Call, out_trade_no: str) -> None:
    """The same for a sub-merchant's order."""
    _close(call, forms.Partner, out_trade_no)
