"""WeChat Pay's notifications, opened: serial, age and signature over the raw bytes, then the seal.

The library's own `callback` takes a timestamp of years ago and cannot tell a forgery from an
unknown serial. Here everything that is not right is a `NotifyRefused`, probes
(`WECHATPAY/SIGNTEST/…`) included: their signature is simply wrong.
"""

import base64
import binascii
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from cryptography.x509 import load_pem_x509_certificate

from backend.core.errors import LinliError

MOST_BYTES = 64 * 1024
MOST_SKEW = 300
"""Seconds, either way."""
FETCH_PAUSE = 300.0
"""Seconds between fetches of certificates: a flood of unknown serials fetches once."""
SIGNATURE_TYPE = "WECHATPAY2-SHA256-RSA2048"


class NotifyRefused(LinliError):
    """Forged, too old, or unreadable. The reason is for the log, not the answer."""

    status, code, title = 401, "notify_refused", "通知无效"

    def __init__(self, why: str) -> None:
        super().__init__()
        self.why = why

    def __str__(self) -> str:
        return self.why


@dataclass(frozen=True)
class Notice:
    """A genuine notification. `event` e.g. TRANSACTION.SUCCESS, `resource` what was sealed."""

    id: str
    event: str
    kind: str
    """`transaction` or `refund`."""
    resource: dict[str, Any] = field(repr=False)


Keys = dict[str, Any]
"""RSA public keys by serial: `PUB_KEY_ID_…` or a certificate's number in upper case."""
Fetch = Callable[[], Awaitable[Keys]]


def key_of(pem: str) -> Any:
    """A public key from PEM, bare or inside a certificate. Raises ValueError."""
    raw = pem.encode()
    if "BEGIN CERTIFICATE" in pem:
        return load_pem_x509_certificate(raw).public_key()
    return load_pem_public_key(raw)


class Verifier:
    """Opens the notifications of one account. `fetch` brings the platform's certificates, and is
    asked for unknown serials, but seldom."""

    def __init__(
        self,
        apiv3_key: str,
        keys: Keys,
        *,
        fetch: Fetch | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._aes = AESGCM(apiv3_key.encode())
        self._keys = dict(keys)
        self._fetch = fetch
        self._fetched_at = float("-inf")
        self._clock = clock

    async def open(self, headers: Mapping[str, str], body: bytes) -> Notice:
        """The notification, if it is WeChat's own. `headers` by lower-case name.

        Raises NotifyRefused.
        """
        if len(body) > MOST_BYTES:
            raise NotifyRefused("too large")
        stamp, nonce = (headers.get(f"wechatpay-{one}", "") for one in ("timestamp", "nonce"))
        self._check_age(stamp)
        kind = headers.get("wechatpay-signature-type", SIGNATURE_TYPE)
        if kind != SIGNATURE_TYPE:
            raise NotifyRefused("signed in another way")
        key = await self._key(headers.get("wechatpay-serial", ""))
        message = f"{stamp}\n{nonce}\n".encode() + body + b"\n"
        _check_signature(key, headers.get("wechatpay-signature", ""), message)
        return self._unsealed(body)

    def _check_age(self, stamp: str) -> None:
        if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
            raise NotifyRefused("no timestamp")
        if abs(self._clock() - int(stamp)) > MOST_SKEW:
            raise NotifyRefused("too old, or from the future")

    async def _key(self, serial: str) -> Any:
        name = serial if serial.startswith("PUB_KEY_ID_") else serial.upper()
        may_fetch = self._fetch is not None and not name.startswith("PUB_KEY_ID_")
        if name not in self._keys and may_fetch and self._is_long_ago():
            self._fetched_at = self._clock()
            await self._learn()
        if name not in self._keys:
            raise NotifyRefused("unknown serial")
        return self._keys[name]

    def _is_long_ago(self) -> bool:
        return self._clock() - self._fetched_at > FETCH_PAUSE

    async def _learn(self) -> None:
        try:
            self._keys |= await self._fetch() if self._fetch else {}
        except LinliError as error:
            raise NotifyRefused(f"certificates: {error}") from error

    def _unsealed(self, body: bytes) -> Notice:
        try:
            said = json.loads(body)
            resource = said["resource"]
            if resource["algorithm"] != "AEAD_AES_256_GCM":
                raise NotifyRefused("sealed in another way")
            plain = self._aes.decrypt(
                resource["nonce"].encode(),
                base64.b64decode(resource["ciphertext"], validate=True),
                (resource.get("associated_data") or "").encode(),
            )
            opened = json.loads(plain)
            kind = str(resource.get("original_type") or resource.get("associated_data"))
            notice = Notice(str(said["id"])[:64], str(said["event_type"]), kind, dict(opened))
        except InvalidTag as error:
            raise NotifyRefused("the seal does not open") from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise NotifyRefused("unreadable") from error
        return notice


def _check_signature(key: Any, signature: str, message: bytes) -> None:
    try:
        key.verify(base64.b64decode(signature, validate=True), message, PKCS1v15(), SHA256())
    except (InvalidSignature, binascii.Error, ValueError) as error:
        raise NotifyRefused("the signature is not WeChat's") from error


_configured: list[Verifier] = []


def configure(verifier: Verifier | None) -> None:
    """Make this the process's verifier (at start)."""
    _configured[:] = [verifier] if verifier else []


def verifier() -> Verifier:
    """The process's verifier. Raises NotifyRefused where no account is configured."""
    if not _configured:
        raise NotifyRefused("no account is configured")
    return _configured[0]
