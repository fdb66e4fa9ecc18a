"""Read a demand: which duty, what kind, how urgent. Pure functions; every answer names the words it rests on.

The duty list is data (`data/a.toml` … `e.toml`): each item's words carry weights (`LEVELS`). A word `x+y` is heard where
both parts stand within `NEAR` characters. Matters outside the list (`elsewhere.toml`) compete with the items, so that a
text about them is never sure. What was learned from corrections is added by the caller's table {(word, code): delta}.
"""

import math
import re
import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal, NamedTuple

import ahocorasick

Kind = Literal["repair", "complaint", "suggestion", "help"]
Grade = Literal["yellow", "orange", "red"]
Weights = Mapping[tuple[str, str], float]

CLASSES = ("a", "b", "c", "d", "e")
KINDS: tuple[Kind, ...] = ("repair", "complaint", "suggestion", "help")
LEVELS = {"decisive": 4.5, "strong": 3.0, "plain": 1.5, "weak": 0.5, "against": -2.0}
NEAR = 8  # characters between the two parts of a word `x+y`
FEAR_SPAN = 5  # characters before a red word in which "万一", "担心" … make it a fear
TITLE_FACTOR = 2.5
PLACES = ((60, 1.5), (200, 1.0))  # up to this character a word counts so much; later ones LATE
LATE = 0.5
DAMPING = 0.75  # each further word of a duty counts so much less
RIVALRY = 0.5  # how much the best rival and what lies outside the list lower the sureness
LONGEST = 4000  # characters read of a text; the rest says nothing new and costs time
SURE = 0.62
MARGIN = 0.3  # how far the first must be ahead of the second to be sure
STRENGTH = 3.0  # the score at which a match without rivals is half sure
RATE, LIMIT = 0.5, 2.5  # how fast and how far a correction may move one weight

BESIDE = 0.4  # a word that only says where ("医院对面") counts so much
LANDMARK = re.compile(
    "对面|旁|附近|隔壁|[东南西北]面|[东南西北]边|[东南西北]侧|门口|后面|前面|以[东南西北]"
)
GREETING = re.compile(
    r"^(尊敬的)?[^,。;!?]{0,16}?(您们?好|你们?好|大家好|领导好|(书记|市长|领导|主任|局长|县长)好?)[,:;!。~]*"
)


class Law(NamedTuple):
    """One article a duty rests on; `gist` says it in a line."""

    law: str
    article: str
    gist: str


@dataclass(frozen=True, slots=True)
class Item:
    """One duty of the list. `deadlines`: hours by clock (contact, arrive, done) where they differ from the grade's."""

    code: str
    class_code: str
    class_name: str
    item: str
    lead: str
    co: tuple[str, ...]
    kind: Kind
    grade: Grade
    deadlines: dict[str, int]
    words: dict[str, float]
    orange: tuple[str, ...]
    red: tuple[str, ...]
    steps: tuple[str, ...]
    examples: tuple[str, ...]
    law: tuple[Law, ...]


class Heard(NamedTuple):
    """A word found in the text: how often (both parts count once for a word `x+y`) and how much its places count."""

    times: int
    factor: float
    feared: bool


