"""What orders are made of: kinds with their questions, grades, parties, numbers. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Literal

from backend.core import clock
from backend.core.actor import Role
from backend.core.errors import Invalid
from backend.core.labels import Labelled

MOST_URGES = 3
URGE_EVERY = timedelta(hours=4)
MOST_REOPENINGS = 2
REOPEN_WITHIN = timedelta(days=15)
MOST_RETURNS = 2
MOST_HANDOVERS = 2
"""How often handlers may pass an order on to another unit without a dispatcher."""


class Grade(Labelled):
    YELLOW = "yellow", "一般"
    ORANGE = "orange", "紧急"
    RED = "red", "特急"

    @property
    def manner(self) -> str:
        """How orders of this grade are handled."""
        return {"yellow": "自行办", "orange": "协同办", "red": "联动办"}[self.value]

    @property
    def higher(self) -> "Grade":
        return Grade.ORANGE if self is Grade.YELLOW else Grade.RED


class Party(Labelled):
    COMMUNITY = "community", "社区"
    PROPERTY = "property", "物业"
    DEPARTMENT = "department", "部门"


class Stage(StrEnum):
    """What a file of an order shows."""

    REPORT = "report"
    ARRIVAL = "arrival"
    BEFORE = "before"
    AFTER = "after"
    EXTRA = "extra"


@dataclass(frozen=True)
class Place:
    """Where: the ids of the areas above it stand beside it, so that lists need no tree."""

    area_id: int
    area_path: str
    street_id: int | None = None
    community_id: int | None = None
    compound_id: int | None = None
    compound_name: str = ""
    place: str = ""
    dwelling_id: int | None = None
    latitude: int | None = None
    longitude: int | None = None


@dataclass(frozen=True)
class NewOrder:
    """What an intake hands over; `behalf` is `{name, phone}` of whom staff report for."""

    kind: str
    title: str
    text: str
    grade: Grade
    place: Place
    answers: list[dict[str, str]] = field(default_factory=list)
    reporter_id: int | None = None
    is_anonymous: bool = False
    behalf: dict[str, str] | None = None
    channel: str = "app"
    file_ids: Sequence[int] = ()
    voice_id: int | None = None
    duty: dict[str, Any] | None = None
    candidates: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Step:
    """What a move leaves in the history; `files` are the mover's own uploads by what they show."""

    note: str = ""
    is_public: bool = True
    facts: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[Stage, Sequence[int]] = field(default_factory=dict)


QuestionType = Literal["choice", "text", "time", "yesno"]


@dataclass(frozen=True)
class Question:
    """One question of a kind; `options` belong to `choice`."""

    key: str
    label: str
    type: QuestionType
    options: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True)
class Kind:
    """A kind of demand as data. `accepts_itself` is False where a person has to accept first."""

    key: str
    name: str
    hint: str
    questions: tuple[Question, ...] = ()
    party: Party = Party.COMMUNITY
    icon: str = "note"
    accepts_itself: bool = True
    is_listed: bool = True
    """Offered in the report form; others are opened by what they are about."""


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Make a kind known to the whole house. Raises ValueError for a key used twice."""
    if kind.key in _kinds:
        raise ValueError(f"kind {kind.key} is registered twice")
    _kinds[kind.key] = kind
    return kind


def kinds() -> Mapping[str, Kind]:
    return _kinds


def kind_of(key: str) -> Kind:
    """The kind. Raises Invalid for one that nobody registered."""
    kind = _kinds.get(key)
    if kind is None:
        raise Invalid(fields={"kind": "没有这种诉求类型"})
    return kind


REPAIR = register(
    Kind(
        "repair",
        "物业报修",
        "水电、门窗、电梯、管道坏了，说说哪里坏了",
        (
            Question(
                "where",
                "坏在哪里",
                "choice",
                ("家里", "楼道", "电梯", "小区公共区域"),
                required=True,
            ),
            Question("visit_at", "方便上门的时间", "time"),
            Question("is_home", "上门时家里有人吗", "yesno"),
        ),
        party=Party.PROPERTY,
        icon="repair",
    )
)
COMPLAINT = register(
    Kind(
        "complaint",
        "投诉",
        "噪音、乱停、收费、服务不好，说说是什么事、什么时候",
        (
            Question("about", "投诉的是谁或哪家单位", "text"),
            Question("since", "从什么时候开始的", "time"),
            Question("told_before", "以前反映过吗", "yesno"),
        ),
        icon="complaint",
    )
)
SUGGESTION = register(
    Kind(
        "suggestion",
        "建议",
        "希望社区添点什么、改点什么",
        (Question("join_in", "愿意一起参与吗", "yesno"),),
        icon="suggestion",
    )
)
HELP = register(
    Kind(
        "help",
        "求助",
        "自己或家人邻居遇到难处，需要有人帮一把",
        (
            Question(
                "for_whom",
                "为谁求助",
                "choice",
                ("自己", "家里老人", "家里孩子", "邻居", "其他人"),
                required=True,
            ),
            Question("is_now", "现在就需要人来吗", "yesno"),
        ),
        icon="help",
    )
)


def checked_answers(kind: Kind, given: Mapping[str, str]) -> list[dict[str, str]]:
    """`[{key, label, answer}]` in the questions' order. Raises Invalid field by field."""
    wrong = {f"answers.{key}": "没有这个问题" for key in given.keys() - _keys(kind)}
    found = []
    for question in kind.questions:
        answer = given.get(question.key, "").strip()
        problem = _problem(question, answer)
        if problem:
            wrong[f"answers.{question.key}"] = problem
        elif answer:
            found.append({"key": question.key, "label": question.label, "answer": answer})
    if wrong:
        raise Invalid(fields=wrong)
    return found


