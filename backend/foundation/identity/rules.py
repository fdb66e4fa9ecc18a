"""Names and bounds of identity; passwords and one-time codes."""

import hmac
from datetime import datetime, timedelta
from enum import StrEnum

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

NEWCOMER = "邻居"
"""The nickname of whoever has not chosen one."""
GONE = "已注销用户"
"""What stands where an erased person's name stood."""

ACTOR_SECONDS = 0.9
"""How long a process may believe a token it has looked up: revocation takes effect within 1 s."""
TOUCHED_AFTER = timedelta(hours=1)
"""A session's expiry moves at most this often: reading costs no writes."""
ADMINISTRATOR_HOURS = 12
SESSIONS_KEPT = timedelta(days=30)
"""How long an ended session stays in the list of devices' history."""


class Theme(StrEnum):
    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"


ISSUER = "Linli 邻里"
PASSWORD_LENGTH = 12
"""The shortest password an administrator may have."""
LOCKOUT = "10 per 15 minute"
"""How many wrong attempts one username may see, whoever makes them."""
COMING_IN = "3000/minute"
"""Logins by WeChat from one address: a carrier puts a whole quarter behind one."""
WRONG_CODES = "60/minute"
"""Of these so many may be wrong: nobody's phone sends a wrong code twice, and each costs a call to
WeChat. One minute, for innocent neighbours behind the same address wait as well."""
LOGINS = "60/hour"
"""How often one person may come in: phones keep their token."""
STEP_SECONDS = 30

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""OWASP's second choice: 19 MiB, so that a few logins at once fit into a small machine."""
NOBODY_PASSWORD = _hasher.hash(pyotp.random_base32())
NOBODY_SECRET = pyotp.random_base32()
"""What an unknown username is checked against, so that the time tells nothing."""


def hash_password(password: str) -> str:
    """Takes some 30 ms of processor: not on the event loop."""
    return _hasher.hash(password)


def password_fits(hashed: str, password: str) -> bool:
    """As slow as hashing: not on the event loop."""
    try:
        return _hasher.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False


def new_totp_secret() -> str:
    return pyotp.random_base32()


def totp_uri(secret: str, username: str) -> str:
    """`otpauth://…` to show as a QR code once."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=ISSUER)


def totp_step(secret: str, code: str, now: datetime) -> int | None:
    """Which half minute the code belongs to: this one or a neighbour (clocks differ), or None."""
    current = int(now.timestamp()) // STEP_SECONDS
    totp = pyotp.TOTP(secret, interval=STEP_SECONDS)
    found = None
    for step in (current - 1, current, current + 1):
        if hmac.compare_digest(totp.at(step * STEP_SECONDS), code):
            found = step
    return found
