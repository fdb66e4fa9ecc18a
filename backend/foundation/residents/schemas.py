"""What the API says and hears about residents: masked, unless asked with a purpose."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field

from backend.core import clock
from backend.core.schemas import Answer, Body, Id, PageQuery
from backend.foundation.residents import rules
from backend.foundation.residents.rules import Education, Gender, Relation, Secret, Tag
from backend.foundation.residents.states import BindingStatus


def _id_number(number: str) -> str:
    number = number.upper()
    if not rules.is_id_number(number):
        raise ValueError("不是有效的身份证号")
    return number


def _birth_year(year: int) -> int:
    if not clock.today().year - 130 <= year <= clock.today().year:
        raise ValueError("出生年份不合理")
    return year


Name = Annotated[
    str, Field(min_length=2, max_length=30, pattern=r"^[^\x00-\x1f<>0-9]+$", examples=["王小明"])
]
Phone = Annotated[str, Field(pattern=rules.PHONE, examples=["13800138000"])]
IdNumber = Annotated[str, Field(max_length=18), AfterValidator(_id_number)]
BirthYear = Annotated[int, AfterValidator(_birth_year)]
Reason = Annotated[str, Field(min_length=2, max_length=200, examples=["姓名与房产登记不符"])]


class BindingNew(Body):
    """What people say of themselves; the ID number is never asked for, only accepted."""

    dwelling_id: Id
    relation: Relation
    name: Name
    id_number: IdNumber | None = None


class BindingQuery(PageQuery):
    status: BindingStatus | None = BindingStatus.PENDING
    area_id: Id | None = None


class Confirm(Body):
    version: int | None = None


class Refuse(Body):
    version: int | None = None
    reason: Reason


class End(Body):
    version: int | None = None
    reason: str = Field(default="", max_length=200)


class MyDwelling(Answer):
    binding_id: int
    dwelling_id: int
    place: str = Field(examples=["春晖社区锦绣花园1号楼1单元101"])
    relation: Relation
    relation_name: str
    status: BindingStatus
    status_name: str
    reason: str
    building_id: int
    unit_area_id: int | None
    compound_id: int | None
    community_id: int
    version: int


class BindingOut(Answer):
    id: int
    resident_id: int
    name: str = Field(examples=["王**"])
    phone: str | None = Field(examples=["138****8000"])
    dwelling_id: int
    place: str
    relation: Relation
    relation_name: str
    status: BindingStatus
    status_name: str
    reason: str
    created_at: datetime
    decided_at: datetime | None
    moves: list[str]
    version: int


class TagOut(Answer):
    tag: Tag
    name: str = Field(examples=["独居老人"])


class HomeOut(Answer):
    binding_id: int
    dwelling_id: int
    place: str
    relation: Relation
    relation_name: str
    status: BindingStatus


class ResidentOut(Answer):
    """`name`, `phone`, `id_number` are masked."""

    id: int
    name: str = Field(examples=["王**"])
    phone: str | None = Field(examples=["138****8000"])
    id_number: str | None = Field(examples=["371***********1234"])
    birth_year: int | None
    gender: Gender | None
    education: Education | None
    tags: list[TagOut]
    dwellings: list[HomeOut]
    has_account: bool
    version: int


class ResidentQuery(PageQuery):
    """`q` is a whole name, phone or ID number: what is sealed cannot be searched in parts."""

    area_id: Id | None = None
    tag: Tag | None = None
    q: str | None = Field(default=None, min_length=2, max_length=30)


class ResidentNew(Body):
    dwelling_id: Id
    relation: Relation
    name: Name
    phone: Phone | None = None
    id_number: IdNumber | None = None
    birth_year: BirthYear | None = None
    gender: Gender | None = None
    education: Education | None = None
    tags: list[Tag] = Field(default_factory=list, max_length=len(Tag))


class ResidentChange(Body):
    """Only what is given changes; null takes it away, except the name."""

    version: int | None = None
    name: Name | None = None
    phone: Phone | None = None
    id_number: IdNumber | None = None
    birth_year: BirthYear | None = None
    gender: Gender | None = None
    education: Education | None = None
    tags: list[Tag] | None = Field(default=None, max_length=len(Tag))


class BindingByStaff(Body):
    dwelling_id: Id
    relation: Relation


class Reveal(Body):
    fields: list[Secret] = Field(min_length=1, max_length=len(Secret))
    purpose: str = Field(min_length=4, max_length=200, examples=["电话联系上门走访时间"])


class Revealed(Answer):
    """Only the fields asked for are filled."""

    name: str | None = None
    phone: str | None = None
    id_number: str | None = None


class ReadingOut(Answer):
    """Somebody read your data in plain."""

    id: int
    reader: str = Field(examples=["李社工"])
    role: str = Field(examples=["专职社工"])
    fields: list[str] = Field(examples=[["姓名", "手机号"]])
    purpose: str
    read_at: datetime
