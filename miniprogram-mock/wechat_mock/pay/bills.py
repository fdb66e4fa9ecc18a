"""Bills of a day, in yuan: every trade, every move of the account's funds."""

import gzip
import hashlib
import secrets
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from sanic import Blueprint, HTTPResponse, response

from wechat_mock.pay import forms
from wechat_mock.pay.books import SHANGHAI, BillEdit, Books, Flow, Order, Refund, moment, yuan
from wechat_mock.pay.edge import Call, interface
from wechat_mock.pay.errors import PayFault
from wechat_mock.pay.orders import check_sub_merchant

bills = Blueprint("pay_bills")

READY_AT = time(10)
OLDEST = timedelta(days=92)
LINK_SECONDS = 300
DAY_SECONDS = 86_400
MOST_LINKS = 100
START = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,"
    "交易状态,付款银行,货币种类,应结订单金额,代金券金额"
)
OF_REFUND = "微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态"
GOODS = "商品名称,商户数据包,手续费,费率,订单金额"
TRADE_HEADS = {
    "ALL": f"{START},{OF_REFUND},{GOODS},申请退款金额,费率备注",
    "SUCCESS": f"{START},{GOODS},费率备注",
    "REFUND": f"{START},退款申请时间,退款成功时间,{OF_REFUND},{GOODS},申请退款金额,费率备注",
}
TRADE_SUMMARY = (
    "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
)
FLOW_HEAD = (
    "记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),"
    "账户结余(元),资金变更提交申请人,备注,业务凭证号"
)
FLOW_SUMMARY = "资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额"
Row = dict[str, str]


class Entry(NamedTuple):
    """A row of the trade bill and what it adds to the sums, in fen."""

    at: float
    row: Row
    paid: int
    back: int
    fee: int


# -- ask for one -------------------------------------------------------------------------------
@interface(bills, "GET", "/v3/bill/tradebill")
async def trade_bill(call: Call) -> dict[str, Any]:
    """Where the day's trades can be had."""
    form = call.query(forms.TradeBill)
    check_sub_merchant(call.merchant, form.sub_mchid)
    _check_day(form.bill_date, call.world.now())
    content = _edited(call.books, form.sub_mchid or call.merchant.mchid, form.bill_date, "trade")
    if content is None:
        content = _trades(call, form)
    return _offer(call, content, is_zipped=form.tar_type == "GZIP")


@interface(bills, "GET", "/v3/bill/fundflowbill")
async def fund_flow_bill(call: Call) -> dict[str, Any]:
    """Where the day's moves of the account's funds can be had."""
    form = call.query(forms.FundFlowBill)
    check_sub_merchant(call.merchant, form.sub_mchid)
    _check_day(form.bill_date, call.world.now())
    account = form.sub_mchid or call.merchant.mchid
    content = _edited(call.books, account, form.bill_date, "fundflow")
    if content is None:
        is_basic = form.account_type == "BASIC"
        content = _flows(call.books, account, form.bill_date) if is_basic else b""
    if not content:
        raise PayFault("NO_STATEMENT_EXIST")
    return _offer(call, content, is_zipped=form.tar_type == "GZIP")


def _check_day(day: date, now: float) -> None:
    there = datetime.fromtimestamp(now, SHANGHAI)
    if day >= there.date() or day < there.date() - OLDEST:
        raise PayFault("PARAM_ERROR", "bill_date须为三个月内且早于今天的日期")
    if day == there.date() - timedelta(days=1) and there.time() < READY_AT:
        raise PayFault("STATEMENT_CREATING", "账单生成中，请于10点后再试")


def _edited(books: Books, account: str, day: date, kind: str) -> bytes | None:
    return edit_of(books, account, day, kind).content


def edit_of(books: Books, account: str, day: date, kind: str) -> BillEdit:
    """What the control plane changed in that bill."""
    return books.edits.get((account, day.isoformat(), kind), BillEdit())


