"""wechatpayv3, sync and async, against the mock as a process of its own, over real sockets."""

import gzip
import hashlib
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives import serialization
from wechatpayv3 import WeChatPay, WeChatPayType
from wechatpayv3.async_ import AsyncWeChatPay
from wechatpayv3.async_ import WeChatPayType as AsyncWeChatPayType

from tests.wechat_mock.pay.conftest import (
    APIV3_KEY,
    APPID,
    MCHID,
    PARTNER,
    SERIAL,
    SUB,
    key,
    unsealed,
)

ROOT = Path(__file__).parents[3]
BY_CERTIFICATE = "1900000003"
PUBLIC_KEY_ID = "PUB_KEY_ID_" + "7" * 34
PRIVATE_PEM = (
    key("merchant")
    .private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    .decode()
)


def public_pem(name: str) -> str:
    kind = serialization.PublicFormat.SubjectPublicKeyInfo
    return key(name).public_key().public_bytes(serialization.Encoding.PEM, kind).decode()


def account(mchid: str, **more: Any) -> str:
    said = {"mchid": mchid, "serial": SERIAL, "appid": APPID, "apiv3_key": APIV3_KEY}
    return json.dumps(said | {"public_key": public_pem("merchant")} | more)


class Ear(BaseHTTPRequestHandler):
    """Keeps what arrives."""

    heard: list[tuple[dict[str, str], bytes]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.heard.append(({k.lower(): v for k, v in self.headers.items()}, body))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@pytest.fixture(scope="module")
def notify_url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Ear)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/notify"
    server.shutdown()
    server.server_close()


def start(tmp_path: Path) -> tuple[str, subprocess.Popen[bytes]]:
    platform = tmp_path / "platform.pem"
    raw = key("platform").private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    platform.write_bytes(raw)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "wechat_mock", "--port", str(port), "--appid", APPID]
    ours = {"private_key": str(platform), "public_key_id": PUBLIC_KEY_ID}
    command += ["--pay", account(MCHID, **ours)]
    command += ["--pay", account(PARTNER, sub_mchids={SUB: "桂香物业"})]
    command += ["--pay", account(BY_CERTIFICATE, mode="certificate")]
    path = {"PYTHONPATH": str(ROOT / "miniprogram-mock")}
    process = subprocess.Popen(command, env=os.environ | path, stdout=subprocess.DEVNULL)
    return f"http://127.0.0.1:{port}", process


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    url, process = start(tmp_path_factory.mktemp("pay"))
    try:
        end = time.monotonic() + 30
        while process.poll() is None and time.monotonic() < end:
            try:
                httpx.get(url, trust_env=False)
                break
            except httpx.TransportError:
                time.sleep(0.05)
        for mchid in (MCHID, SUB, BY_CERTIFICATE):
            control(url, "balance", account=mchid, balance=1_000_000)
        yield url
    finally:
        process.terminate()
        process.wait(10)


def control(base: str, path: str, **body: Any) -> dict[str, Any]:
    answer = httpx.post(f"{base}/control/pay/{path}", json=body, trust_env=False, timeout=20)
    assert answer.status_code == 200, answer.text
    return answer.json()


def settings(base: str, mchid: str, notify_url: str) -> dict[str, Any]:
    said: dict[str, Any] = {
        "wechatpay_type": WeChatPayType.MINIPROG,
        "mchid": mchid,
        "private_key": PRIVATE_PEM,
        "cert_serial_no": SERIAL,
        "appid": APPID,
        "apiv3_key": APIV3_KEY,
        "notify_url": notify_url,
        "partner_mode": mchid == PARTNER,
    }
    if mchid != BY_CERTIFICATE:
        said |= {"public_key": public_pem("platform"), "public_key_id": PUBLIC_KEY_ID}
    return said


