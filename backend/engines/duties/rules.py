"""Read a demand: which duty, what kind, how urgent. Pure; every answer names the words it rests on.

Each duty's words carry weights. A word `x+y` is heard where both parts stand within `NEAR`
characters. Matters outside the list compete with the duties, so that a text about them is never
sure. What was learned from corrections comes in as a table word → code → delta, added to the
weights.
"""

import hashlib
import math
import re
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import ahocorasick
import msgspec

from backend.engines.duties import data
from backend.engines.duties.data import KINDS, Grade, Item, Kind

Weights = Mapping[tuple[str, str], float]
Learned = Mapping[str, Mapping[str, float]]
Points = Mapping[str, Mapping[str, float]]
Span = tuple[int, int, str]

LONGEST = 4000  # characters read; what a longer text adds is repetition
NEAR = 8  # characters between the two parts of a word `x+y`
OFTEN = 20  # places of a part that are looked at: a text of one word a thousand times is no work
TITLE = 2.5  # how much a word of the title counts
PLACES = ((60, 1.5), (200, 1.0))  # up to this character of the text a word counts so much
LATE = 0.5  # … and after it
DAMPING = 0.75  # each further word of a duty counts so much less: synonyms say nothing new
AGAIN = 0.3  # what each doubling of a word's occurrences adds
BESIDE = 0.4  # a word that only says where ("医院对面") counts so much
FEAR_SPAN = 5  # characters around a red word in which "万一", "怎么办" … make it a fear
STRENGTH = 2.0  # the score at which a match without rivals is half sure
RIVALRY = 0.5  # how much the best rival and matters outside the list lower the sureness
SURE, MARGIN = 0.68, 0.3  # sure from here, and so far ahead of the second
BEST = 3  # matches shown
USUAL = 3.0  # what the best duty's usual kind weighs in the guess of the kind
RATE, LIMIT = 0.5, 2.5  # how fast and how far corrections move one weight

GREETING = re.compile(
    r"^(尊敬的)?[^,。;!?]{0,16}?([您你]们?好|大家好|(领导|书记|市长|局长|县长|主任)们?好)[,:;!。~]*"
)
LANDMARK = re.compile("对面|旁|附近|隔壁|[东南西北][面边侧]|门口|后面|前面|以[东南西北]")


class Heard(NamedTuple):
    """A word found: how much its places count, and whether it is only feared."""

    factor: float
    feared: bool