def _offer(call: Call, content: bytes, *, is_zipped: bool) -> dict[str, Any]:
    """The hash is over the text, be it zipped for the way or not."""
    digest = hashlib.sha1(content).hexdigest()  # noqa: S324 - WeChat's own
    token = secrets.token_urlsafe(32)
    downloads = call.books.downloads
    while len(downloads) >= MOST_LINKS:
        downloads.pop(next(iter(downloads)))
    packed = gzip.compress(content, mtime=0) if is_zipped else content
    downloads[token] = (call.merchant.mchid, call.world.now() + LINK_SECONDS, packed)
    base = f"{call.request.scheme}://{call.request.host}"
    url = f"{base}/v3/billdownload/file?token={token}"
    return {"hash_type": "SHA1", "hash_value": digest, "download_url": url}


@interface(bills, "GET", "/v3/billdownload/file", signed=False)
async def download(call: Call) -> HTTPResponse:
    """The bill itself: the request is signed, the answer is not."""
    mchid, ends_at, content = call.books.downloads.get(
        str(call.request.args.get("token") or ""), ("", 0.0, b"")
    )
    if mchid != call.merchant.mchid or call.world.now() >= ends_at:
        raise PayFault("NO_AUTH", "下载链接无效或已过期")
    return response.raw(content, content_type="application/octet-stream")


# -- write it ----------------------------------------------------------------------------------
@lru_cache(maxsize=8)
def _midnight(day: date) -> float:
    return datetime.combine(day, time(), SHANGHAI).timestamp()


def _is_on(day: date, seconds: float) -> bool:
    return _midnight(day) <= seconds < _midnight(day) + DAY_SECONDS


def _clock(seconds: float) -> str:
    return moment(seconds)[:19].replace("T", " ") if seconds else ""


def _text(books: Books, head: str, rows: Iterable[str], summary: tuple[str, list[str]]) -> bytes:
    end = "\r\n" if books.policy.bill_crlf else "\n"
    lines = [head, *rows, summary[0], ",".join(f"`{value}" for value in summary[1])]
    bom = "\ufeff" if books.policy.bill_bom else ""
    return (bom + "".join(line + end for line in lines)).encode()


def _fee(fen: int) -> str:
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}000"


def _common(order: Order) -> Row:
    """What a payment's row and a refund's row share."""
    payer = order.terms["payer"]
    appids = order.appids
    return {
        "公众账号ID": appids.get("sp_appid") or appids.get("appid", ""),
        "商户号": order.merchant.mchid,
        "特约商户号": order.sub_mchid or "0",
        "微信订单号": order.transaction_id,
        "商户订单号": order.out_trade_no,
        "用户标识": payer.get("openid") or payer.get("sp_openid") or payer.get("sub_openid", ""),
        "交易类型": "JSAPI",
        "付款银行": order.bank_type,
        "货币种类": "CNY",
        "商品名称": _plain(order.terms["description"]),
        "商户数据包": _plain(order.terms.get("attach", "")),
        "费率": f"{order.merchant.fee_rate * 100:.2f}%",
    }


def _paid_row(order: Order, total: int) -> Row:
    return _common(order) | {
        "交易时间": _clock(order.paid_at),
        "交易状态": "SUCCESS",
        "应结订单金额": yuan(total),
        "订单金额": yuan(total),
        "手续费": _fee(order.fee),
    }


def _refund_row(refund: Refund, amount: int) -> Row:
    return _common(refund.order) | {
        "交易时间": _clock(refund.made_at),
        "交易状态": "REFUND",
        "退款申请时间": _clock(refund.made_at),
        "退款成功时间": _clock(refund.finished_at) if refund.state == "SUCCESS" else "",
        "微信退款单号": refund.refund_id,
        "商户退款单号": refund.out_refund_no,
        "退款金额": yuan(amount),
        "申请退款金额": yuan(amount),
        "退款类型": "ORIGINAL",
        "退款状态": {"SUCCESS": "SUCCESS", "PROCESSING": "PROCESSING"}.get(refund.state, "FAIL"),
        "手续费": _fee(-refund.fee),
    }


