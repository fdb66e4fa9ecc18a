"""Who may ask, and how every answer is signed."""

import base64
import time
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature, InvalidTag

from tests.wechat_mock.pay.conftest import (
    JSAPI,
    MCHID,
    REFUNDS,
    SERIAL,
    Client,
    key,
    merchant,
    prepay_body,
    refund_body,
    unsealed,
)
from wechat_mock.pay import keys
from wechat_mock.pay.errors import CODES

QUERY = f"/v3/pay/transactions/out-trade-no/bill-000001?mchid={MCHID}"


async def asked(client: Client, header: str, target: str = QUERY) -> dict[str, Any]:
    answer = await client.mock.http.get(target, headers={"authorization": header})
    return client.verified(answer, 401)


async def test_answers_are_signed_also_empty_ones_and_errors(client: Client) -> None:
    assert len((await client.post(JSAPI, prepay_body()))["prepay_id"]) > 10
    assert (await client.get(QUERY))["trade_state"] == "NOTPAY"
    close = "/v3/pay/transactions/out-trade-no/bill-000001/close"
    assert await client.post(close, {"mchid": MCHID}, 204) == {}
    assert (await client.get(QUERY.replace("0001?", "0009?"), 404))["code"] == "ORDER_NOT_EXIST"


@pytest.mark.parametrize(
    "changes",
    [
        {"mchid": "1900000404"},
        {"serial_no": "00"},
        {"timestamp": str(int(time.time()) - 302)},
        {"timestamp": str(int(time.time()) + 3000)},
        {"timestamp": "soon"},
        {"timestamp": ""},
        {"nonce_str": ""},
        {"signature": "bm8="},
        {"signature": "no base64!"},
        {"signature": base64.b64encode(b"x" * 256).decode()},
    ],
)
async def test_a_wrong_authorization_is_refused(client: Client, changes: dict[str, str]) -> None:
    header = client.authorization("GET", QUERY, "", **changes)
    assert (await asked(client, header))["code"] == "SIGN_ERROR"


@pytest.mark.parametrize("header", ["", "Bearer x", "WECHATPAY2-SHA256-RSA2048 mchid=1"])
async def test_no_authorization_at_all(client: Client, header: str) -> None:
    assert (await asked(client, header))["code"] == "SIGN_ERROR"


async def test_the_signature_is_over_method_path_query_and_body(client: Client) -> None:
    for signed in (
        client.authorization("POST", QUERY, ""),
        client.authorization("GET", QUERY.partition("?")[0], ""),
        client.authorization("GET", QUERY, "{}"),
        Client(client.mock, signs_with="stranger").authorization("GET", QUERY, ""),
    ):
        assert (await asked(client, signed))["code"] == "SIGN_ERROR"
    header = client.authorization("POST", JSAPI, '{"amount": 1}')
    answer = await client.mock.http.post(
        JSAPI, content=b'{"amount": 2}', headers={"authorization": header}
    )
    assert client.verified(answer, 401)["code"] == "SIGN_ERROR"


async def test_an_odd_number_is_signed_as_it_was_sent(client: Client) -> None:
    await client.order("a|b*c-_1")
    for path in ("a%7Cb*c-_1", "a%7cb%2Ac-_1"):
        target = f"/v3/pay/transactions/out-trade-no/{path}?mchid={MCHID}"
        assert (await client.get(target))["out_trade_no"] == "a|b*c-_1"


async def test_unknown_paths_and_methods(client: Client) -> None:
    answer = await client.send("GET", "/v3/pay/nothing")
    assert (answer.status_code, answer.json()["code"]) == (404, "RESOURCE_NOT_EXISTS")
    answer = await client.send("GET", JSAPI)
    assert answer.status_code == 405


# -- keys ----------------------------------------------------------------------------------------
async def test_certificates_only_for_merchants_of_certificates(client: Client) -> None:
    said = await client.get("/v3/certificates", 404)
    assert said["code"] == "RESOURCE_NOT_EXISTS"
    client.mock.world.pay.add(merchant(mode="certificate"))
    (one,) = (await client.get("/v3/certificates"))["data"]
    sealed = one["encrypt_certificate"]
    assert sealed["algorithm"] == "AEAD_AES_256_GCM"
    assert sealed["associated_data"] == "certificate"
    assert one["serial_no"] == client.mock.world.pay.platform.certificates[0].serial
    assert len(one["serial_no"]) == 40


async def test_the_key_that_signs_is_the_merchants_or_the_one_asked_for(client: Client) -> None:
    platform = client.mock.world.pay.platform
    await client.order("bill-000001")
    answer = await client.send("GET", QUERY)
    assert answer.headers["wechatpay-serial"] == platform.public_key_id
    certificate = platform.certificates[0].serial
    answer = await client.send("GET", QUERY, headers={"wechatpay-serial": certificate})
    assert answer.headers["wechatpay-serial"] == certificate
    answer = await client.send("GET", QUERY, headers={"wechatpay-serial": "PUB_KEY_ID_0"})
    assert client.verified(answer, 400)["code"] == "PARAM_ERROR"


