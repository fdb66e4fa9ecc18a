"""How devices sign, which moments are believed, what a barrier is told. Pure."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from backend.core.labels import Labelled
from backend.engines.lots.queries import LONGEST

SKEW = timedelta(minutes=5)
"""How far a device's clock may be off for what happens now."""
OLDEST = timedelta(days=30)
"""How old an event of a device that was offline may be."""
NONCES_KEPT = timedelta(minutes=15)
OLD_SECRET = timedelta(hours=24)
"""How long the secret before a rotation is still good."""
SILENT = timedelta(minutes=5)
"""Without a word for so long a device counts as offline."""
COMMAND = timedelta(seconds=60)
"""How long an opening by hand waits for the barrier to fetch it."""
STANDING = timedelta(minutes=5)
"""How long a car that asked at the barrier is taken to stand there."""
KEPT = LONGEST
"""How long an event keeps its plate: as long as a stay can last."""
KEY_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
KEY_LENGTH = 12
LONGEST_KEY = 16


class Direction(Labelled):
    IN = "in", "入口"
    OUT = "out", "出口"


class EventKind(Labelled):
    ASK = "ask", "等候"
    """A car stands at the barrier: what shall it do?"""
    PASS = "pass", "通过"
    """A car has passed; only these make stays."""


class Action(Labelled):
    OPEN = "open", "放行"
    PAY = "pay", "缴费"
    REFUSE = "refuse", "不放行"


@dataclass(frozen=True)
class Signed:
    """A request as it came: what its signature covers, and the signature."""

    method: str
    path: str
    body: bytes
    timestamp: str
    nonce: str
    signature: str

    @property
    def text(self) -> bytes:
        digest = sha256(self.body).hexdigest()
        lines = ["LINLI-GATE-1", self.timestamp, self.nonce, self.method, self.path, digest]
        return "\n".join(lines).encode()


def signature(secret: str, one: Signed) -> str:
    """64 hex digits: HMAC-SHA256 of `one.text` by the secret as it was shown."""
    return hmac.new(secret.encode(), one.text, sha256).hexdigest()


def is_signed_by(secret: str, one: Signed) -> bool:
    return hmac.compare_digest(signature(secret, one).encode(), one.signature.encode())


def sent_at(timestamp: str) -> datetime | None:
    """The moment of the header, epoch seconds; None when it is none."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 11):
        return None
    return datetime.fromtimestamp(int(timestamp)).astimezone()


def is_key(text: str) -> bool:
    """Whether it can be a device's public name."""
    return len(text) <= LONGEST_KEY and text.isascii() and text.isalnum()


def new_key() -> str:
    """The public name of a device, which its addresses bear."""
    return "".join(secrets.choice(KEY_ALPHABET) for _ in range(KEY_LENGTH))


def new_secret() -> str:
    return secrets.token_urlsafe(32)


def problem(kind: EventKind, at: datetime, now: datetime) -> str | None:
    """Why an event's own moment cannot be believed: a code, or None."""
    if at > now + SKEW:
        return "in_future"
    if at < now - (SKEW if kind is EventKind.ASK else OLDEST):
        return "too_old"
    return None