def _trades(call: Call, form: forms.TradeBill) -> bytes:
    """Payments of the day and refunds accepted on it, in the order of time."""
    books, day = call.books, form.bill_date
    edit = edit_of(books, form.sub_mchid or call.merchant.mchid, day, "trade")
    found: list[Entry] = []
    for order in books.orders.values():
        if order.merchant is not call.merchant or form.sub_mchid not in (None, order.sub_mchid):
            continue
        if form.bill_type != "REFUND" and order.is_paid and _is_on(day, order.paid_at):
            found += _paid_entry(order, edit)
        if form.bill_type != "SUCCESS":
            dated = [refund for refund in order.refunds if _is_on(day, refund.made_at)]
            found += [entry for refund in dated for entry in _refund_entry(refund, edit)]
    if not found:
        raise PayFault("NO_STATEMENT_EXIST")
    found.sort(key=lambda entry: entry.at)
    head = TRADE_HEADS[form.bill_type]
    rows = _lines(head, (entry.row for entry in found))
    paid, back = sum(entry.paid for entry in found), sum(entry.back for entry in found)
    fees = sum(entry.fee for entry in found)
    sums = [str(len(found)), yuan(paid), yuan(back), "0.00", _fee(fees), yuan(paid), yuan(back)]
    return _text(books, head, rows, (TRADE_SUMMARY, sums))


def _paid_entry(order: Order, edit: BillEdit) -> list[Entry]:
    if order.out_trade_no in edit.omit:
        return []
    total = edit.amounts.get(order.out_trade_no, order.total)
    return [Entry(order.paid_at, _paid_row(order, total), total, 0, order.fee)]


def _refund_entry(refund: Refund, edit: BillEdit) -> list[Entry]:
    if refund.out_refund_no in edit.omit:
        return []
    amount = edit.amounts.get(refund.out_refund_no, refund.amount)
    return [Entry(refund.made_at, _refund_row(refund, amount), 0, amount, -refund.fee)]


def _lines(head: str, rows: Iterable[Row]) -> Iterator[str]:
    columns = [(name, "0.00" if "金额" in name else "") for name in head.split(",")]
    for row in rows:
        yield ",".join(f"`{row.get(name, usual)}" for name, usual in columns)


def _plain(value: str) -> str:
    """A comma or a line's end would break the row: WeChat leaves them out."""
    return value.translate({ord(","): " ", ord("\r"): " ", ord("\n"): " "})


def _flows(books: Books, account: str, day: date) -> bytes:
    edit = edit_of(books, account, day, "fundflow")
    found = [
        flow
        for flow in books.flows
        if flow.account == account and _is_on(day, flow.at) and flow.voucher not in edit.omit
    ]
    if not found:
        return b""
    amounts = [_flow_amount(flow, edit) for flow in found]
    income = [amount for amount in amounts if amount > 0]
    spent = [-amount for amount in amounts if amount < 0]
    sums = [len(found), len(income), yuan(sum(income)), len(spent), yuan(sum(spent))]
    rows = (_flow_line(flow, amount) for flow, amount in zip(found, amounts, strict=True))
    return _text(books, FLOW_HEAD, rows, (FLOW_SUMMARY, [str(value) for value in sums]))


def _flow_amount(flow: Flow, edit: BillEdit) -> int:
    is_fee = flow.name == "扣除交易手续费"
    return flow.amount if is_fee else edit.amounts.get(flow.voucher, flow.amount)


def _flow_line(flow: Flow, amount: int) -> str:
    values = (
        _clock(flow.at),
        flow.business,
        flow.number,
        flow.name,
        flow.name,
        "收入" if amount > 0 else "支出",
        yuan(abs(amount)),
        yuan(flow.balance),
        "system",
        _plain(flow.memo),
        flow.voucher,
    )
    return ",".join(f"`{value}" for value in values)
