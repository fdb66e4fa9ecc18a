"""What the people of the sample city say, put together from `texts.toml`."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any

from backend.engines.duties import rules as duties
from backend.engines.duties.data import Item
from backend.engines.duties.rules import Reading
from backend.engines.orders import rules as orders

ELSEWHERE = "elsewhere"
"""In place of a duty's code: what is on no list."""


@dataclass(frozen=True)
class Saying:
    """A demand in somebody's words, how the house reads it, and how it will be settled."""

    code: str
    kind: str
    text: str
    reading: Reading
    result: str


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads((files("backend.sample") / "texts.toml").read_text("utf-8"))


def codes() -> list[str]:
    return list(_data()["duties"])


def item(code: str) -> Item | None:
    """The duty; None for what is on no list."""
    return duties.packaged().items.get(code)


def say(random: Random, code: str, building: str, unit: str, compound: str) -> Saying:
    """A demand about the duty; what is added to it depends on its kind."""
    said, settled = random.choice(_data()["duties"][code])
    kind, _, pattern = said.rpartition(":")
    if not kind:
        duty = item(code)
        kind = str(duty.kind) if duty else "help"
    more = random.choice([*_data()["more"][kind], ""])
    words = pattern + (f"，{more}" if more else "")
    text = _filled(random, words, b=building, u=unit, c=compound)
    reading = duties.read(duties.packaged(), text, "", {})
    return Saying(code, kind, text, reading, _filled(random, settled))


def _filled(random: Random, words: str, **places: str) -> str:
    """With names of places (a place without a name is left out) and small numbers."""
    numbers = {"n": random.randint(2, 6), "f": random.randint(3, 18), "h": random.randint(1, 4)}
    return words.format(**places, **numbers)


def note(random: Random, key: str) -> str:
    """What is said with a move, as `texts.toml` lists it under `notes`; may be empty."""
    return str(random.choice(_data()["notes"][key]))


def rating(random: Random, stars: int) -> str:
    return str(random.choice(_data()["ratings"][str(stars)]))


_ANSWERS = {
    "visit_at": ("09:00", "12:30", "18:30", "19:00", "20:00"),
    "about": ("物业", "隔壁住户", "楼上住户", "路口的商户", "施工队"),
    "since": ("上周", "这个月初", "昨天晚上", "半年前", "国庆以后"),
}


def answers(random: Random, kind: str) -> list[dict[str, str]]:
    """Answers to the kind's questions; those that need none are answered by half of the people."""
    given: dict[str, str] = {}
    for question in orders.kind_of(kind).questions:
        if question.required or random.random() < 0.5:
            options = question.options or _ANSWERS.get(question.key, ("是", "否"))
            given[question.key] = random.choice(options)
    return orders.checked_answers(orders.kind_of(kind), given)