@dataclass(frozen=True, slots=True)
class Match:
    """A duty a text may belong to; `words` are those heard, the weightiest first; `sureness` in 0..1."""

    code: str
    item: str
    department: str
    sureness: float
    words: tuple[str, ...]
    score: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read: matches best first; `elsewhere` names the matter outside the list that weighs most, if any.

    `words` are all heard words of items and outside matters: what `learn` may move.
    """

    sure: bool
    matches: tuple[Match, ...]
    elsewhere: str | None
    kind: Kind
    kind_words: tuple[str, ...]
    grade: Grade
    grade_words: tuple[str, ...]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Book:
    """A compiled duty list: `votes[word]` → (key, weight); keys are codes, `~topic`, `kind:…`."""

    items: dict[str, Item]
    votes: dict[str, list[tuple[str, float]]]
    pairs: dict[str, list[tuple[str, str]]]
    alarms: dict[str, tuple[str, ...]]
    alarming: frozenset[str]
    fears: re.Pattern[str]
    dreads: re.Pattern[str]
    automaton: Any


def normalise(text: str) -> str:
    """The text as words are looked up in it: half width, lower case, no blanks, no spreadsheet escapes."""
    return "".join(unicodedata.normalize("NFKC", text).lower().replace("_x000d_", "").split())


def weights_of(entry: Mapping[str, Any]) -> dict[str, float]:
    """The words of one entry, normalised, with the weight of their level; a longer word weighs no less than a shorter in it."""
    said: dict[str, float] = {}
    for level, weight in LEVELS.items():
        for word in entry.get(level, ()):
            said.setdefault(normalise(word), weight)
    return {
        word: max(weight, *(said[part] for part in said if part in word)) if weight > 0 else weight
        for word, weight in said.items()
    }


def item_of(entry: Mapping[str, Any], class_code: str, class_name: str) -> Item:
    """An `Item` from one `[[items]]` table of the data. Raises KeyError where a field is missing."""
    return Item(
        code=entry["code"],
        class_code=class_code,
        class_name=class_name,
        item=entry["item"],
        lead=entry["lead"],
        co=tuple(entry["co"]),
        kind=entry["kind"],
        grade=entry["grade"],
        deadlines=dict(entry.get("deadlines", {})),
        words=weights_of(entry),
        orange=tuple(map(normalise, entry.get("orange", ()))),
        red=tuple(map(normalise, entry.get("red", ()))),
        steps=tuple(entry["steps"]),
        examples=tuple(entry["examples"]),
        law=tuple(Law(**article) for article in entry["law"]),
    )


def data(name: str) -> dict[str, Any]:
    """One file of the packaged data."""
    return tomllib.loads((files(__package__) / "data" / f"{name}.toml").read_text("utf-8"))


@cache
def packaged_items() -> tuple[Item, ...]:
    """The duty list that comes with the package, in the order of its codes."""
    return tuple(
        item_of(entry, listed["class"], listed["name"])
        for listed in map(data, CLASSES)
        for entry in listed["items"]
    )


def compiled(items: Iterable[Item]) -> Book:
    """A list made ready for reading; a few ms and about 1 MB."""
    by_code = {item.code: item for item in items}
    signals = data("signals")
    votes: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for code, item in by_code.items():
        _vote(votes, code, item.words)
    for topic in data("elsewhere")["topics"]:
        _vote(votes, f"~{topic['name']}", weights_of(topic))
    for kind in KINDS:
        _vote(votes, f"kind:{kind}", weights_of(signals["kinds"][kind]))
    alarms = {name: tuple(map(normalise, words)) for name, words in signals["grades"].items()}
    fears, dreads = ("|".join(alarms.pop(name)) for name in ("fear", "dread"))
    alarming = {word for words in alarms.values() for word in words}
    alarming.update(word for item in by_code.values() for word in (*item.orange, *item.red))
    spoken = {*votes, *alarming}
    pairs: dict[str, list[tuple[str, str]]] = defaultdict(list)
    automaton = ahocorasick.Automaton()
    for word in sorted(spoken):
        first, plus, second = word.partition("+")
        if plus:
            pairs[first].append((second, word))
        for part in filter(None, (first, second)):
            automaton.add_word(part, part)
    automaton.make_automaton()
    return Book(
        items=by_code,
        votes=dict(votes),
        pairs=dict(pairs),
        alarms=alarms,
        alarming=frozenset(alarming),
        fears=re.compile(fears),
        dreads=re.compile(dreads),
        automaton=automaton,
    )


def _vote(votes: dict[str, list[tuple[str, float]]], key: str, words: Mapping[str, float]) -> None:
    for word, weight in words.items():
        votes[word].append((key, weight))


@cache
def packaged_book() -> Book:
    """The packaged list, compiled once per process."""
    return compiled(packaged_items())


def hear(book: Book, text: str, title: str = "") -> tuple[dict[str, Heard], dict[str, Heard]]:
    """The voting words and the alarming words of a text.

    A word inside a longer one of its sort is not heard by itself: 电梯 in 加装电梯, 火灾 in 火灾隐患.
    """
    head = normalise(title)[:LONGEST]
    body = GREETING.sub("", normalise(text)[:LONGEST], count=1)
    whole = f"{head}\n{body}"
    spans = [(end - len(word) + 1, end + 1, word) for end, word in book.automaton.iter(whole)]
    spans.sort(key=lambda span: (span[0], -span[1]))
    paired = _paired(book, spans)
    votes, alarms = (
        {
            word: _weighed(book, whole, len(head), starts, len(word.partition("+")[0]))
            for word, starts in (_outermost(spans, words) | paired).items()
            if word in words
        }
        for words in (book.votes, book.alarming)
    )
    return votes, alarms


def _paired(book: Book, spans: Iterable[tuple[int, int, str]]) -> dict[str, list[int]]:
    """Where the words `x+y` stand (their x)."""
    everywhere: dict[str, list[int]] = defaultdict(list)
    for start, _, word in spans:
        everywhere[word].append(start)
    found = {}
    for first in everywhere.keys() & book.pairs.keys():
        for second, word in book.pairs[first]:
            if second in everywhere:
                starts = _together(everywhere[first], everywhere[second], first, second)
                if starts:
                    found[word] = starts
    return found


def _outermost(
    spans: Iterable[tuple[int, int, str]], vocabulary: Container[str]
) -> dict[str, list[int]]:
    """Where the words of a vocabulary stand, but for those inside a longer word of it; spans by start, longest first."""
    found: dict[str, list[int]] = defaultdict(list)
    reach = 0
    for start, end, word in spans:
        if end > reach and word in vocabulary:
            found[word].append(start)
            reach = end
    return found


def _together(one: list[int], other: list[int], first: str, second: str) -> list[int]:
    """Where `first` stands with `second` within NEAR characters, in either order."""
    return [
        start
        for start in one
        if any(
            0 <= at - start - len(first) <= NEAR or 0 <= start - at - len(second) <= NEAR
            for at in other
        )
    ]


def _weighed(book: Book, whole: str, head: int, starts: list[int], length: int) -> Heard:
    factor = max(_factor(start, head) for start in starts)
    if all(LANDMARK.match(whole, start + length) for start in starts):
        factor *= BESIDE
    feared = all(
        book.fears.search(whole, max(0, start - FEAR_SPAN), start)
        or book.dreads.search(whole, start + length, start + length + FEAR_SPAN)
        for start in starts
    )
    return Heard(len(starts), factor * (1 + 0.3 * math.log2(len(starts))), feared)


def _factor(start: int, head: int) -> float:
    if start < head:
        return TITLE_FACTOR
    return next((factor for limit, factor in PLACES if start - head <= limit), LATE)


def tally(book: Book, heard: Mapping[str, Heard], learned: Weights) -> dict[str, dict[str, float]]:
    """Points by key and word: weight (plus what was learned) × how much the word's places count."""
    points: dict[str, dict[str, float]] = defaultdict(dict)
    for word, said in heard.items():
        for key, weight in book.votes.get(word, ()):
            points[key][word] = weight * said.factor
    for (word, code), delta in learned.items():
        if word in heard and code in book.items:
            points[code][word] = points[code].get(word, 0.0) + delta * heard[word].factor
    return points


