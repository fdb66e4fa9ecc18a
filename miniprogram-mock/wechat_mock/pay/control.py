"""The control plane of payments: what payers do, how refunds end, what bills show."""

from collections.abc import Callable
from typing import Any

from sanic import Blueprint, HTTPResponse, Request, response

from wechat_mock.control import Refused, order
from wechat_mock.edge import argument, world_of
from wechat_mock.forms import Form
from wechat_mock.pay import control_forms as forms
from wechat_mock.pay import keys, notices, orders, refunds
from wechat_mock.pay.bills import edit_of
from wechat_mock.pay.books import PREPAY_SECONDS, Books, Order, Refund, moment
from wechat_mock.pay.errors import PayFault
from wechat_mock.world import World

pay_control = Blueprint("pay_control", url_prefix="/control/pay")

MOST_LISTED = 500
OK = "requestPayment:ok"
FAIL = "requestPayment:fail"
CANCEL = "requestPayment:fail cancel"


def refuse(text: str) -> Refused:
    """A refusal that says why."""
    return Refused(-1, text)


def lookup(find: Callable[[], Any]) -> Any:
    """What was found, or why not, said as the control plane says it."""
    try:
        return find()
    except PayFault as fault:
        raise refuse(str(fault.body["message"])) from fault


# -- the payer ---------------------------------------------------------------------------------
@pay_control.post("/pay")
@order(forms.Pay)
async def pay(request: Request, world: World, form: forms.Pay) -> dict[str, Any]:
    """What ``wx.requestPayment`` ends with; a person's "no" is an answer too, so it is a 200."""
    try:
        found = _sheet(world, form)
    except Refused as refused:
        return {"errMsg": f"{FAIL} {refused.body['errMsg']}"}
    if form.result == "cancel":
        return {"errMsg": CANCEL}
    if form.result == "fail":
        return {"errMsg": f"{FAIL} 支付失败，银行拒绝了这笔交易"}
    if form.result == "linger":
        found.state = "USERPAYING"
        return {"errMsg": CANCEL, "trade_state": found.state}
    world.pay.settle(found, world.now(), form.bank_type)
    if not form.quietly:
        notices.announce(request.app, notices.payment(found, world.now()))
    return {"errMsg": OK, "transaction_id": found.transaction_id}


def _sheet(world: World, form: forms.Pay) -> Order:
    """The order that the person is asked to pay. Raises Refused when no sheet would open."""
    prepay_id = form.prepay_id or ""
    if form.params is not None:
        prepay_id = form.params.package.removeprefix("prepay_id=")
    found = _payable(world, prepay_id)
    if form.params is not None:
        _check_signature(found, form.params)
    payer = found.terms["payer"].values()
    if form.openid is not None and form.openid not in payer:
        raise refuse("当前支付账号与下单账号不一致")
    return found


def _payable(world: World, prepay_id: str) -> Order:
    found = world.pay.prepaid.get(prepay_id)
    if found is None:
        raise refuse("prepay_id不存在")
    found.expire(world.now())
    if found.is_paid:
        raise refuse("该订单已支付")
    if found.state == "CLOSED":
        raise refuse("订单已关闭或已过期")
    if world.now() - found.prepaid_at >= PREPAY_SECONDS:
        raise refuse("prepay_id已过期")
    return found


def _check_signature(found: Order, params: forms.PayParams) -> None:
    if params.signType != "RSA":
        raise refuse("signType须为RSA")
    if not params.package.startswith("prepay_id="):
        raise refuse("package格式错误")
    if not params.timeStamp.isdecimal():
        raise refuse("timeStamp须为秒数的字符串")
    appids = [params.appId] if params.appId else list(found.appids.values())
    for appid in appids:
        parts = (appid, params.timeStamp, params.nonceStr, params.package)
        text = "".join(f"{part}\n" for part in parts).encode()
        is_known = appid in found.appids.values()
        if is_known and keys.is_signed(found.merchant.public_key, text, params.paySign):
            return
    raise refuse("支付验证签名失败")


@pay_control.get("/sheet")
async def sheet(request: Request) -> HTTPResponse:
    """What the pay sheet shows for a ``prepay_id``."""
    world = world_of(request)
    try:
        found = _payable(world, argument(request, "prepay_id"))
    except Refused as refused:
        return response.json(refused.body, status=404)
    return response.json(_order_view(found))


# -- the merchant ------------------------------------------------------------------------------
def _order_view(found: Order) -> dict[str, Any]:
    said = orders.told(found) | {
        "payee": found.merchant.name_of(found.sub_mchid),
        "description": found.terms["description"],
        "payer": found.terms["payer"],
        "prepay_id": found.prepay_id,
        "expires_at": moment(found.expires_at),
        "refunds": [_refund_view(refund) for refund in found.refunds],
    }
    return said | ({"fee": found.fee} if found.is_paid else {})


def _refund_view(refund: Refund) -> dict[str, Any]:
    return refunds.told(refund) | {"fee": refund.fee}


