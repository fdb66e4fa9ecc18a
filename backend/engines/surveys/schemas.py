"""What the API says and hears about surveys."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field

from backend.core.schemas import Answer, Body, Id, PageQuery
from backend.engines.surveys.rules import LONGEST, MOST_OPTIONS, Kind, Per, Reach
from backend.engines.surveys.states import SurveyStatus
from backend.foundation.files.queries import FileLink

Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,19}$")]
Bound = Annotated[int, Field(ge=-1_000_000_000, le=1_000_000_000)]


class OptionBody(Body):
    key: Key
    text: str = Field(min_length=1, max_length=60)
    file_id: Id | None = Field(default=None, description="of a picture question")
    is_open: bool = Field(default=False, description="something may be written beside it")


class ConditionBody(Body):
    """Of an earlier question: one of `any_of` was chosen, or the number lies between."""

    question: Key
    any_of: list[Key] = Field(default=[], max_length=MOST_OPTIONS)
    at_least: Bound | None = None
    at_most: Bound | None = None


class QuestionBody(Body):
    """`low` and `high` bound scales (1 to 5 by default) and numbers; `least` and `most` how many
    are chosen or how many characters are written. It is asked when all of `show_if` hold."""

    key: Key = Field(examples=["q1"])
    kind: Kind = Field(examples=["single"])
    title: str = Field(min_length=1, max_length=100, examples=["您最需要哪种服务？"])
    hint: str = Field(default="", max_length=200)
    is_required: bool = True
    options: list[OptionBody] = Field(
        default=[],
        max_length=MOST_OPTIONS,
        examples=[[{"key": "a", "text": "理发"}, {"key": "b", "text": "量血压"}]],
    )
    rows: list[OptionBody] = Field(default=[], max_length=MOST_OPTIONS)
    low: Bound | None = None
    high: Bound | None = None
    least: int | None = Field(default=None, ge=0, le=LONGEST)
    most: int | None = Field(default=None, ge=1, le=LONGEST)
    places: int = Field(default=0, ge=0, le=4)
    low_label: str = Field(default="", max_length=12)
    high_label: str = Field(default="", max_length=12)
    show_if: list[ConditionBody] = Field(default=[], max_length=5)


class SurveyNew(Body):
    area_id: Id
    title: str = Field(min_length=2, max_length=60, examples=["公益集市需求调查"])
    intro: str = Field(default="", max_length=500)
    questions: list[QuestionBody] = Field(min_length=1, max_length=60)
    per: Per = Per.PERSON
    reach: Reach = Reach.RESIDENTS
    is_anonymous: bool = True
    is_public: bool = False
    closes_at: AwareDatetime | None = None


class SurveyEdit(SurveyNew):
    """The whole of a draft anew; the area stays."""

    version: int = Field(ge=1)


class MoveBody(Body):
    version: int | None = Field(default=None, ge=1)


class AnswerBody(Body):
    """`answers` by question key; see the kinds. `dwelling_id` where one answer per dwelling is
    taken and the person has several."""

    answers: dict[str, Any] = Field(max_length=200, examples=[{"q1": "a"}])
    dwelling_id: Id | None = None


class SurveyQuery(PageQuery):
    """`state`: what can be answered, what is over, or for staff everything of their areas."""

    area_id: Id | None = None
    state: Literal["open", "over", "managed"] = "open"


class SurveyCard(Answer):
    id: Id
    title: str
    area_name: str
    status: SurveyStatus
    status_name: str
    per: Per
    per_name: str
    is_anonymous: bool
    count: int = Field(description="how many questions it has")
    answers: int = Field(description="how many have answered")
    has_answered: bool
    closes_at: datetime | None
    version: int


class SurveyOut(SurveyCard):
    """`why_not` says in words why the person cannot answer; empty when they can."""

    area_id: Id
    subject: str
    intro: str
    reach: Reach
    is_public: bool
    questions: list[QuestionBody]
    pictures: list[FileLink]
    why_not: str
    may_see_results: bool
    opened_at: datetime | None
    closed_at: datetime | None
    moves: list[str]


class CountOut(Answer):
    key: str
    text: str
    count: int
    mean: str | None = Field(default=None, description="of a ranking: the mean place")


class LineOut(Answer):
    key: str
    text: str
    options: list[CountOut]


class QuestionResult(Answer):
    """What was answered to one question; numbers are decimals as text."""

    key: str
    kind: Kind
    title: str
    answered: int
    options: list[CountOut]
    rows: list[LineOut]
    mean: str | None
    median: str | None
    low: str | None
    high: str | None
    texts: list[str] = Field(description="what was written, for staff only")


class Results(Answer):
    """`is_hidden`: there are too few anonymous answers to be shown."""

    survey_id: Id
    answers: int
    is_hidden: bool
    questions: list[QuestionResult]


class ScanQuery(Body):
    scene: str = Field(min_length=1, max_length=1024, examples=["K7M2QX9AB4"])
