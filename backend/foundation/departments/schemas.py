"""What the API says and hears about departments."""

from typing import Annotated

from pydantic import Field

from backend.core.schemas import Answer, Body, Id, PageQuery
from backend.foundation.departments.rules import DepartmentKind

Name = Annotated[str, Field(min_length=2, max_length=60, pattern=r"^[^\x00-\x1f]+$")]
Phone = Annotated[str, Field(max_length=20, pattern=r"^[0-9 ()+-]*$")]


class ServedOut(Answer):
    id: int
    name: str = Field(examples=["春晖社区锦绣花园"])


class DepartmentOut(Answer):
    id: int
    code: str = Field(examples=["urban_management"])
    name: str = Field(examples=["城市管理局"])
    kind: DepartmentKind
    kind_name: str = Field(examples=["政府部门"])
    phone: str
    is_active: bool
    areas: list[ServedOut] = Field(description="what it serves; empty means everywhere")


class DepartmentQuery(PageQuery):
    """`area_id`: only those that serve the area, or everywhere."""

    kind: DepartmentKind | None = None
    area_id: Id | None = None
    q: str | None = Field(default=None, min_length=1, max_length=60)


class DepartmentNew(Body):
    code: str = Field(pattern=r"^[a-z][a-z0-9_]{1,39}$", examples=["urban_management"])
    name: Name
    kind: DepartmentKind
    phone: Phone = ""
    area_ids: list[Id] = Field(default_factory=list, max_length=200)


class DepartmentChange(Body):
    """Only what is given changes; `area_ids` replaces all areas served."""

    name: Name | None = None
    phone: Phone | None = None
    is_active: bool | None = None
    area_ids: list[Id] | None = Field(default=None, max_length=200)