def total(points: Iterable[float]) -> float:
    """The score of one key: its weightiest word counts whole, each further one less (synonyms say nothing new)."""
    ranked = sorted(points, reverse=True)
    return sum(point * DAMPING**rank if point > 0 else point for rank, point in enumerate(ranked))


def read(book: Book, text: str, title: str = "", learned: Weights | None = None) -> Reading:
    """Everything a text says: its duties (best first, at most three), kind and grade."""
    heard, alarms = hear(book, text, title)
    points = tally(book, heard, learned or {})
    scores = {key: total(by_word.values()) for key, by_word in points.items()}
    ranked = sorted(
        (key for key in scores if key in book.items and scores[key] > 0),
        key=lambda key: (-scores[key], key),
    )
    topics = [key for key in scores if key.startswith("~")]
    topic = max(topics, key=lambda key: (scores[key], key), default=None)
    outside = scores[topic] if topic else 0.0
    matches = _matches(book, points, scores, ranked, outside)
    best = book.items[ranked[0]] if ranked else None
    kind, kind_words = _kind(points, scores, best)
    grade, grade_words = _grade(book, alarms, best)
    sure = _sure(matches)
    weighs = topic if topic and (not ranked or outside > scores[ranked[0]]) else None
    return Reading(
        sure=sure,
        matches=matches,
        elsewhere=weighs[1:] if weighs else None,
        kind=kind,
        kind_words=kind_words,
        grade=grade,
        grade_words=grade_words,
        words=tuple(sorted(heard)),
    )