async def test_keys_are_rotated_and_the_old_stay_known(client: Client) -> None:
    before = client.mock.world.pay.platform.public_key_id
    said = await client.mock.control("pay/keys/rotate")
    assert said["public_key_id"] != before
    assert "BEGIN PUBLIC KEY" in said["public_key"]
    await client.order("bill-000001")
    answer = await client.send("GET", QUERY)
    assert answer.headers["wechatpay-serial"] == said["public_key_id"]
    answer = await client.send("GET", QUERY, headers={"wechatpay-serial": before})
    assert client.verified(answer)["trade_state"] == "NOTPAY"
    client.mock.world.pay.add(merchant(mode="certificate"))
    listed = (await client.get("/v3/certificates"))["data"]
    assert [one["serial_no"] for one in listed][-1] == said["certificate_serial"]


def test_keys_are_read_bare_or_from_a_certificate() -> None:
    signer = keys.certify(key("platform"))
    for pem in (signer.public_pem, signer.certificate_pem):
        assert (
            keys.read_public(pem).public_numbers() == key("platform").public_key().public_numbers()
        )
    for wrong in ("", "-----BEGIN PUBLIC KEY-----\nAA\n-----END PUBLIC KEY-----"):
        with pytest.raises(ValueError, match=r"."):
            keys.read_public(wrong)


def test_what_is_sealed_opens_with_the_key_only() -> None:
    sealed = keys.seal("k" * 32, '{"a": 1}', "transaction")
    assert unsealed(sealed, "k" * 32) == {"a": 1}
    with pytest.raises(InvalidTag):
        unsealed(sealed, "x" * 32)


# -- what goes wrong on order --------------------------------------------------------------------
@pytest.mark.parametrize("code", sorted(CODES))
async def test_every_code_can_be_ordered(client: Client, code: str) -> None:
    await client.mock.control("errors", path=JSAPI, code=code)
    said = await client.post(JSAPI, prepay_body(), CODES[code][0])
    assert said["code"] == code
    assert said["message"]
    await client.post(JSAPI, prepay_body())


async def test_an_answer_lost_after_the_work(client: Client) -> None:
    await client.mock.control("errors", path=JSAPI, http_status=502, is_late=True)
    answer = await client.send("POST", JSAPI, prepay_body())
    assert answer.status_code == 502
    assert "wechatpay-signature" not in answer.headers
    assert (await client.get(QUERY))["trade_state"] == "NOTPAY"


async def test_an_answer_whose_signature_fails_after_the_work(client: Client) -> None:
    await client.mock.control("errors", path=JSAPI, spoils_signature=True)
    answer = await client.send("POST", JSAPI, prepay_body())
    assert answer.status_code == 200
    with pytest.raises(InvalidSignature):
        client.verify(answer.headers, answer.content)
    assert (await client.get(QUERY))["trade_state"] == "NOTPAY"


async def test_a_path_with_a_number_is_named_as_in_the_documents(client: Client) -> None:
    path = "/v3/pay/transactions/out-trade-no/{out_trade_no}"
    await client.order("bill-000001")
    await client.mock.control("errors", path=path, code="SYSTEM_ERROR")
    assert (await client.get(QUERY, 500))["code"] == "SYSTEM_ERROR"
    assert client.mock.world.calls[path] == 1


async def test_a_code_that_is_none_is_refused(client: Client) -> None:
    answer = await client.mock.http.post("/control/errors", json={"code": "NO_SUCH_CODE"})
    assert answer.status_code == 400


async def test_reset_keeps_merchants_and_keys(client: Client) -> None:
    platform = client.mock.world.pay.platform
    await client.paid("bill-000001")
    await client.mock.http.post("/control/reset")
    assert (await client.get(QUERY, 404))["code"] == "ORDER_NOT_EXIST"
    assert client.mock.world.pay.platform is platform
    assert SERIAL not in (await client.mock.http.get("/control/state")).text


ODD: list[Any] = [None, True, -1, 1.5, 10**30, "", "\x00", "中" * 3000, [], ["a"], {"total": {}}]


@pytest.mark.parametrize("path", [JSAPI, REFUNDS, f"{QUERY.partition('?')[0]}/close"])
async def test_odd_bodies_are_refused_not_crashed_on(client: Client, path: str) -> None:
    good = prepay_body() | refund_body("bill-000001", "r-1", 1, 10_000)
    for name in good:
        for odd in ODD:
            said = await client.send("POST", path, good | {name: odd})
            assert said.status_code in (200, 204, 400, 403, 404), said.text
            client.verify(said.headers, said.content)
    for raw in ("{", "[" * 5000, '{"amount": {"total": 1e999}}', '"\\ud800"'):
        header = client.authorization("POST", path, raw)
        answer = await client.mock.http.post(path, content=raw, headers={"authorization": header})
        assert client.verified(answer, 400)["code"] == "PARAM_ERROR"