@pytest.fixture
def gateway(base: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The library's own client leads to the mock; its constructor already calls in one mode."""
    for core in ("wechatpayv3.core.Core", "wechatpayv3.async_.core.AsyncCore"):
        target: Any = __import__(core.rpartition(".")[0], fromlist=["x"])
        kind = getattr(target, core.rpartition(".")[2])
        monkeypatch.setattr(kind, "_gate_way", property(lambda _: base, lambda *_: None), False)
    return base


def client(gateway: str, mchid: str, notify_url: str) -> WeChatPay:
    return WeChatPay(**settings(gateway, mchid, notify_url))


def heard(number: str) -> tuple[dict[str, str], bytes]:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        for headers, body in Ear.heard:
            if number in str(unsealed(json.loads(body)["resource"])):
                return headers, body
        time.sleep(0.02)
    raise AssertionError("no notification")


def ok(answer: tuple[int, Any], code: int = 200) -> dict[str, Any]:
    assert answer[0] == code, answer
    return json.loads(answer[1]) if answer[1] else {}


@pytest.mark.parametrize("mchid", [MCHID, BY_CERTIFICATE])
def test_the_sync_client(gateway: str, notify_url: str, mchid: str) -> None:
    pay = client(gateway, mchid, notify_url)
    number = f"sync-{mchid}"
    placed = pay.pay(
        description="物业费",
        out_trade_no=number,
        amount={"total": 12_345},
        payer={"openid": "oResident1"},
        attach="一月",
    )
    prepay_id = ok(placed)["prepay_id"]
    stamp, nonce, package = str(int(time.time())), "n" * 32, f"prepay_id={prepay_id}"
    signature = pay.sign([APPID, stamp, nonce, package])
    params = {"timeStamp": stamp, "nonceStr": nonce, "package": package}
    params |= {"appId": APPID, "signType": "RSA", "paySign": signature}
    assert control(gateway, "pay", params=params)["errMsg"] == "requestPayment:ok"
    told = ok(pay.query(out_trade_no=number))
    assert (told["trade_state"], told["attach"]) == ("SUCCESS", "一月")
    assert ok(pay.query(transaction_id=told["transaction_id"])) == told

    headers, body = heard(number)
    said = pay.callback(headers, body)
    assert said["event_type"] == "TRANSACTION.SUCCESS"
    assert said["resource"]["amount"]["total"] == 12_345

    amount = {"refund": 345, "total": 12_345, "currency": "CNY"}
    refund = ok(pay.refund(out_refund_no=f"r-{number}", amount=amount, out_trade_no=number))
    assert refund["status"] == "PROCESSING"
    whose = {"mchid": mchid, "out_refund_no": f"r-{number}"}
    control(gateway, "refunds/finish", **whose)
    assert ok(pay.query_refund(f"r-{number}"))["status"] == "SUCCESS"
    assert ok(pay.close(out_trade_no=number), 400)["code"] == "ORDERPAID"


def test_closing_by_the_sync_client(gateway: str, notify_url: str) -> None:
    pay = client(gateway, MCHID, notify_url)
    payer = {"openid": "oResident1"}
    ok(pay.pay("物业费", "sync-close", {"total": 1}, payer=payer))
    assert pay.close(out_trade_no="sync-close")[0] == 204
    assert ok(pay.query(out_trade_no="sync-close"))["trade_state"] == "CLOSED"


def test_a_service_providers_sync_client(gateway: str, notify_url: str) -> None:
    pay = client(gateway, PARTNER, notify_url)
    payer = {"sp_openid": "oResident1"}
    placed = pay.pay("物业费", "sync-partner", {"total": 100}, payer=payer, sub_mchid=SUB)
    control(gateway, "pay", prepay_id=ok(placed)["prepay_id"])
    told = ok(pay.query(out_trade_no="sync-partner", sub_mchid=SUB))
    assert (told["trade_state"], told["sub_mchid"]) == ("SUCCESS", SUB)
    assert ok(pay.close(out_trade_no="sync-partner", sub_mchid=SUB), 400)["code"] == "ORDERPAID"
    amount = {"refund": 100, "total": 100, "currency": "CNY"}
    asked = {"amount": amount, "out_trade_no": "sync-partner", "sub_mchid": SUB}
    assert ok(pay.refund("r-partner", **asked))["out_refund_no"] == "r-partner"
    assert ok(pay.query_refund("r-partner", sub_mchid=SUB))["amount"]["refund"] == 100


@pytest.mark.parametrize("mchid", [MCHID, BY_CERTIFICATE])
async def test_the_async_client(gateway: str, notify_url: str, mchid: str) -> None:
    number = f"async-{mchid}"
    kind = {"wechatpay_type": AsyncWeChatPayType.MINIPROG}
    async with AsyncWeChatPay(**settings(gateway, mchid, notify_url) | kind) as pay:
        payer = {"openid": "oResident1"}
        placed = await pay.pay("停车费", number, {"total": 500}, payer=payer)
        control(gateway, "pay", prepay_id=ok(placed)["prepay_id"])
        assert ok(await pay.query(out_trade_no=number))["trade_state"] == "SUCCESS"
        amount = {"refund": 500, "total": 500, "currency": "CNY"}
        asked = {"amount": amount, "out_trade_no": number, "notify_url": notify_url}
        assert ok(await pay.refund(f"r-{number}", **asked))["status"] == "PROCESSING"
        control(gateway, "refunds/finish", mchid=mchid, out_refund_no=f"r-{number}")
        headers, body = heard(f"r-{number}")
        said = pay.callback(headers, body)  # not awaited: 2.0.4 has it so
        assert said["event_type"] == "REFUND.SUCCESS"
        assert said["resource"]["refund_status"] == "SUCCESS"
        assert (await pay.close("async-none"))[0] == 404


def test_bills_by_the_sync_client(gateway: str, notify_url: str) -> None:
    pay = client(gateway, MCHID, notify_url)
    control(
        gateway, "orders", mchid=MCHID, out_trade_no="stray-1", total=99, paid_seconds_ago=172_800
    )
    day = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 8 * 3600 - 172_800))
    for answer in (pay.trade_bill(day), pay.fundflow_bill(day)):
        offered = ok(answer)
        status, packed = pay.download_bill(offered["download_url"])
        text = gzip.decompress(packed)
        assert status == 200
        assert hashlib.sha1(text).hexdigest() == offered["hash_value"]
        assert b"`stray-1" in text
