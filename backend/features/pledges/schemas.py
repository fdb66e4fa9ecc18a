"""What the API says and hears about pledges."""

from datetime import date, datetime

from pydantic import Field

from backend.core.schemas import Answer, Body, Id, PageQuery
from backend.features.pledges.rules import MOST_STEPS, Kind
from backend.features.pledges.states import PledgeStatus, StepStatus
from backend.foundation.files.queries import FileLink


class StepNew(Body):
    title: str = Field(min_length=2, max_length=60, examples=["安装休闲座椅 6 张"])
    due_on: date


class PledgeNew(Body):
    """`for_unit`: in the name of the unit that one stands for. `party`: whose word the community's
    staff write down, where it has no account here."""

    kind: Kind
    area_id: Id
    title: str = Field(min_length=2, max_length=60, examples=["为小广场添置休闲座椅"])
    text: str = Field(min_length=2, max_length=500, examples=["我单位出资并负责安装。"])
    steps: list[StepNew] = Field(min_length=1, max_length=MOST_STEPS)
    wanted: int = Field(default=5, ge=1, le=100)
    for_unit: bool = False
    party: str = Field(default="", max_length=40)


class ReasonBody(Body):
    reason: str = Field(min_length=2, max_length=100, examples=["请写明完成时间"])


class DoneBody(Body):
    proof: str = Field(min_length=2, max_length=300, examples=["座椅已全部装好，可以使用了"])
    file_ids: list[Id] = Field(default_factory=list, max_length=6)


class VoiceBody(Body):
    is_kept: bool
    text: str = Field(default="", max_length=200, examples=["座椅很结实"])


class PledgesQuery(PageQuery):
    """`mine`: one's own and one's unit's; `waiting`: those to be reviewed."""

    area_id: Id | None = None
    kind: Kind | None = None
    mine: bool = False
    waiting: bool = False
    status: PledgeStatus | None = None


class VoiceOut(Answer):
    """Nobody's name: what matters is what is said."""

    id: Id
    is_kept: bool
    text: str
    said_at: datetime
    is_mine: bool


class StepOut(Answer):
    id: Id
    title: str
    due_on: date
    is_late: bool
    status: StepStatus
    status_name: str
    proof: str
    photos: list[FileLink]
    reason: str
    yes: int
    no: int
    my_voice: bool | None = Field(description="what the asker has said; null: nothing yet")
    can_speak: bool
    voices: list[VoiceOut]
    moves: list[str]
    version: int


class PledgeCard(Answer):
    id: Id
    kind: Kind
    kind_name: str
    title: str
    party: str = Field(examples=["县自然资源局"])
    area_name: str
    status: PledgeStatus
    status_name: str
    steps_done: int
    steps: int
    next_due: date | None
    is_late: bool
    created_at: datetime


class PledgeOut(PledgeCard):
    text: str
    wanted: int
    reason: str
    is_mine: bool
    step_list: list[StepOut]
    moves: list[str]
    version: int


class WallOut(Answer):
    """The figures above the wall."""

    projects: int
    promises: int
    kept: int
    steps_confirmed: int
    voices: int


class WallQuery(Body):
    area_id: Id
