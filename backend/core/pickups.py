"""Codes by which things are handed over at a counter: short, kept sealed, found by a keyed index.

A code is sealed with its counter (`scope`), so that its index is that counter's own.
"""

import base64
import secrets

from backend.core import crypto, printing

DIGITS = 8


def new() -> str:
    """A code that nobody guesses within the tries that there are."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"


def digits_in(text: str) -> str:
    """The digits in what was scanned or typed: `LLQH12345678`, `1234 5678`."""
    return "".join(one for one in text if one.isascii() and one.isdigit())


def sealed(code: str, scope: int, *, field: str, row: str) -> dict[str, str]:
    """The columns `code` and `code_index` for the row of this seal."""
    text = f"{scope}:{code}"
    return {
        "code": crypto.encrypt(text, field=field, row=row),
        "code_index": crypto.blind_index(text, field=field),
    }


def opened(text: str, *, field: str, row: str) -> str:
    """A sealed code in plain."""
    return crypto.decrypt(text, field=field, row=row).partition(":")[2]


def indexes(text: str, scope: int, *, field: str) -> list[str]:
    """What to look for to find a code as scanned or typed, while keys are being rotated too."""
    return crypto.blind_indexes(f"{scope}:{digits_in(text)}", field=field)


def qr(prefix: str, code: str) -> str:
    """The code as a QR in a data URL, as phones can show it without another request. The prefix
    tells a scanner what it sees."""
    picture = base64.b64encode(printing.qr(f"{prefix}{code}")).decode()
    return f"data:image/png;base64,{picture}"
