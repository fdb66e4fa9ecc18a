"""What the API says and hears about fairs."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from backend.core.schemas import Answer, Body, Id, PageQuery
from backend.engines.fairs.queries import MOST_COLUMNS, MOST_ROWS, FairStatus
from backend.features.fairs.rules import SERVICES


class FairNew(Body):
    area_id: Id
    title: str = Field(min_length=2, max_length=40, examples=["春晖社区公益集市"])
    theme: str = Field(min_length=4, max_length=300, examples=["便民服务进小区，闲置交换添邻里情"])


class MoveBody(Body):
    """`version` is what the phone saw; an older one is refused."""

    version: int | None = Field(default=None, ge=1)


class FairEdit(MoveBody):
    """The theme anew, before it is submitted."""

    title: str = Field(min_length=2, max_length=40, examples=["春晖社区公益集市"])
    theme: str = Field(min_length=4, max_length=300, examples=["便民服务进小区，闲置交换添邻里情"])


class NeedsNew(Body):
    """What the survey of needs offers to choose from."""

    services: list[Annotated[str, Field(min_length=1, max_length=20)]] = Field(
        default=list(SERVICES), min_length=2, max_length=15
    )


class SurveyBody(MoveBody):
    """What the survey came to, in the organiser's words."""

    needs: str = Field(min_length=4, max_length=500, examples=["理发、量血压呼声最高，周六上午"])


class ArrangeBody(MoveBody):
    place: str = Field(min_length=2, max_length=100, examples=["春晖广场"])
    starts_at: AwareDatetime = Field(examples=["2030-05-18T01:00:00Z"])
    ends_at: AwareDatetime = Field(examples=["2030-05-18T04:00:00Z"])
    map_columns: int = Field(ge=1, le=MOST_COLUMNS, examples=[4])
    map_rows: int = Field(ge=1, le=MOST_ROWS, examples=[4])
    exchange_rules: str = Field(
        min_length=4, max_length=500, examples=["物品干净完好，以物易物，不收现金"]
    )


class ReasonBody(MoveBody):
    reason: str = Field(min_length=4, max_length=200, examples=["主题和上月重复，请突出便民服务"])


class SummaryBody(MoveBody):
    summary: str = Field(min_length=4, max_length=1000, examples=["理发、磨刀最受欢迎，下次加摊"])


class FairQuery(PageQuery):
    """`state`: those to come and under way, those behind, or for staff all of their areas. The
    first two are those of the area's street; residents go to their neighbours' fairs too."""

    area_id: Id | None = None
    state: Literal["coming", "past", "managed"] = "coming"


class FairCard(Answer):
    id: Id
    title: str
    theme: str
    area_name: str
    place: str
    starts_at: datetime | None
    ends_at: datetime | None
    status: FairStatus
    status_name: str
    emergency: str = Field(description="why it was announced less than 7 days ahead; else empty")
    visitors: int
    version: int


class FigureOut(Answer):
    """One number of the review: `visitors`, `visits`, `stall:17`, `served`, `letters`, …"""

    key: str = Field(examples=["visitors"])
    name: str = Field(examples=["到场人数"])
    value: int


class FigureList(Answer):
    items: list[FigureOut]


class FairOut(FairCard):
    """`latest_preview` is the last moment for an ordinary announcement."""

    area_id: Id
    needs: str
    map_columns: int
    map_rows: int
    exchange_rules: str
    reason: str
    needs_survey_id: int | None
    satisfaction_survey_id: int | None
    previewed_at: datetime | None
    latest_preview: datetime | None
    opened_at: datetime | None
    closed_at: datetime | None
    summary: str
    figures: list[FigureOut]
    is_staff: bool
    moves: list[str]


class PosterQuery(Body):
    """`fair`: the one at the entrance; `stalls`: one for each stall."""

    what: Literal["fair", "stalls"] = "fair"
