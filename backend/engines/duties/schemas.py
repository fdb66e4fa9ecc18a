"""The duty list and what a text matches, as clients see them."""

from typing import Literal

from pydantic import Field

from backend.core.schemas import Answer, Body
from backend.engines.duties.data import Grade, Item, Kind
from backend.engines.duties.rules import Match, Reading, flow

Clock = Literal["contact", "arrive", "done"]


class DutiesQuery(Body):
    class_code: str | None = Field(default=None, max_length=1, examples=["B"])
    department: str | None = Field(default=None, max_length=60, examples=["水利局"])
    """Only what this department leads or helps with."""


class DutyCard(Answer):
    """One duty in the list."""

    code: str = Field(examples=["B06"])
    class_code: str = Field(examples=["B"])
    class_name: str = Field(examples=["房屋与设施设备"])
    item: str = Field(examples=["供水、水压、水质、二次供水"])
    department: str = Field(examples=["水利局"])
    co_departments: list[str] = Field(examples=[["住房和城乡建设局"]])
    kind: Kind
    grade: Grade


class DutyList(Answer):
    """The list in force; `version` is 0 until one has been loaded into the database."""

    version: int
    items: list[DutyCard]
    next: None = None


class Article(Answer):
    law: str = Field(examples=["城市供水条例"])
    article: str = Field(examples=["第二十二条"])
    gist: str = Field(examples=["应当保持不间断供水，确需停水的提前24小时通知"])


class Node(Answer):
    """A box of the flow chart; `next` are the boxes its arrows lead to."""

    id: str = Field(examples=["step-1"])
    kind: Literal["start", "step", "help", "end"]
    text: str
    next: list[str]


class DutyDetail(DutyCard):
    """A duty with its procedure, deadlines of its own (hours by clock), law and examples."""

    version: int
    deadlines: dict[Clock, int]
    steps: list[str]
    flow: list[Node]
    law: list[Article]
    examples: list[str]
    keywords: list[str]


class MatchBody(Body):
    text: str = Field(min_length=1, max_length=4000, examples=["家里停水两天了，没有任何通知"])
    title: str = Field(default="", max_length=100)


class MatchOut(Answer):
    """A duty that a text may belong to: how sure (0..1), and the words that say so."""

    code: str = Field(examples=["B06"])
    item: str = Field(examples=["供水、水压、水质、二次供水"])
    department: str = Field(examples=["水利局"])
    sureness: float = Field(ge=0, le=1, examples=[0.72])
    words: list[str] = Field(examples=[["停水"]])


class ReadingOut(Answer):
    """At most three matches, best first; `sure`: the first may be dispatched by itself.

    `elsewhere` names a matter that is on no list and weighs more than any duty.
    """

    sure: bool
    matches: list[MatchOut]
    elsewhere: str | None = Field(examples=[None])
    kind: Kind
    grade: Grade
    grade_words: list[str]


def card(item: Item) -> DutyCard:
    return DutyCard.model_validate(_common(item))


def detail(item: Item, version: int) -> DutyDetail:
    own = {word for word, weight in item.words.items() if weight >= 3 and "+" not in word}
    return DutyDetail.model_validate(
        _common(item)
        | {
            "version": version,
            "deadlines": item.deadlines,
            "steps": list(item.steps),
            "flow": flow(item),
            "law": [{"law": one.law, "article": one.article, "gist": one.gist} for one in item.law],
            "examples": list(item.examples),
            "keywords": sorted(own, key=lambda word: (-item.words[word], word)),
        }
    )


def reading(found: Reading) -> ReadingOut:
    return ReadingOut(
        sure=found.sure,
        matches=[_match(one) for one in found.matches],
        elsewhere=found.elsewhere,
        kind=found.kind,
        grade=found.grade,
        grade_words=list(found.grade_words),
    )


def _match(one: Match) -> MatchOut:
    return MatchOut(
        code=one.code,
        item=one.item,
        department=one.department,
        sureness=one.sureness,
        words=list(one.words),
    )


def _common(item: Item) -> dict[str, object]:
    return {
        "code": item.code,
        "class_code": item.class_code,
        "class_name": item.class_name,
        "item": item.item,
        "department": item.lead,
        "co_departments": list(item.co),
        "kind": item.kind,
        "grade": item.grade,
    }
