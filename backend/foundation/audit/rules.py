"""What goes into an entry, which chain it belongs to, and how a link is made."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

FIRST = "0" * 64
"""What stands as the previous hash before the first entry of a chain."""
HOUSE = "/"
"""The chain of what happens at no area in particular, and of the opening of all other chains."""
CHAIN_DEPTH = 3
"""County, street, community: what lies deeper shares its community's chain."""

PERSONAL = frozenset({"phone", "real_name", "id_number", "openid", "unionid", "token", "password"})
_NUMBERS = re.compile(r"(?<!\d)(1[3-9]\d|\d{3})(?:(?<=1[3-9]\d)\d{4}|\d{11})(\d{3}[\dXx])(?!\d)")
"""A mobile phone (11 digits) or an identity card (18)."""


def chain_of(area_path: str) -> str:
    """The chain of an area: its community's path, or its own where it stands above one."""
    ids = [part for part in area_path.split("/") if part]
    return HOUSE + "".join(f"{part}/" for part in ids[:CHAIN_DEPTH])


def detail_text(detail: Mapping[str, Any]) -> str:
    """Canonical JSON without personal data: long numbers in what people wrote are masked.

    Raises ValueError for a key that names personal data: store an id instead.
    """
    named = PERSONAL & detail.keys()
    if named:
        raise ValueError(f"personal data does not belong into the audit: {sorted(named)}")
    return canonical(_masked(dict(detail)))


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return _NUMBERS.sub(r"\1****\2", value)
    if isinstance(value, Mapping):
        return {str(key): _masked(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_masked(one) for one in value]
    return value


def canonical(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


SAID = ("id", "actor_id", "action", "subject", "area_path", "detail")
"""What an entry says, besides when."""


def link(
    entry: Mapping[str, Any], at: datetime, *, position: int, previous: str, chain: str
) -> str:
    """The hash of an entry at its place: 64 hex digits over everything it says."""
    said = [entry[name] for name in SAID]
    content = [chain, position, previous, *said, at.isoformat(timespec="microseconds")]
    return sha256(canonical(content).encode()).hexdigest()


def head_message(chain: str, length: int, head_hash: str) -> str:
    """What the house signs of a chain's head."""
    return f"audit|{chain}|{length}|{head_hash}"