def last(items: list[Any], request: Request) -> list[Any]:
    """The newest first, as many as asked for."""
    limit = argument(request, "limit")
    count = min(int(limit), MOST_LISTED) if limit.isdecimal() else MOST_LISTED
    return items[::-1][:count]


@pay_control.get("/orders")
async def order_list(request: Request) -> HTTPResponse:
    """Orders, newest first; ``mchid`` and ``out_trade_no`` narrow it."""
    mchid, number = argument(request, "mchid"), argument(request, "out_trade_no")
    found = [
        known
        for (owner, _, out_trade_no), known in world_of(request).pay.orders.items()
        if mchid in ("", owner) and number in ("", out_trade_no)
    ]
    return response.json({"items": [_order_view(known) for known in last(found, request)]})


@pay_control.get("/refunds")
async def refund_list(request: Request) -> HTTPResponse:
    """Refunds, newest first; ``out_refund_no`` narrows it."""
    number = argument(request, "out_refund_no")
    known = world_of(request).pay.refunds.values()
    found = [refund for refund in known if number in ("", refund.out_refund_no)]
    return response.json({"items": [_refund_view(refund) for refund in last(found, request)]})


@pay_control.post("/orders")
@order(forms.Stray)
async def stray(_: Request, world: World, form: forms.Stray) -> dict[str, Any]:
    """A paid order that nobody placed through the interfaces; bills show it, nobody is told."""
    merchant = merchant_of(world.pay, form.mchid)
    sub_mchid = form.sub_mchid or ""
    if (form.mchid, sub_mchid, form.out_trade_no) in world.pay.orders:
        raise refuse("out_trade_no is in use")
    now = world.now() - form.paid_seconds_ago
    names = ("sp_appid",) if sub_mchid else ("appid",)
    terms: dict[str, Any] = dict.fromkeys(names, min(merchant.appids))
    terms |= {"out_trade_no": form.out_trade_no, "description": form.description}
    terms |= {"amount": {"total": form.total, "currency": "CNY"}}
    terms |= {"payer": {"sp_openid" if sub_mchid else "openid": form.openid}}
    found = Order(merchant, sub_mchid, terms, now, now + 1)
    world.pay.keep(found)
    world.pay.settle(found, now, "OTHERS")
    return _order_view(found)


def merchant_of(books: Books, mchid: str) -> keys.Merchant:
    """Raise Refused unless there is such a merchant."""
    if mchid not in books.merchants:
        raise refuse("no such merchant")
    return books.merchants[mchid]


@pay_control.post("/balance")
@order(forms.MerchantChange)
async def balance(_: Request, world: World, form: forms.MerchantChange) -> dict[str, Any]:
    """What an account holds from now on."""
    world.pay.balances[form.account] = form.balance
    return {"account": form.account, "balance": form.balance}


@pay_control.post("/refunds/finish")
@order(forms.RefundEnd)
async def finish(request: Request, world: World, form: forms.RefundEnd) -> dict[str, Any]:
    """A refund that is processing ends."""
    key = (form.mchid, form.sub_mchid or "", form.out_refund_no)
    refund: Refund = lookup(lambda: refunds.find(world.pay, key))
    if refund.state != "PROCESSING":
        raise refuse(f"the refund is {refund.state}")
    refunds.finish(request.app, refund, form.status)
    return _refund_view(refund)


@pay_control.post("/policy")
@order(forms.PolicyChange)
async def policy(_: Request, world: World, form: forms.PolicyChange) -> dict[str, Any]:
    """Change how the platform behaves; answers all of it."""
    for name, value in form.model_dump(exclude_unset=True).items():
        setattr(world.pay.policy, name, None if value == "never" else value)
    return dict(vars(world.pay.policy))


@pay_control.post("/bills")
@order(forms.BillChange)
async def bill(_: Request, world: World, form: forms.BillChange) -> dict[str, Any]:
    """Change what a day's bill shows; what was changed before stays changed."""
    edit = edit_of(world.pay, form.account, form.bill_date, form.kind)
    edit.omit |= set(form.omit)
    edit.amounts |= form.amounts
    if form.content is not None:
        edit.content = form.content.encode()
    world.pay.edits[(form.account, form.bill_date.isoformat(), form.kind)] = edit
    return {"edits": len(world.pay.edits)}


@pay_control.post("/keys/rotate")
@order(Form)
async def rotate(_: Request, world: World, __: Form) -> dict[str, Any]:
    """The platform signs with a new key from now on."""
    platform = world.pay.platform
    platform.rotate()
    return {
        "public_key_id": platform.public_key_id,
        "public_key": platform.public_pem,
        "certificate_serial": platform.certificates[-1].serial,
    }


@pay_control.get("/keys")
async def public_keys(request: Request) -> HTTPResponse:
    """The platform's public key, as a merchant downloads it from the console."""
    platform = world_of(request).pay.platform
    return response.json(
        {"public_key_id": platform.public_key_id, "public_key": platform.public_pem}
    )