@dataclass(frozen=True, slots=True)
class Match:
    """A duty a text may belong to. `words` stand in the text, the weightiest first.

    `sureness` is 0..1; `keys` are the entries that voted, for `learn`.
    """

    code: str
    item: str
    department: str
    sureness: float
    words: tuple[str, ...]
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text says: duties (best first, at most three), kind and grade with their words.

    `elsewhere` names the matter outside the list that weighs more than any duty, if one does.
    """

    sure: bool
    matches: tuple[Match, ...]
    elsewhere: str | None
    kind: Kind
    kind_words: tuple[str, ...]
    grade: Grade
    grade_words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Book:
    """A duty list made ready for reading. `votes`: word → (code, `~topic` or `kind:…`, weight)."""

    items: dict[str, Item]
    votes: dict[str, list[tuple[str, float]]]
    pairs: dict[str, list[tuple[str, str]]]
    alarms: dict[str, tuple[str, ...]]
    alarming: frozenset[str]
    fears: re.Pattern[str]
    dreads: re.Pattern[str]
    automaton: Any


def compiled(items: Iterable[Item]) -> Book:
    """Make a list ready for reading: tens of milliseconds, a few MB."""
    by_code = {item.code: item for item in items}
    voters = {code: item.words for code, item in by_code.items()}
    voters |= {f"~{name}": words for name, words in data.topics().items()}
    voters |= {f"kind:{kind}": words for kind, words in data.kinds().items()}
    votes: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for key, weights in voters.items():
        for word, weight in weights.items():
            votes[word].append((key, weight))
    alarms = data.alarms()
    fears, dreads = ("|".join(alarms.pop(name)) for name in ("fear", "dread"))
    alarming = {word for words in alarms.values() for word in words}
    alarming.update(word for item in by_code.values() for word in (*item.orange, *item.red))
    pairs, automaton = _automaton(sorted({*votes, *alarming}))
    return Book(
        items=by_code,
        votes=dict(votes),
        pairs=pairs,
        alarms=alarms,
        alarming=frozenset(alarming),
        fears=re.compile(fears),
        dreads=re.compile(dreads),
        automaton=automaton,
    )


def _automaton(words: Iterable[str]) -> tuple[dict[str, list[tuple[str, str]]], Any]:
    """The pairs by their first part, and an automaton that finds every word and part."""
    pairs: dict[str, list[tuple[str, str]]] = defaultdict(list)
    automaton = ahocorasick.Automaton()
    for word in words:
        first, _, second = word.partition("+")
        if second:
            pairs[first].append((second, word))
        for part in filter(None, (first, second)):
            automaton.add_word(part, part)
    automaton.make_automaton()
    return dict(pairs), automaton


def digest(items: Iterable[Item]) -> str:
    """SHA-256 of a whole list, hexadecimal."""
    return hashlib.sha256(msgspec.json.encode(list(items), order="deterministic")).hexdigest()


@cache
def packaged() -> Book:
    """The list that comes with the package, compiled once per process."""
    return compiled(data.items())


def read(book: Book, text: str, title: str = "", learned: Learned | None = None) -> Reading:
    """Everything a text says. Never fails, whatever the text."""
    heard, alarms = hear(book, text, title)
    points = tally(book, heard, learned or {})
    scores = {key: total(by_word.values()) for key, by_word in points.items()}
    ranked = sorted(
        (key for key, score in scores.items() if key in book.items and score > 0),
        key=lambda key: (-scores[key], key),
    )
    topic = max((key for key in scores if key[0] == "~"), key=scores.__getitem__, default="~")
    outside = max(scores.get(topic, 0.0), 0.0)
    matches = _matches(book, points, scores, ranked, outside)
    best = book.items[ranked[0]] if ranked else None
    kind, kind_words = _kind(points, scores, best)
    grade, grade_words = _grade(book, alarms, best)
    return Reading(
        sure=_is_sure(matches),
        matches=matches,
        elsewhere=topic[1:] if outside > (scores[ranked[0]] if ranked else 0.0) else None,
        kind=kind,
        kind_words=kind_words,
        grade=grade,
        grade_words=grade_words,
    )


def hear(book: Book, text: str, title: str = "") -> tuple[dict[str, Heard], dict[str, Heard]]:
    """The voting words and the alarming words of a text.

    A word inside a longer one of its sort is not heard: 电梯 in 加装电梯, 火灾 in 火灾隐患.
    """
    head = data.normalise(title[:LONGEST])
    body = GREETING.sub("", data.normalise(text[:LONGEST]), count=1)
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


def _outermost(spans: Iterable[Span], vocabulary: Container[str]) -> dict[str, list[int]]:
    """Where words of a vocabulary stand outside longer ones; spans by start, longest first."""
    found: dict[str, list[int]] = defaultdict(list)
    reach = 0
    for start, end, word in spans:
        if end > reach and word in vocabulary:
            found[word].append(start)
            reach = end
    return found


def _paired(book: Book, spans: Iterable[Span]) -> dict[str, list[int]]:
    """Where the words `x+y` stand: their x."""
    everywhere: dict[str, list[int]] = defaultdict(list)
    for start, _, word in spans:
        if len(everywhere[word]) < OFTEN:
            everywhere[word].append(start)
    found: dict[str, list[int]] = {}
    for first in everywhere.keys() & book.pairs.keys():
        for second, word in book.pairs[first]:
            if second in everywhere:
                found[word] = _together(everywhere[first], everywhere[second], first, second)
    return {word: starts for word, starts in found.items() if starts}


def _together(ones: list[int], others: list[int], first: str, second: str) -> list[int]:
    return [
        one
        for one in ones
        if any(
            0 <= other - one - len(first) <= NEAR or 0 <= one - other - len(second) <= NEAR
            for other in others
        )
    ]


def _weighed(book: Book, whole: str, head: int, starts: list[int], length: int) -> Heard:
    factor = max(_place(start, head) for start in starts)
    factor *= 1 + AGAIN * math.log2(len(starts))
    if all(LANDMARK.match(whole, start + length) for start in starts):
        factor *= BESIDE
    feared = all(
        book.fears.search(whole, max(0, start - FEAR_SPAN), start)
        or book.dreads.search(whole, start + length, start + length + FEAR_SPAN)
        for start in starts
    )
    return Heard(factor, feared)


def _place(start: int, head: int) -> float:
    if start < head:
        return TITLE
    return next((factor for limit, factor in PLACES if start - head <= limit), LATE)


def tally(book: Book, heard: Mapping[str, Heard], learned: Learned) -> dict[str, dict[str, float]]:
    """Points by key and word: the weight, with what was learned, times what its places count."""
    points: dict[str, dict[str, float]] = defaultdict(dict)
    for word, said in heard.items():
        for key, weight in book.votes[word]:
            points[key][word] = weight * said.factor
        for code, delta in learned.get(word, {}).items():
            if code in book.items:
                points[code][word] = points[code].get(word, 0.0) + delta * said.factor
    return points


def total(points: Iterable[float]) -> float:
    """The score of one key: its weightiest word counts whole, each further one less."""
    ranked = sorted(points, reverse=True)
    return sum(one * DAMPING**rank if one > 0 else one for rank, one in enumerate(ranked))


def sureness(score: float, rival: float, outside: float) -> float:
    """0..1: strong by itself, and far ahead of its best rival and of matters outside the list."""
    if score <= 0:
        return 0.0
    return score / (score + STRENGTH) * score / (score + RIVALRY * (rival + outside))


def _matches(
    book: Book, points: Points, scores: Mapping[str, float], ranked: list[str], outside: float
) -> tuple[Match, ...]:
    found = []
    for code in ranked[:BEST]:
        rival = max((scores[other] for other in ranked[:2] if other != code), default=0.0)
        keys = [word for word in _by_points(points[code]) if points[code][word] > 0]
        found.append(
            Match(
                code=code,
                item=book.items[code].item,
                department=book.items[code].lead,
                sureness=round(sureness(scores[code], rival, outside), 3),
                words=_spoken(keys),
                keys=tuple(keys),
            )
        )
    return tuple(found)


def _by_points(by_word: Mapping[str, float]) -> list[str]:
    return sorted(by_word, key=lambda word: (-by_word[word], word))


def _spoken(keys: Iterable[str]) -> tuple[str, ...]:
    """Words as they stand in the text: both parts of `x+y`, but none that another already says."""
    found: list[str] = []
    for part in (part for key in keys for part in key.split("+")):
        if not any(part in word for word in found):
            found.append(part)
    return tuple(found)


def _is_sure(matches: tuple[Match, ...]) -> bool:
    if not matches or matches[0].sureness < SURE:
        return False
    return len(matches) == 1 or matches[0].sureness - matches[1].sureness >= MARGIN


def _kind(
    points: Points, scores: Mapping[str, float], best: Item | None
) -> tuple[Kind, tuple[str, ...]]:
    """The order's kind; a text that says nothing at all asks for help."""
    usual = best.kind if best else "help"

    def weight(kind: Kind) -> float:
        return scores.get(f"kind:{kind}", 0.0) + (USUAL if best and kind == usual else 0.0)

    kind = max(KINDS, key=lambda one: (weight(one), one == usual))
    return kind, _spoken(_by_points(points.get(f"kind:{kind}", {})))


