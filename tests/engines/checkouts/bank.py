"""WeChat Pay's side in a few lines, for tests that break it at will: it answers signed, remembers
what it did even when its answer is lost, and makes notifications of any kind."""

import base64
import json
import re
import secrets
import time
from dataclasses import dataclass, field
from typing import Any

import httpx
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from backend.core import clock
from backend.integrations.wechat_pay import Merchant

MCHID, APPID = "1900000001", "wx0000000000demo01"
APIV3_KEY = "linli-demo-apiv3-key-32-bytes-ok"
PUBLIC_KEY_ID = "PUB_KEY_ID_0119000000012026112400TEST01"
MOMENT = "2026-11-24T20:15:00+08:00"


def _pem(key: Any, *, is_private: bool) -> str:
    encoding = serialization.Encoding.PEM
    if is_private:
        form = serialization.PrivateFormat.PKCS8
        return str(key.private_bytes(encoding, form, serialization.NoEncryption()).decode())
    spki = serialization.PublicFormat.SubjectPublicKeyInfo
    return str(key.public_key().public_bytes(encoding, spki).decode())


OURS = rsa.generate_private_key(public_exponent=65537, key_size=2048)
THEIRS = rsa.generate_private_key(public_exponent=65537, key_size=2048)
STRANGERS = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def merchant(**changes: Any) -> Merchant:
    known: dict[str, Any] = {
        "appid": APPID,
        "mchid": MCHID,
        "serial": "5A3D1E",
        "private_key": _pem(OURS, is_private=True),
        "apiv3_key": APIV3_KEY,
        "public_key": _pem(THEIRS, is_private=False),
        "public_key_id": PUBLIC_KEY_ID,
        "notify_url": "https://linli.test/api/v1/wechat/pay/notify",
        "base_url": "https://wechat.test",
    }
    return Merchant(**known | changes)


def signed(key: Any, body: bytes, **changes: str) -> dict[str, str]:
    """The headers of an answer or a notification."""
    stamp = changes.pop("stamp", str(int(clock.now().timestamp())))
    nonce = secrets.token_hex(16)
    message = f"{stamp}\n{nonce}\n".encode() + body + b"\n"
    signature = key.sign(message, padding.PKCS1v15(), hashes.SHA256())
    headers = {
        "Wechatpay-Timestamp": stamp,
        "Wechatpay-Nonce": nonce,
        "Wechatpay-Signature": base64.b64encode(signature).decode(),
        "Wechatpay-Serial": PUBLIC_KEY_ID,
        "Wechatpay-Signature-Type": "WECHATPAY2-SHA256-RSA2048",
    }
    return headers | changes


def sealed(resource: dict[str, Any], kind: str, apiv3_key: str = APIV3_KEY) -> dict[str, str]:
    nonce = secrets.token_hex(6)
    text = json.dumps(resource, ensure_ascii=False).encode()
    raw = AESGCM(apiv3_key.encode()).encrypt(nonce.encode(), text, kind.encode())
    return {
        "original_type": kind,
        "algorithm": "AEAD_AES_256_GCM",
        "ciphertext": base64.b64encode(raw).decode(),
        "associated_data": kind,
        "nonce": nonce,
    }


