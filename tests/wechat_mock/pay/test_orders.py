"""Orders: every rule of their fields, asking again, paying, expiry, service providers."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.wechat_mock.pay.conftest import (
    APPID,
    JSAPI,
    MCHID,
    PARTNER,
    SUB,
    Client,
    key,
    prepay_body,
)
from wechat_mock.pay import keys

PARTNER_JSAPI = "/v3/pay/partner/transactions/jsapi"
BY_NUMBER = "/v3/pay/transactions/out-trade-no"


def soon(**delta: float) -> str:
    return (datetime.now(UTC) + timedelta(**delta)).strftime("%Y-%m-%dT%H:%M:%S+00:00")


def partner_body(**changes: Any) -> dict[str, Any]:
    body = prepay_body(sp_appid=APPID, sp_mchid=PARTNER, sub_mchid=SUB)
    body["payer"] = {"sp_openid": "oResident1"}
    return {name: value for name, value in body.items() if name not in ("appid", "mchid")} | changes


async def state(client: Client, number: str) -> str:
    return str((await client.get(f"{BY_NUMBER}/{number}?mchid={client.mchid}"))["trade_state"])


# -- fields --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("description", ""),
        ("description", "字" * 128),
        ("description", None),
        ("out_trade_no", "12345"),
        ("out_trade_no", "1" * 33),
        ("out_trade_no", "bill 0001"),
        ("out_trade_no", "账单000001"),
        ("out_trade_no", "bill/0001"),
        ("out_trade_no", "bill@0001"),
        ("time_expire", "2026-11-24 10:00:00"),
        ("time_expire", "2026-11-24T10:00:00"),
        ("time_expire", 1_800_000_000),
        ("time_expire", {"seconds": 30}),
        ("time_expire", {"days": -1}),
        ("attach", "a" * 129),
        ("notify_url", "http://example.com/notify"),
        ("notify_url", "https://example.com/notify?a=1"),
        ("notify_url", "https://example.com/notify#a"),
        ("notify_url", "https://example.com/" + "a" * 240),
        ("notify_url", "ftp://127.0.0.1/"),
        ("notify_url", "notify"),
        ("notify_url", None),
        ("goods_tag", "a" * 33),
        ("amount", {"total": 0}),
        ("amount", {"total": -1}),
        ("amount", {"total": 1.5}),
        ("amount", {"total": "100"}),
        ("amount", {"total": True}),
        ("amount", {"total": 10**12}),
        ("amount", {"total": 1, "currency": "USD"}),
        ("amount", {}),
        ("amount", None),
        ("payer", {}),
        ("payer", {"openid": ""}),
        ("payer", {"openid": "o" * 129}),
        ("mchid", "abc"),
        ("mchid", PARTNER),
        ("appid", ""),
    ],
)
async def test_a_wrong_field_is_named(client: Client, field: str, value: Any) -> None:
    wrong = soon(**value) if field == "time_expire" and isinstance(value, dict) else value
    said = await client.post(JSAPI, prepay_body(**{field: wrong}), 400)
    assert said["code"] == "PARAM_ERROR"
    if "detail" in said:
        assert said["detail"]["location"] == "body"
        assert said["detail"]["field"].startswith(f"/{field}")
    assert not client.mock.world.pay.orders


@pytest.mark.parametrize("body", [None, [], "x", 1])
async def test_no_object_at_all(client: Client, body: Any) -> None:
    assert (await client.post(JSAPI, body, 400))["code"] == "PARAM_ERROR"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("description", "字" * 127),
        ("out_trade_no", "a|b*c-_9"),
        ("time_expire", "2099-01-01T00:00:00+08:00"),
        ("time_expire", "2099-01-01T00:00:00Z"),
        ("attach", ""),
        ("notify_url", "https://example.com/notify"),
        ("notify_url", "http://localhost:8000/notify"),
        ("notify_url", "http://[::1]:8000/notify"),
        ("amount", {"total": 1}),
        ("anything", {"else": 1}),
        ("settle_info", {"profit_sharing": False}),
        ("scene_info", {"payer_client_ip": "1.2.3.4"}),
    ],
)
async def test_what_is_allowed(client: Client, field: str, value: Any) -> None:
    assert (await client.post(JSAPI, prepay_body(**{field: value})))["prepay_id"]


async def test_an_appid_of_somebody_else(client: Client) -> None:
    said = await client.post(JSAPI, prepay_body(appid="wxother"), 400)
    assert said["code"] == "APPID_MCHID_NOT_MATCH"


# -- again ---------------------------------------------------------------------------------------
async def test_the_same_again_is_the_same_prepay_id_for_two_hours(client: Client) -> None:
    first = await client.post(JSAPI, prepay_body())
    assert await client.post(JSAPI, prepay_body()) == first
    await client.mock.control("clock", advance_seconds=7201)
    assert await client.post(JSAPI, prepay_body()) != first
    said = await client.mock.control("pay/pay", prepay_id=first["prepay_id"])
    assert said["errMsg"].startswith("requestPayment:fail ")


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": {"total": 10_001}},
        {"payer": {"openid": "oResident2"}},
        {"description": "停车费"},
        {"notify_url": "https://example.com/"},
        {"time_expire": "2099-01-01T00:00:00+08:00"},
        {"attach": "x"},
    ],
)
async def test_the_same_number_with_other_parameters(
    client: Client, changes: dict[str, Any]
) -> None:
    await client.post(JSAPI, prepay_body())
    assert (await client.post(JSAPI, prepay_body(**changes), 403))["code"] == "OUT_TRADE_NO_USED"


async def test_a_paid_and_a_closed_order_cannot_be_placed_again(client: Client) -> None:
    await client.paid("bill-000001")
    assert (await client.post(JSAPI, prepay_body(), 400))["code"] == "ORDERPAID"
    await client.order("bill-000002")
    await client.post(f"{BY_NUMBER}/bill-000002/close", {"mchid": MCHID}, 204)
    body = prepay_body(out_trade_no="bill-000002")
    assert (await client.post(JSAPI, body, 400))["code"] == "ORDER_CLOSED"


# -- the payer -----------------------------------------------------------------------------------
def sheet(prepay_id: str, signs_with: str = "merchant", **changes: Any) -> dict[str, Any]:
    said = {"appId": APPID, "timeStamp": str(int(time.time())), "nonceStr": "n" * 20}
    said |= {"package": f"prepay_id={prepay_id}"}
    parts = [said[name] for name in ("appId", "timeStamp", "nonceStr", "package")]
    text = "".join(f"{part}\n" for part in parts).encode()
    said |= {"signType": "RSA", "paySign": keys.sign(key(signs_with), text)}
    return said | changes


async def test_paying_by_the_parameters_of_the_sheet(client: Client) -> None:
    order = await client.order("bill-000001")
    shown = (await client.mock.http.get(f"/control/pay/sheet?prepay_id={order.prepay_id}")).json()
    assert (shown["payee"], shown["amount"]["total"]) == ("桂香社区", 10_000)
    params = sheet(order.prepay_id)
    for openid, result in (("oStranger1", "pay"), ("oResident1", "cancel"), (None, "fail")):
        said = await client.mock.control("pay/pay", params=params, openid=openid, result=result)
        assert said["errMsg"].startswith("requestPayment:fail ")
    assert await state(client, "bill-000001") == "NOTPAY"
    said = await client.mock.control("pay/pay", params=params, openid="oResident1", quietly=True)
    assert said["errMsg"] == "requestPayment:ok"
    told = await client.get(f"{BY_NUMBER}/bill-000001?mchid={MCHID}")
    assert told["trade_state"] == "SUCCESS"
    assert told["transaction_id"] == said["transaction_id"]
    assert told["amount"]["payer_total"] == told["amount"]["total"] == 10_000
    assert told["payer"] == {"openid": "oResident1"}
    assert datetime.fromisoformat(told["success_time"]).utcoffset() == timedelta(hours=8)
    by_id = await client.get(f"/v3/pay/transactions/id/{said['transaction_id']}?mchid={MCHID}")
    assert by_id == told
    again = await client.mock.control("pay/pay", params=params)
    assert again["errMsg"] == "requestPayment:fail 该订单已支付"


@pytest.mark.parametrize(
    "changes",
    [
        {"paySign": "bm8="},
        {"appId": "wxother"},
        {"timeStamp": "1700000000"},
        {"timeStamp": "now"},
        {"nonceStr": "other"},
        {"package": "prepay_id=wx0"},
        {"signType": "MD5"},
    ],
)
async def test_a_sheet_that_was_changed_does_not_open(
    client: Client, changes: dict[str, str]
) -> None:
    order = await client.order("bill-000001")
    params = sheet(order.prepay_id, **changes)
    said = await client.mock.control("pay/pay", params=params)
    assert said["errMsg"].startswith("requestPayment:fail ")
    assert await state(client, "bill-000001") == "NOTPAY"


async def test_a_sheet_signed_by_somebody_else(client: Client) -> None:
    order = await client.order("bill-000001")
    said = await client.mock.control("pay/pay", params=sheet(order.prepay_id, "stranger"))
    assert said["errMsg"] == "requestPayment:fail 支付验证签名失败"


async def test_a_payer_who_lingers(client: Client) -> None:
    order = await client.order("bill-000001")
    await client.mock.control("pay/pay", prepay_id=order.prepay_id, result="linger")
    assert await state(client, "bill-000001") == "USERPAYING"
    await client.mock.control("pay/pay", prepay_id=order.prepay_id, quietly=True)
    assert await state(client, "bill-000001") == "SUCCESS"


# -- the end -------------------------------------------------------------------------------------
async def test_close(client: Client) -> None:
    order = await client.order("bill-000001")
    for _ in range(2):
        await client.post(f"{BY_NUMBER}/bill-000001/close", {"mchid": MCHID}, 204)
    assert await state(client, "bill-000001") == "CLOSED"
    said = await client.mock.control("pay/pay", prepay_id=order.prepay_id)
    assert said["errMsg"] == "requestPayment:fail 订单已关闭或已过期"
    await client.paid("bill-000002")
    said = await client.post(f"{BY_NUMBER}/bill-000002/close", {"mchid": MCHID}, 400)
    assert said["code"] == "ORDERPAID"
    said = await client.post(f"{BY_NUMBER}/bill-000003/close", {"mchid": MCHID}, 404)
    assert said["code"] == "ORDER_NOT_EXIST"


async def test_an_order_expires_on_the_mocks_clock(client: Client) -> None:
    order = await client.order("bill-000001", time_expire=soon(minutes=5))
    await client.mock.control("clock", advance_seconds=301)
    said = await client.mock.control("pay/pay", prepay_id=order.prepay_id)
    assert said["errMsg"].startswith("requestPayment:fail ")
    assert await state(client, "bill-000001") == "CLOSED"


@pytest.mark.parametrize(
    ("query", "status"), [("", 400), ("?mchid=x", 400), (f"?mchid={SUB}", 403)]
)
async def test_asking_names_the_own_number(client: Client, query: str, status: int) -> None:
    await client.order("bill-000001")
    await client.get(f"{BY_NUMBER}/bill-000001{query}", status)
    await client.get(f"/v3/pay/transactions/id/4200{query}", status)
    mchid = query.partition("=")[2]
    await client.post(f"{BY_NUMBER}/bill-000001/close", {"mchid": mchid}, status)


# -- service providers ---------------------------------------------------------------------------
async def test_a_service_providers_order(partner: Client) -> None:
    prepay_id = (await partner.post(PARTNER_JSAPI, partner_body()))["prepay_id"]
    said = await partner.mock.control("pay/pay", params=sheet(prepay_id), quietly=True)
    assert said["errMsg"] == "requestPayment:ok"
    query = f"?sp_mchid={PARTNER}&sub_mchid={SUB}"
    base = "/v3/pay/partner/transactions"
    told = await partner.get(f"{base}/out-trade-no/bill-000001{query}")
    assert (told["sp_mchid"], told["sub_mchid"], told["sp_appid"]) == (PARTNER, SUB, APPID)
    assert "mchid" not in told
    assert told["payer"] == {"sp_openid": "oResident1"}
    assert await partner.get(f"{base}/id/{told['transaction_id']}{query}") == told
    said = await partner.post(
        f"{base}/out-trade-no/bill-000001/close", {"sp_mchid": PARTNER, "sub_mchid": SUB}, 400
    )
    assert said["code"] == "ORDERPAID"


async def test_a_service_providers_order_can_be_closed(partner: Client) -> None:
    await partner.post(PARTNER_JSAPI, partner_body())
    whose = {"sp_mchid": PARTNER, "sub_mchid": SUB}
    path = "/v3/pay/partner/transactions/out-trade-no/bill-000001"
    await partner.post(f"{path}/close", whose, 204)
    told = await partner.get(f"{path}?sp_mchid={PARTNER}&sub_mchid={SUB}")
    assert told["trade_state"] == "CLOSED"


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"payer": {}}, 400, "PARAM_ERROR"),
        ({"payer": {"sp_openid": "o1", "sub_openid": "o2"}}, 400, "PARAM_ERROR"),
        ({"payer": {"sub_openid": "o2"}}, 400, "PARAM_ERROR"),
        ({"sub_mchid": "1900000999"}, 403, "NO_AUTH"),
        ({"sp_mchid": MCHID}, 400, "PARAM_ERROR"),
        ({"sp_appid": "wxother"}, 400, "APPID_MCHID_NOT_MATCH"),
    ],
)
async def test_a_wrong_service_providers_order(
    partner: Client, changes: dict[str, Any], status: int, code: str
) -> None:
    assert (await partner.post(PARTNER_JSAPI, partner_body(**changes), status))["code"] == code


async def test_a_payer_of_the_sub_merchants_own_application(partner: Client) -> None:
    body = partner_body(sub_appid="wxsub", payer={"sub_openid": "oThere1"})
    prepay_id = (await partner.post(PARTNER_JSAPI, body))["prepay_id"]
    params = sheet(prepay_id)
    del params["appId"]  # wx.requestPayment does not say it: the mini-program is known
    said = await partner.mock.control("pay/pay", params=params, openid="oThere1", quietly=True)
    assert said["errMsg"] == "requestPayment:ok"


async def test_orders_of_others_are_unknown(client: Client, partner: Client) -> None:
    order = await client.paid("bill-000001")
    query = f"?sp_mchid={PARTNER}&sub_mchid={SUB}"
    base = "/v3/pay/partner/transactions"
    await partner.get(f"{base}/out-trade-no/bill-000001{query}", 404)
    await partner.get(f"{base}/id/{order.transaction_id}{query}", 404)
