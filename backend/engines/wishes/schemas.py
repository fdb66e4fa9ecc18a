"""What the API says and hears about wishes. Money is whole fen."""

from datetime import date, datetime
from typing import Annotated, Self

from pydantic import Field, model_validator

from backend.core.schemas import Answer, Body, Id, PageQuery
from backend.engines.wishes import rules
from backend.engines.wishes.rules import Category, Circle, Handover, Whose
from backend.engines.wishes.states import ClaimStatus, WishStatus
from backend.foundation.files.queries import FileLink

FileIds = Annotated[list[Id], Field(max_length=6)]
Reason = Annotated[str, Field(min_length=2, max_length=200, examples=["请写明需要的尺码"])]
Shares = Annotated[int, Field(ge=1, le=rules.MOST_SHARES, examples=[1])]


class Person(Body):
    """Whom a wish is for when somebody else writes it."""

    name: str = Field(min_length=1, max_length=30, examples=["王秀英"])
    phone: str | None = Field(default=None, pattern=r"^1[3-9][0-9]{9}$", examples=["13800138000"])
    place: str = Field(default="", max_length=100, examples=["锦绣花园1号楼101"])


class WishWords(Body):
    """What can be changed until it is approved."""

    whose: Whose = Whose.NEIGHBOUR
    category: Category
    title: str = Field(min_length=2, max_length=30, examples=["想要一双防滑的棉鞋"])
    text: str = Field(min_length=4, max_length=500, examples=["老人脚肿，穿 42 码，黑色就好"])
    file_ids: FileIds = Field(default_factory=list)
    needed: Shares = 1
    unit: str = Field(default="份", min_length=1, max_length=6)
    share_value: int | None = Field(default=None, ge=100, le=rules.MOST_VALUE, examples=[5000])
    until: date = Field(description="the last day on which it can be claimed")

    @model_validator(mode="after")
    def small(self) -> Self:
        if (self.share_value or 0) * self.needed > rules.MOST_VALUE:
            raise ValueError(f"微心愿合计不能超过 {rules.MOST_VALUE // 100} 元")
        return self


class WishNew(WishWords):
    """Of one's own: name, phone and place are taken from where one lives. For somebody else:
    `person`, and their consent; `area_id` says where, within one's own community or post."""

    handover: Handover
    is_for_other: bool = False
    has_consent: bool = False
    person: Person | None = None
    area_id: Id | None = None

    @model_validator(mode="after")
    def whole(self) -> Self:
        if not self.is_for_other:
            if self.person is not None:
                raise ValueError("替别人发布时才填写心愿人")
            return self
        if not self.has_consent:
            raise ValueError("替别人发布，请先征得本人同意")
        if self.person is None:
            raise ValueError("请填写心愿人")
        if self.handover is not Handover.OFFICE and self.person.phone is None:
            raise ValueError("上门或电话联系的，请填写心愿人的手机号")
        if self.handover is Handover.HOME and not self.person.place:
            raise ValueError("上门的，请填写地址")
        return self


class Revise(WishWords):
    version: int = Field(ge=1)


class Approve(Body):
    version: int = Field(ge=1)


class Say(Body):
    """Why."""

    reason: Reason


class Refuse(Say):
    version: int = Field(ge=1)


class Reveal(Body):
    purpose: str = Field(min_length=4, max_length=100, examples=["电话核实心愿"])


class PersonOut(Answer):
    """What is needed to fulfil it; each reading is written down, and the person reads that."""

    name: str
    phone: str
    place: str


class ClaimOut(Answer):
    id: int
    wish_id: int
    title: str
    category_name: str
    handover: Handover
    handover_name: str
    claimer: str = Field(examples=["王**"])
    is_mine: bool
    shares: int
    unit: str
    shows_name: bool
    status: ClaimStatus
    status_name: str
    note: str
    reason: str
    photos: list[FileLink]
    progress_left: int
    claimed_at: datetime
    due_at: datetime | None
    fulfilled_at: datetime | None
    confirmed_at: datetime | None
    moves: list[str]
    version: int


class WishOut(Answer):
    """Of whom it is nobody reads more than `whose`."""

    id: int
    whose: Whose
    whose_name: str
    place: str = Field(examples=["春晖社区锦绣花园"])
    category: Category
    category_name: str
    title: str
    text: str
    is_hidden: bool
    photos: list[FileLink]
    handover: Handover
    handover_name: str
    is_for_other: bool
    is_mine: bool
    needed: int
    taken: int
    unit: str
    share_value: int | None
    circle: Circle | None
    circle_name: str
    widens_at: datetime | None
    next_circle: str
    status: WishStatus
    status_name: str
    reason: str
    until: datetime
    submitted_at: datetime
    opened_at: datetime | None
    moves: list[str]
    version: int


class WishDetail(WishOut):
    """`claims`: all for writer and community, one's own for a claimer. `person` is masked, for
    writer and community."""

    claims: list[ClaimOut]
    person: PersonOut | None


class WallQuery(PageQuery):
    status: WishStatus = WishStatus.OPEN
    category: Category | None = None
    circle: Circle | None = None


class ReviewQuery(PageQuery):
    status: WishStatus = WishStatus.SUBMITTED


class FiguresQuery(Body):
    area_id: Id


class Figures(Answer):
    """Wishes at and below an area; `claimed` counts what was ever taken on and not given back."""

    open: int
    claimed: int
    confirmed: int
