"""The duty list as it comes with the package: 46 items in five files, and what else texts say.

`a.toml` … `e.toml` hold the items, `elsewhere.toml` matters that are on no list, `signals.toml`
words of kind and urgency.
"""

import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Literal

Kind = Literal["repair", "complaint", "suggestion", "help"]
Grade = Literal["yellow", "orange", "red"]

KINDS: tuple[Kind, ...] = ("repair", "complaint", "suggestion", "help")
CLASSES = ("a", "b", "c", "d", "e")
LEVELS = {"decisive": 4.5, "strong": 3.0, "plain": 1.5, "weak": 0.5, "against": -2.0}


@dataclass(frozen=True, slots=True)
class Law:
    """One article that a duty rests on; `gist` says it in a line."""

    law: str
    article: str
    gist: str


@dataclass(frozen=True, slots=True)
class Item:
    """One duty. `deadlines`: hours by clock (contact, arrive, done) where not the grade's own.

    `words` weigh for it (below 0: against it); `orange` and `red` raise its grade.
    """

    code: str
    class_code: str
    class_name: str
    item: str
    lead: str
    co: tuple[str, ...]
    kind: Kind
    grade: Grade
    words: dict[str, float]
    orange: tuple[str, ...]
    red: tuple[str, ...]
    steps: tuple[str, ...]
    examples: tuple[str, ...]
    law: tuple[Law, ...]
    deadlines: dict[str, int] = field(default_factory=dict)


def normalise(text: str) -> str:
    """Text as words are looked up in it: half width, lower case, no blanks, no Excel escapes."""
    return "".join(unicodedata.normalize("NFKC", text).lower().replace("_x000d_", "").split())


def weights(entry: Mapping[str, Any]) -> dict[str, float]:
    """The words of an entry with their level's weight; a longer one weighs at least its part."""
    said: dict[str, float] = {}
    for level, weight in LEVELS.items():
        for word in entry.get(level, ()):
            said.setdefault(normalise(word), weight)
    return {
        word: max(said[part] for part in said if part in word) if weight > 0 else weight
        for word, weight in said.items()
    }


@cache
def read(name: str) -> dict[str, Any]:
    """One file of the data."""
    return tomllib.loads((files(__name__) / f"{name}.toml").read_text("utf-8"))


@cache
def items() -> tuple[Item, ...]:
    """All items in the order of their codes."""
    return tuple(
        _item(entry, listed["class"], listed["name"])
        for listed in map(read, CLASSES)
        for entry in listed["items"]
    )


def _item(entry: Mapping[str, Any], class_code: str, class_name: str) -> Item:
    return Item(
        code=entry["code"],
        class_code=class_code,
        class_name=class_name,
        item=entry["item"],
        lead=entry["lead"],
        co=tuple(entry["co"]),
        kind=entry["kind"],
        grade=entry["grade"],
        words=weights(entry),
        orange=tuple(map(normalise, entry.get("orange", ()))),
        red=tuple(map(normalise, entry.get("red", ()))),
        steps=tuple(entry["steps"]),
        examples=tuple(entry["examples"]),
        law=tuple(Law(**article) for article in entry["law"]),
        deadlines=dict(entry.get("deadlines", {})),
    )


def topics() -> dict[str, dict[str, float]]:
    """Matters outside the list by name, with the weights of their words."""
    return {topic["name"]: weights(topic) for topic in read("elsewhere")["topics"]}


def kinds() -> dict[Kind, dict[str, float]]:
    """What speaks for each kind of order."""
    return {kind: weights(read("signals")["kinds"][kind]) for kind in KINDS}


def alarms() -> dict[str, tuple[str, ...]]:
    """Words of danger (`red`, `orange`), harmless ones that hold them (`calm`), `fear`, `dread`."""
    return {name: tuple(map(normalise, ws)) for name, ws in read("signals")["grades"].items()}
