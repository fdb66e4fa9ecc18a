"""How heads are counted. Pure.

民法典 §278 counts participants and approvals twice, by floor space and by number of owners. How
owners are numbered is settled by the Supreme People's Court's interpretation on 建筑物区分所有权
(法释〔2020〕17号) §9: each exclusive part counts as one owner, but what the developer has not sold,
or sold and not handed over, is one owner altogether, and so are several parts of one buyer. We read
"one buyer" as the same set of owners: a couple's two flats are one head; a flat of one of them
alone is another. A part whose owner nobody has registered stays one head of its own. Floor space is
that of the register (§8), in 0.01 m².
"""

from collections.abc import Iterable, Mapping
from hashlib import sha256


def headed(
    dwelling_ids: Iterable[int], owners: Mapping[int, frozenset[int]], unsold: frozenset[int]
) -> dict[int, int]:
    """The number of the head, from 1, that each dwelling counts towards."""
    heads: dict[object, int] = {}
    found: dict[int, int] = {}
    for one in dwelling_ids:
        key = "developer" if one in unsold else owners.get(one) or ("unknown", one)
        found[one] = heads.setdefault(key, len(heads) + 1)
    return found


def digest(roll: Iterable[tuple[int, int]]) -> str:
    """The hash of a roll of (head, area): its lines `head area`, sorted as text."""
    lines = sorted(f"{head} {area}" for head, area in roll)
    return sha256("\n".join(lines).encode()).hexdigest()
