"""Refunds: ask for one, ask after it, and what becomes of it."""

from typing import Any

from sanic import Blueprint, Sanic

from wechat_mock import push
from wechat_mock.pay import forms, keys, notices
from wechat_mock.pay.books import Books, Notice, Order, Refund, digits, moment, share, yuan
from wechat_mock.pay.edge import Call, interface
from wechat_mock.pay.errors import PayFault
from wechat_mock.pay.orders import check_sub_merchant
from wechat_mock.world import World

refunds = Blueprint("pay_refunds")

PATH = "/v3/refund/domestic/refunds"
YEAR_SECONDS = 365 * 86_400
APART_SECONDS = 60
MOST_REFUNDS = 50


# -- ask for one -------------------------------------------------------------------------------
@interface(refunds, "POST", PATH)
async def create(call: Call) -> dict[str, Any]:
    """Send money back; the same number again answers the first refund."""
    form = call.body(forms.RefundAsked)
    check_sub_merchant(call.merchant, form.sub_mchid)
    order = _order_of(call, form)
    key = (call.merchant.mchid, order.sub_mchid, form.out_refund_no)
    if (old := call.books.refunds.get(key)) is not None:
        if (old.order, old.terms["amount"]) != (order, form.amount.model_dump()):
            raise PayFault("PARAM_ERROR", "订单金额或退款金额与之前请求不一致，请核实后再试")
        return told(old)
    now = call.world.now()
    _check(order, form, now)
    refund = _accept(call.books, order, form, now)
    call.books.refunds[key] = refund
    _finish_in_time(call.request.app, refund)
    return told(refund)


def _order_of(call: Call, form: forms.RefundAsked) -> Order:
    sub_mchid = form.sub_mchid or ""
    if form.transaction_id is not None:
        order = call.books.transactions.get(form.transaction_id)
    else:
        order = call.books.orders.get((call.merchant.mchid, sub_mchid, form.out_trade_no or ""))
    if order is None or (order.merchant, order.sub_mchid) != (call.merchant, sub_mchid):
        raise PayFault("RESOURCE_NOT_EXISTS", "订单不存在")
    if form.out_trade_no not in (None, order.out_trade_no):
        raise PayFault("PARAM_ERROR", "transaction_id与out_trade_no不是同一笔订单")
    return order


def _check(order: Order, form: forms.RefundAsked, now: float) -> None:
    if not order.is_paid:
        raise PayFault("INVALID_REQUEST", "订单未支付，不能退款")
    if form.amount.total != order.total:
        raise PayFault("INVALID_REQUEST", "订单金额与支付时不一致")
    if now - order.paid_at > YEAR_SECONDS:
        raise PayFault("INVALID_REQUEST", "订单已超过一年，不能退款")
    if form.amount.refund > order.total - order.refunded():
        raise PayFault("INVALID_REQUEST", "申请退款金额大于可退金额")
    if len(order.refunds) >= MOST_REFUNDS:
        raise PayFault("INVALID_REQUEST", "部分退款次数已达50次")
    if order.refunds and now - order.refunds[-1].made_at < APART_SECONDS:
        raise PayFault("FREQUENCY_LIMITED", "同一订单多次退款须间隔1分钟")


def _accept(books: Books, order: Order, form: forms.RefundAsked, now: float) -> Refund:
    amount = form.amount.refund
    is_last = order.refunded() + amount == order.total
    returned = sum(refund.fee for refund in order.refunds if refund.state != "CLOSED")
    rest = order.fee - returned
    fee = rest if is_last else min(share(amount, order.merchant.fee_rate), rest)
    if books.balance(order.account) < amount - fee:
        raise PayFault("NOT_ENOUGH")
    terms = form.model_dump(mode="json", exclude_none=True)
    number = digits("503", 29)
    refund = Refund(order, form.out_refund_no, amount, fee, now, terms, number)
    memo = f"退款总金额{yuan(amount)}元;含手续费{yuan(fee)}元"
    books.book(order, now, ("退款", fee - amount, memo, form.out_refund_no))
    order.refunds.append(refund)
    order.state = "REFUND"
    return refund


# -- ask after it ------------------------------------------------------------------------------
def told(refund: Refund) -> dict[str, Any]:
    """A refund as answers tell it."""
    order = refund.order
    said: dict[str, Any] = {
        "refund_id": refund.refund_id,
        "out_refund_no": refund.out_refund_no,
        "transaction_id": order.transaction_id,
        "out_trade_no": order.out_trade_no,
        "channel": "ORIGINAL",
        "user_received_account": refund.received_by,
        "create_time": moment(refund.made_at),
        "status": refund.state,
        "funds_account": "UNSETTLED",
        "amount": _amount(refund)
        | {
            "settlement_refund": refund.amount,
            "settlement_total": order.total,
            "discount_refund": 0,
            "currency": "CNY",
        },
        "promotion_detail": [],
    }
    if refund.state == "SUCCESS":
        said["success_time"] = moment(refund.finished_at)
    return said