def _keys(kind: Kind) -> set[str]:
    return {question.key for question in kind.questions}


def _problem(question: Question, answer: str) -> str | None:
    if not answer:
        return "必填" if question.required else None
    if question.type == "choice" and answer not in question.options:
        return "请从给出的选项里选"
    if question.type == "yesno" and answer not in ("是", "否"):
        return "请回答是或否"
    return "最多 100 个字" if len(answer) > 100 else None


def next_urge(urged: int, urged_at: datetime | None) -> datetime | None:
    """From when on it may be urged again; None when at once, or never more."""
    if urged_at is None or urged >= MOST_URGES:
        return None
    free_at = urged_at + URGE_EVERY
    return free_at if free_at > clock.now() else None


_SENTENCE = re.compile(r"[。！？!?；;\n，,]")
TITLE_LENGTH = 24


def title_from(text: str) -> str:
    """The first clause that says something, at most 24 characters."""
    clauses = [part.strip() for part in _SENTENCE.split(text)]
    first = next((part for part in clauses if len(part) >= 4), text.strip())
    return first if len(first) <= TITLE_LENGTH else first[: TITLE_LENGTH - 1] + "…"


def number(order_id: int, created_at: datetime) -> str:
    """What people call an order by: the date it came in and its id, `2611220000042`.

    Computed, not stored: unique on every node without a counter to fight over.
    """
    day = clock.local(created_at)
    return f"{day.year % 100:02d}{day.month:02d}{day.day:02d}{order_id:07d}"


def id_of(number: str) -> int | None:
    """The id inside such a number, None when it cannot be one."""
    text = number.strip()
    if not (13 <= len(text) <= 24 and text.isascii() and text.isdigit()):
        return None
    return None if len(text) > 13 and text[6] == "0" else int(text[6:])


_SHORT = {
    Role.SOCIAL_WORKER: "社工",
    Role.GRID_OFFICER: "网格员",
    Role.BUILDING_HEAD: "楼长",
    Role.WELFARE_POST: "公益岗",
    Role.PROPERTY_MANAGER: "经理",
    Role.SECRETARY: "书记",
    Role.STREET_DISPATCHER: "调度员",
}
_DOUBLE = ("欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "夏侯")


_ROLES = {one.value: one for one in Role}


def staff_name(name: str, role: str, policy: str) -> str:
    """A member of staff as a resident reads it: 王小明, 王师傅 (王社工, 王书记), or 社工."""
    known = _ROLES.get(role)
    if policy == "role" or not name:
        return known.label if known else "工作人员"
    if policy == "full":
        return name
    surname = name[:2] if name.startswith(_DOUBLE) else name[:1]
    return surname + (_SHORT.get(known, "师傅") if known else "师傅")