def _matches(
    book: Book,
    points: Mapping[str, Mapping[str, float]],
    scores: Mapping[str, float],
    ranked: list[str],
    outside: float,
) -> tuple[Match, ...]:
    found = []
    for code in ranked[:3]:
        rival = max((scores[other] for other in ranked[:2] if other != code), default=0.0)
        words = sorted(points[code], key=lambda word: (-points[code][word], word))
        item = book.items[code]
        found.append(
            Match(
                code=code,
                item=item.item,
                department=item.lead,
                sureness=round(sureness(scores[code], rival, outside), 3),
                words=tuple(word for word in words if points[code][word] > 0),
                score=round(scores[code], 2),
            )
        )
    return tuple(found)


def sureness(score: float, rival: float, outside: float) -> float:
    """How sure a match is, 0..1: strong by itself, far ahead of its best rival and of what lies outside the list."""
    if score <= 0:
        return 0.0
    strength = score / (score + STRENGTH)
    return strength * score / (score + RIVALRY * (rival + max(outside, 0.0)))


def _sure(matches: tuple[Match, ...]) -> bool:
    if not matches or matches[0].sureness < SURE:
        return False
    return len(matches) == 1 or matches[0].sureness - matches[1].sureness >= MARGIN


def _kind(
    points: Mapping[str, Mapping[str, float]], scores: Mapping[str, float], best: Item | None
) -> tuple[Kind, tuple[str, ...]]:
    """The order's kind; the best duty's usual kind weighs like one strong word."""
    usual = {best.kind: LEVELS["strong"]} if best else {}
    kind = max(KINDS, key=lambda one: scores.get(f"kind:{one}", 0.0) + usual.get(one, 0.0))
    said = points.get(f"kind:{kind}", {})
    if not said and not best:
        return "help", ()
    return kind, tuple(sorted(said, key=lambda word: (-said[word], word)))


def _grade(
    book: Book, heard: Mapping[str, Heard], best: Item | None
) -> tuple[Grade, tuple[str, ...]]:
    """The grade: the best duty's own, raised by words of danger; a danger only feared raises to orange."""
    reds = {*book.alarms["red"], *(best.red if best else ())}
    oranges = {*book.alarms["orange"], *(best.orange if best else ())}
    said_red = sorted(word for word in heard if word in reds)
    facts = tuple(word for word in said_red if not heard[word].feared)
    if facts:
        return "red", facts
    said = (*said_red, *sorted(word for word in heard if word in oranges))
    if said or (best and best.grade == "orange"):
        return "orange", said
    return (best.grade if best else "yellow"), ()


def learn(
    weights: Weights, words: Iterable[str], wrong: str | None, right: str | None
) -> dict[tuple[str, str], float]:
    """The entries a correction changes: each word moves away from `wrong` and towards `right`.

    Steps shrink towards ±LIMIT, which no weight ever passes; many words share one step, so that no text counts double.
    """
    heard = sorted(set(words))
    if not heard or wrong == right:
        return {}
    step = RATE / math.sqrt(len(heard))
    changed: dict[tuple[str, str], float] = {}
    for code, towards in ((wrong, -LIMIT), (right, LIMIT)):
        for word in heard if code else ():
            old = weights.get((word, code or ""), 0.0)
            new = old + (towards - old) * step / LIMIT
            changed[(word, code or "")] = max(-LIMIT, min(LIMIT, new))
    return changed
