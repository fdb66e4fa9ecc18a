"""Keys and what they protect: field encryption, blind indexes, signatures, tokens, masks.

AES-256-GCM bound to field and row, so that a ciphertext moved elsewhere does not open; the key's
id stands in front, so that keys can be rotated. Blind indexes are keyed: an unkeyed hash of a
phone number is guessed within an hour.
"""

import base64
import hmac
import secrets
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12


class WrongKey(Exception):
    """A ciphertext that none of our keys opens, or one moved to another row."""


@dataclass
class _Ring:
    current: str = ""
    keys: dict[str, bytes] = field(default_factory=dict)


_ring = _Ring()


def configure(keys: str) -> None:
    """Take keys from `id:base64,id:base64`; the first encrypts and signs, all of them open.

    Raises ValueError for a key that is not 32 bytes or an id used twice.
    """
    ring: dict[str, bytes] = {}
    for part in filter(None, (piece.strip() for piece in keys.split(","))):
        name, _, encoded = part.partition(":")
        key = base64.b64decode(encoded, validate=True)
        if len(key) != 32 or not name or name in ring:
            raise ValueError(f"key {name!r} must be 32 bytes of base64 with an id of its own")
        ring[name] = key
    if not ring:
        raise ValueError("LINLI_SECRET_KEYS is empty")
    _ring.keys, _ring.current = ring, next(iter(ring))


def new_key(name: str) -> str:
    """A fresh `id:base64` to put in front of the others."""
    return f"{name}:{base64.b64encode(secrets.token_bytes(32)).decode()}"


def _derived(key: bytes, purpose: str) -> bytes:
    return hmac.digest(key, purpose.encode(), "sha256")


def encrypt(text: str, *, field: str, row: int | str) -> str:
    """`keyid.base64(nonce + ciphertext)`, which opens only for this field and row."""
    name = _ring.current
    nonce = secrets.token_bytes(NONCE_BYTES)
    bound = f"{field}|{row}|{name}".encode()
    sealed = AESGCM(_ring.keys[name]).encrypt(nonce, text.encode(), bound)
    return f"{name}.{base64.b64encode(nonce + sealed).decode()}"


def decrypt(sealed: str, *, field: str, row: int | str) -> str:
    """The plain text. Raises WrongKey."""
    name, _, encoded = sealed.partition(".")
    key = _ring.keys.get(name)
    if key is None:
        raise WrongKey(f"no key {name!r}")
    raw = base64.b64decode(encoded)
    bound = f"{field}|{row}|{name}".encode()
    try:
        return AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], bound).decode()
    except InvalidTag as error:
        raise WrongKey(f"{field} of {row} does not open") from error


def is_current(sealed: str) -> bool:
    """Whether the newest key sealed it; if not, rotation has still to reach it."""
    return sealed.startswith(f"{_ring.current}.")


def blind_index(text: str, *, field: str) -> str:
    """64 hex digits that are equal for equal texts, by the newest key."""
    return _index(_ring.keys[_ring.current], text, field)


def blind_indexes(text: str, *, field: str) -> list[str]:
    """The index by every key, newest first: what to look for while a rotation is under way."""
    return [_index(key, text, field) for key in _ring.keys.values()]


def _index(key: bytes, text: str, field: str) -> str:
    return hmac.new(_derived(key, f"index:{field}"), text.encode(), sha256).hexdigest()


def sign(message: str) -> str:
    """A URL-safe signature of 32 characters by the newest key."""
    return _signature(_ring.keys[_ring.current], message)


def signed_ok(message: str, signature: str) -> bool:
    """Whether one of our keys made the signature."""
    made = [_signature(key, message) for key in _ring.keys.values()]
    return any(hmac.compare_digest(one.encode(), signature.encode()) for one in made)


def _signature(key: bytes, message: str) -> str:
    digest = hmac.digest(_derived(key, "sign"), message.encode(), "sha256")
    return base64.urlsafe_b64encode(digest[:24]).decode()


def new_token() -> str:
    """256 random bits, URL-safe: what a client keeps and we do not."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """What we keep of a token: enough to know it, not enough to use it."""
    return sha256(token.encode()).hexdigest()


def mask_phone(phone: str) -> str:
    """`138****5678`."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 9 else "*" * len(phone)


def mask_name(name: str) -> str:
    """`王**`: the first character and as many stars as follow."""
    return name[:1] + "*" * max(len(name) - 1, 1) if name else ""


def mask_id_number(number: str) -> str:
    """`371***********1234`."""
    return f"{number[:3]}{'*' * (len(number) - 7)}{number[-4:]}" if len(number) > 7 else "****"
