"""What the API says and hears about being at a fair."""

from datetime import datetime

from pydantic import Field

from backend.core.schemas import Answer, Body, Id
from backend.engines.fairs.queries import FairStatus


class ArriveBody(Body):
    """`scene` is what the phone read from the fair's poster; `is_named` whether the wall may show
    one's masked name."""

    scene: str = Field(min_length=1, max_length=1024, examples=["K7M2QX9AB4"])
    is_named: bool = False


class NamingBody(Body):
    is_named: bool = Field(examples=[False])


class ArrivalOut(Answer):
    """`number`: the how-manieth one was; `is_first` is false when one had checked in before."""

    fair_id: Id
    title: str
    number: int
    is_first: bool
    is_named: bool


class OnWall(Answer):
    name: str = Field(examples=["王*"], description="一位邻居 without consent")
    at: datetime


class StallOnWall(Answer):
    id: Id
    name: str
    visitors: int


class WallOut(Answer):
    """The wall as it is now; over the live line `watch` `fair:17` says when to look again."""

    fair_id: Id
    title: str
    place: str
    status: FairStatus
    status_name: str
    total: int
    latest: list[OnWall]
    stalls: list[StallOnWall]
    watch: str = Field(examples=["fair:17"])
    mine: ArrivalOut | None