def _grade(
    book: Book, alarms: Mapping[str, Heard], best: Item | None
) -> tuple[Grade, tuple[str, ...]]:
    """The best duty's grade, raised by words of danger; a danger only feared raises to orange."""
    own_red, own_orange = (best.red, best.orange) if best else ((), ())
    reds = sorted(alarms.keys() & {*book.alarms["red"], *own_red})
    oranges = sorted(alarms.keys() & {*book.alarms["orange"], *own_orange})
    facts = [word for word in reds if not alarms[word].feared]
    if facts or (best and best.grade == "red"):
        return "red", _spoken(facts)
    if reds or oranges or (best and best.grade == "orange"):
        return "orange", _spoken([*reds, *oranges])
    return "yellow", ()


def teaching(book: Book, text: str, title: str, wrong: str | None, right: str | None) -> list[str]:
    """The words of a text that a correction is about: what speaks for either duty.

    Where nothing does, all that was heard of any duty or outside matter.
    """
    heard, _ = hear(book, text, title)
    for_either = [word for word in heard if _speaks_for({wrong, right}, book.votes[word])]
    return sorted(for_either) or sorted(
        word for word in heard if any(not key.startswith("kind:") for key, _ in book.votes[word])
    )


def _speaks_for(codes: Container[str | None], votes: Iterable[tuple[str, float]]) -> bool:
    return any(key in codes and weight >= data.LEVELS["plain"] for key, weight in votes)


def learn(
    weights: Weights, words: Iterable[str], wrong: str | None, right: str | None
) -> dict[tuple[str, str], float]:
    """The entries that a correction changes: each word moves away from `wrong`, towards `right`.

    Steps shrink towards ±LIMIT, which no weight ever passes. Many words share one step, so that a
    long text teaches no more than a short one.
    """
    heard = sorted(set(words))
    if not heard or wrong == right:
        return {}
    share = RATE / math.sqrt(len(heard)) / LIMIT
    changed: dict[tuple[str, str], float] = {}
    for code, towards in ((wrong, -LIMIT), (right, LIMIT)):
        for word in heard if code else ():
            old = weights.get((word, code or ""), 0.0)
            changed[(word, code or "")] = old + (towards - old) * share
    return changed


def flow(item: Item) -> list[dict[str, Any]]:
    """The procedure as a flow chart: boxes with the ids their arrows lead to."""
    ids = [f"step-{number}" for number in range(1, len(item.steps) + 1)]
    nexts = [[one] for one in [*ids[1:], "end"]]
    boxes = [
        {"id": one, "kind": "step", "text": text, "next": after}
        for one, text, after in zip(ids, item.steps, nexts, strict=True)
    ]
    if item.co:
        helped = {"id": "help", "kind": "help", "text": f"协办：{'、'.join(item.co)}"}
        boxes[0]["next"] = [*nexts[0], "help"]
        boxes.append(helped | {"next": [ids[-1]]})
    start = {"id": "start", "kind": "start", "text": f"受理并派至{item.lead}", "next": [ids[0]]}
    return [start, *boxes, {"id": "end", "kind": "end", "text": "办结并答复诉求人", "next": []}]
