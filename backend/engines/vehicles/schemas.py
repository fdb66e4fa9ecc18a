"""What the API says and hears about vehicles."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from backend.core.schemas import Answer, Body, Id, PageQuery
from backend.engines.vehicles.rules import PlateKind
from backend.engines.vehicles.states import VehicleStatus

PlateText = Annotated[str, Field(min_length=1, max_length=20, examples=["鲁Q12345"])]
Reason = Annotated[str, Field(min_length=2, max_length=200, examples=["与行驶证不符"])]


class VehicleNew(Body):
    """A car of a dwelling that the caller is confirmed to belong to."""

    plate: PlateText
    dwelling_id: Id
    description: str = Field(default="", max_length=20, examples=["白色轿车"])


class VehicleQuery(PageQuery):
    """`plate` is a whole one: what is sealed cannot be searched in parts."""

    status: VehicleStatus | None = VehicleStatus.PENDING
    area_id: Id | None = None
    plate: PlateText | None = None


class Decide(Body):
    version: int | None = None


class Refuse(Decide):
    reason: Reason


class End(Decide):
    reason: str = Field(default="", max_length=200)


class Join(Body):
    code: str = Field(min_length=6, max_length=64, examples=["Qf3kVw1m7Zt0"])


class Rank(Body):
    """The contacts in the order in which they are to be told: all of them."""

    user_ids: list[Id] = Field(min_length=1, max_length=5)


class Invitation(Answer):
    """Hand `code` to the person who is to be a contact; it is good once."""

    code: str
    expires_at: datetime


class ContactOut(Answer):
    user_id: int
    name: str = Field(examples=["王**"])
    rank: int
    is_me: bool


class VehicleOut(Answer):
    """`plate` is in plain for the vehicle's own people and masked for everybody else."""

    id: int
    plate: str = Field(examples=["鲁Q·12345"])
    plate_kind: PlateKind
    plate_kind_name: str = Field(examples=["普通号牌"])
    description: str
    dwelling_id: int
    compound_id: int | None
    place: str = Field(examples=["春晖社区锦绣花园1号楼1单元101"])
    status: VehicleStatus
    status_name: str
    reason: str
    has_code: bool
    is_owner: bool
    contacts: list[ContactOut]
    created_at: datetime
    moves: list[str]
    version: int