def _amount(refund: Refund) -> dict[str, Any]:
    total, amount = refund.order.total, refund.amount
    return {"total": total, "refund": amount, "payer_total": total, "payer_refund": amount}


def find(books: Books, key: tuple[str, str, str]) -> Refund:
    """A refund by (mchid, sub_mchid, out_refund_no). Raises RESOURCE_NOT_EXISTS."""
    refund = books.refunds.get(key)
    if refund is None:
        raise PayFault("RESOURCE_NOT_EXISTS", "退款单不存在")
    return refund


@interface(refunds, "GET", f"{PATH}/{{out_refund_no}}")
async def query(call: Call, out_refund_no: str) -> dict[str, Any]:
    """A refund by the merchant's number."""
    sub_mchid = call.query(forms.OfSubMerchant).sub_mchid
    check_sub_merchant(call.merchant, sub_mchid)
    return told(find(call.books, (call.merchant.mchid, sub_mchid or "", out_refund_no)))


# -- what becomes of it ------------------------------------------------------------------------
def _finish_in_time(app: Sanic[Any, Any], refund: Refund) -> None:
    world: World = app.ctx.world
    seconds = world.pay.policy.refund_seconds
    if seconds is not None:
        push.later(app, _finish_at(app, refund, world.now() + seconds))


async def _finish_at(app: Sanic[Any, Any], refund: Refund, due: float) -> None:
    world: World = app.ctx.world
    books = world.pay
    await world.wait_until(due)
    if world.pay is books and refund.state == "PROCESSING":
        finish(app, refund, "SUCCESS")


def finish(app: Sanic[Any, Any], refund: Refund, state: str) -> None:
    """The refund ends as SUCCESS, CLOSED or ABNORMAL; the merchant is told."""
    world: World = app.ctx.world
    refund.state, refund.finished_at = state, world.now()
    if state == "CLOSED":
        memo = f"退款退回{yuan(refund.amount)}元;含手续费{yuan(refund.fee)}元"
        line = ("退款退回", refund.amount - refund.fee, memo, refund.out_refund_no)
        world.pay.book(refund.order, world.now(), line)
    if "notify_url" in refund.terms:
        notices.announce(app, notice(refund, world.now()))


def notice(refund: Refund, now: float) -> Notice:
    """The notification of a refund's end, to the address that its request named."""
    order = refund.order
    url = str(refund.terms.get("notify_url") or order.terms.get("notify_url", ""))
    said = {"SUCCESS": "退款成功", "CLOSED": "退款关闭", "ABNORMAL": "退款异常"}
    resource: dict[str, Any] = order.mchids | {
        "transaction_id": order.transaction_id,
        "out_trade_no": order.out_trade_no,
        "refund_id": refund.refund_id,
        "out_refund_no": refund.out_refund_no,
        "refund_status": refund.state,
        "user_received_account": refund.received_by,
        "amount": _amount(refund),
    }
    if refund.state == "SUCCESS":
        resource["success_time"] = moment(refund.finished_at)
    event, summary = f"REFUND.{refund.state}", said.get(refund.state, "退款处理中")
    return Notice(notices.new_id(), order, url, event, "refund", summary, resource, now)


def _card(call: Call, form: forms.AbnormalRefund) -> str:
    """Who receives it then, in WeChat's words. Raises PARAM_ERROR for what is not sealed for us."""
    if form.type == "MERCHANT_BANK_CARD":
        return "商户银行账户"
    wanted = call.request.headers.get("wechatpay-serial", "")
    signer = call.books.platform.signer(call.merchant.mode, wanted)
    try:
        account = keys.unsealed(signer.key, form.bank_account or "")
        keys.unsealed(signer.key, form.real_name or "")
    except ValueError as error:
        raise PayFault("PARAM_ERROR", "敏感信息解密失败，请用微信支付公钥加密") from error
    if not account.isdecimal():
        raise PayFault("PARAM_ERROR", "bank_account须为银行卡号")
    return f"{form.bank_type}{account[-4:]}"


@interface(refunds, "POST", f"{PATH}/{{refund_id}}/apply-abnormal-refund")
async def apply_abnormal(call: Call, refund_id: str) -> dict[str, Any]:
    """An abnormal refund is sent elsewhere."""
    form = call.body(forms.AbnormalRefund)
    key = (call.merchant.mchid, form.sub_mchid or "", form.out_refund_no)
    refund = find(call.books, key)
    if refund.refund_id != refund_id:
        raise PayFault("RESOURCE_NOT_EXISTS", "退款单不存在")
    if refund.state != "ABNORMAL":
        raise PayFault("INVALID_REQUEST", "退款单不是异常状态")
    refund.received_by = _card(call, form)
    refund.state = "PROCESSING"
    _finish_in_time(call.request.app, refund)
    return told(refund)