@dataclass
class Bank:
    """`lose`: paths (regular expressions) whose answer is lost after the work was done; `refuse`:
    path → (status, code) instead of the work; `lie`: answers signed by a stranger."""

    orders: dict[str, dict[str, Any]] = field(default_factory=dict)
    refunds: dict[str, dict[str, Any]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    lose: set[str] = field(default_factory=set)
    refuse: dict[str, tuple[int, str]] = field(default_factory=dict)
    lie: bool = False
    refund_state: str = "PROCESSING"

    def transport(self) -> httpx.MockTransport:
        return httpx.MockTransport(self.answer)

    async def answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        self.calls.append(f"{request.method} {path}")
        assert 'mchid="' in request.headers["authorization"]
        for pattern, (status, code) in self.refuse.items():
            if re.search(pattern, path):
                return httpx.Response(status, json={"code": code, "message": "不行"})
        said = json.loads(request.content or b"{}")
        self.bodies.append(said)
        status, answer = self._work(request.method, path, said)
        if any(re.search(pattern, path) for pattern in self.lose):
            raise httpx.ReadTimeout("lost", request=request)
        body = b"" if answer is None else json.dumps(answer, ensure_ascii=False).encode()
        headers = signed(STRANGERS if self.lie else THEIRS, body, stamp=str(int(time.time())))
        headers["content-type"] = "application/json"
        return httpx.Response(status, content=body, headers=headers)

    def _work(self, method: str, path: str, said: dict[str, Any]) -> tuple[int, Any]:
        number = path.rsplit("/", maxsplit=1)[-1]
        if path.endswith("/jsapi"):
            return self._place(said)
        if path.endswith("/close"):
            return self._close(path.split("/")[-2])
        if path.endswith("/apply-abnormal-refund"):
            return self._redirect(said)
        if "/refund/" in path:
            return self._refund(said) if method == "POST" else self._refund_of(number)
        order = self.orders.get(number)
        if order is None:
            return 404, {"code": "ORDER_NOT_EXIST", "message": "没有"}
        return 200, self.told(number)

    def _place(self, said: dict[str, Any]) -> tuple[int, Any]:
        order = self.orders.setdefault(said["out_trade_no"], {"terms": said, "state": "NOTPAY"})
        if order["terms"] != said:
            return 403, {"code": "OUT_TRADE_NO_USED", "message": "不同"}
        if order["state"] != "NOTPAY":
            code = "ORDERPAID" if order["state"] == "SUCCESS" else "ORDER_CLOSED"
            return 400, {"code": code, "message": "不行"}
        return 200, {"prepay_id": f"wx{said['out_trade_no']}"}

    def _close(self, number: str) -> tuple[int, Any]:
        order = self.orders.get(number)
        if order is None:
            return 404, {"code": "ORDER_NOT_EXIST", "message": "没有"}
        if order["state"] == "SUCCESS":
            return 400, {"code": "ORDERPAID", "message": "已付"}
        order["state"] = "CLOSED"
        return 204, None

    def pay(self, number: str) -> dict[str, Any]:
        """The payer pays; nobody is told."""
        order = self.orders[number]
        assert order["state"] == "NOTPAY", order["state"]
        order["state"] = "SUCCESS"
        return self.told(number)

    def told(self, number: str) -> dict[str, Any]:
        order = self.orders[number]
        terms, state = order["terms"], order["state"]
        names = ("mchid", "appid", "sp_mchid", "sp_appid", "sub_mchid")
        said = {name: terms[name] for name in names if name in terms}
        said |= {"out_trade_no": number, "trade_state": state, "trade_state_desc": "x"}
        said["amount"] = {"total": terms["amount"]["total"], "currency": "CNY"}
        if state == "SUCCESS":
            said |= {"transaction_id": f"42{number}"[:32], "success_time": MOMENT}
            said["payer"] = terms["payer"]
        return said

    def _refund(self, said: dict[str, Any]) -> tuple[int, Any]:
        self.refunds.setdefault(said["out_refund_no"], {"terms": said, "state": self.refund_state})
        return self._refund_of(said["out_refund_no"])

    def _redirect(self, said: dict[str, Any]) -> tuple[int, Any]:
        """The platform reads the card that was sealed for it."""
        found = self.refunds.get(said["out_refund_no"])
        if found is None:
            return 404, {"code": "RESOURCE_NOT_EXISTS", "message": "没有"}
        if found["state"] != "ABNORMAL":
            return 400, {"code": "INVALID_REQUEST", "message": "退款单不是异常状态"}
        oaep = padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), label=None)
        card = [
            THEIRS.decrypt(base64.b64decode(said[name]), oaep).decode()
            for name in ("bank_account", "real_name")
            if name in said
        ]
        found |= {"state": self.refund_state, "sent_on": [said["type"], *card]}
        return self._refund_of(said["out_refund_no"])

    def _refund_of(self, number: str) -> tuple[int, Any]:
        found = self.refunds.get(number)
        if found is None:
            return 404, {"code": "RESOURCE_NOT_EXISTS", "message": "没有"}
        return 200, self.told_refund(number) | {"status": found["state"]}

    def told_refund(self, number: str) -> dict[str, Any]:
        terms = self.refunds[number]["terms"]
        return {
            "refund_id": f"50{number}"[:32],
            "out_refund_no": number,
            "transaction_id": terms["transaction_id"],
            "out_trade_no": terms["transaction_id"][2:],
            "amount": terms["amount"],
            "success_time": MOMENT,
        }

    def refund_word(self, number: str, state: str) -> dict[str, Any]:
        """What a notification of a refund holds."""
        self.refunds[number]["state"] = state
        return self.told_refund(number) | {"mchid": MCHID, "refund_status": state}


def notification(
    resource: dict[str, Any], kind: str = "transaction", **changes: Any
) -> tuple[dict[str, str], bytes]:
    """Headers and body. Changes: `key`, `apiv3_key`, `event`, or headers by their names."""
    key = changes.pop("key", THEIRS)
    apiv3_key = changes.pop("apiv3_key", APIV3_KEY)
    state = resource.get("refund_status", "SUCCESS")
    default = "TRANSACTION.SUCCESS" if kind == "transaction" else f"REFUND.{state}"
    envelope = {
        "id": secrets.token_hex(16),
        "create_time": MOMENT,
        "event_type": changes.pop("event", default),
        "resource_type": "encrypt-resource",
        "summary": "支付成功",
        "resource": sealed(resource, kind, apiv3_key),
    }
    body = json.dumps(envelope, ensure_ascii=False).encode()
    return signed(key, body, **changes), body
