"""How long a service was, and how certificates are numbered. Pure."""

import re
import secrets
from datetime import datetime

MOST_MINUTES = 12 * 60
"""Of one service: whoever says more has mistyped."""
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_NUMBER = re.compile(f"ZY[{ALPHABET}]{{12}}")


def served(came: datetime, went: datetime, starts: datetime, ends: datetime) -> int:
    """Whole minutes between coming and going, within what was arranged."""
    seconds = (min(went, ends) - max(came, starts)).total_seconds()
    return min(max(int(seconds // 60), 0), MOST_MINUTES)


def spoken(minutes: int) -> str:
    """`3 小时 20 分钟`."""
    hours, rest = divmod(minutes, 60)
    said = [f"{hours} 小时"] if hours else []
    return " ".join([*said, f"{rest} 分钟"] if rest or not hours else said)


def new_number() -> str:
    """60 random bits: nobody finds somebody else's certificate by trying."""
    return "ZY" + "".join(secrets.choice(ALPHABET) for _ in range(12))


def read_number(text: str) -> str | None:
    """A number as it is typed from paper: blanks, hyphens and small letters do no harm. None for
    what cannot be one."""
    plain = "".join(text.upper().split()).replace("-", "")
    return plain if _NUMBER.fullmatch(plain) else None


def printed(number: str) -> str:
    """`ZY-ABCD-EFGH-JKLM`."""
    parts = [number[:2], *(number[at : at + 4] for at in range(2, len(number), 4))]
    return "-".join(parts)
