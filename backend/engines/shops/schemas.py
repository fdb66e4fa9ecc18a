"""What the API says and hears about shops."""

from datetime import date, datetime
from typing import Annotated, Self

from pydantic import AwareDatetime, Field, StringConstraints, field_validator, model_validator

from backend.core.schemas import Answer, Body, Id, PageQuery
from backend.engines.shops import rules
from backend.engines.shops.rules import LicenceKind, Reach, ShopKind, StaffRole
from backend.engines.shops.states import ShopStatus

Name = Annotated[
    str, Field(min_length=2, max_length=40, pattern=r"^[^\x00-\x1f]+$", examples=["老王面馆"])
]
Phone = Annotated[str, Field(min_length=5, max_length=20, pattern=r"^[0-9 ()+-]+$")]
Place = Annotated[str, Field(min_length=2, max_length=100, examples=["锦绣花园东门北侧"])]
Reason = Annotated[str, Field(min_length=2, max_length=200, examples=["证照与门店地址不符"])]
Fen = Annotated[int, Field(ge=0, le=100_000, examples=[300])]
Wall = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$")]
Spans = Annotated[list[tuple[Wall, Wall]], Field(max_length=4)]


class LicenceNew(Body):
    """`expires_on` is the last day; leave it out for one without a term."""

    kind: LicenceKind
    number: str = Field(min_length=4, max_length=40, pattern=r"^[0-9A-Za-z()（）-]+$")
    expires_on: date | None = None
    file_id: Id


class HoursBody(Body):
    """Wall clock in Shanghai. `week` from Monday on; `exceptions` by date, empty: closed."""

    week: Annotated[list[Spans], Field(min_length=7, max_length=7)]
    exceptions: dict[date, Spans] = Field(default_factory=dict, max_length=60)

    @field_validator("week", mode="after")
    @classmethod
    def _ordered(cls, week: list[list[tuple[str, str]]]) -> list[list[tuple[str, str]]]:
        if not all(rules.are_ordered(spans) for spans in week):
            raise ValueError("营业时段应先开后关、互不重叠")
        return week

    @field_validator("exceptions", mode="after")
    @classmethod
    def _exceptions_ordered(
        cls, days: dict[date, list[tuple[str, str]]]
    ) -> dict[date, list[tuple[str, str]]]:
        if not all(rules.are_ordered(spans) for spans in days.values()):
            raise ValueError("营业时段应先开后关、互不重叠")
        return days


USUAL_HOURS = HoursBody(week=[[("09:00", "21:00")]] * 7)


class ShopNew(Body):
    """A shop to be reviewed; it has to bring the licences that its kind needs."""

    name: Name
    kind: ShopKind
    area_id: Id
    place: Place
    phone: Phone = Field(examples=["0539-2233445"])
    about: str = Field(default="", max_length=500)
    latitude: float | None = Field(default=None, ge=-90, le=90)
    longitude: float | None = Field(default=None, ge=-180, le=180)
    reach: Reach = Reach.COMMUNITY
    picture_id: Id | None = None
    hours: HoursBody = USUAL_HOURS
    licences: Annotated[list[LicenceNew], Field(min_length=1, max_length=6)]

    @model_validator(mode="after")
    def _whole_point(self) -> Self:
        if (self.latitude is None) != (self.longitude is None):
            raise ValueError("经度和纬度要一起填")
        return self


class ShopChange(Body):
    """Only what is given changes. Who it is (name, kind, place) is changed until approval only."""

    name: Name | None = None
    place: Place | None = None
    phone: Phone | None = None
    about: str | None = Field(default=None, max_length=500)
    notice: str | None = Field(default=None, max_length=100)
    reach: Reach | None = None
    picture_id: Id | None = None
    hours: HoursBody | None = None
    accept_minutes: int | None = Field(default=None, ge=3, le=120)
    delivers: bool | None = None
    delivery_fee: Fen | None = None
    delivery_minimum: Fen | None = None
    version: int | None = Field(default=None, ge=1)


class RuleBody(Body):
    version: int | None = Field(default=None, ge=1)


class ReasonBody(RuleBody):
    reason: Reason


class PauseBody(Body):
    """Closed for a while; `until` at most 60 days ahead."""

    until: AwareDatetime
    note: str = Field(default="", max_length=60, examples=["回乡探亲"])


class InviteBody(Body):
    role: StaffRole = StaffRole.CLERK


class InvitationOut(Answer):
    """`code` is told this once; whoever enters it within three days joins the staff."""

    code: str = Field(examples=["7KQ2MZ4P"])
    expires_at: datetime


class JoinBody(Body):
    code: str = Field(min_length=6, max_length=12, pattern=r"^[0-9A-Za-z]+$")


class ShopQuery(PageQuery):
    """Shops that serve the area, open ones only if asked."""

    area_id: Id
    kind: ShopKind | None = None
    q: str | None = Field(default=None, min_length=1, max_length=20)
    open_now: bool = False


class ReviewQuery(PageQuery):
    """What waits for a decision, or shops of one status."""

    status: ShopStatus = ShopStatus.APPLIED


class Picture(Answer):
    """A picture of a shop, good or licence; addresses are good for some minutes."""

    id: Id
    url: str
    thumb_url: str | None


class ShopCard(Answer):
    """A shop in a list. Degrees GCJ-02: the phone knows how far that is."""

    id: Id
    name: str
    kind: ShopKind
    kind_name: str = Field(examples=["餐饮"])
    place: str
    latitude: float | None
    longitude: float | None
    picture_url: str | None
    is_open: bool
    opening: str = Field(examples=["营业至 21:00"])
    delivers: bool
    delivery_fee: int
    delivery_minimum: int
    stars: float | None = Field(description="average of 1 to 5; null before the first", ge=1, le=5)
    stars_count: int
    sold: int
    notice: str


class LicenceOut(Answer):
    id: Id
    kind: LicenceKind
    kind_name: str
    number: str
    expires_on: date | None
    state: str = Field(examples=["confirmed"], description="sent, confirmed, refused, expired")
    file: Picture | None


class ShopOut(ShopCard):
    """A shop by itself; `licences`, `reason` and `payee_id` are for its staff and reviewers."""

    phone: str
    about: str
    reach: Reach
    hours: HoursBody
    closed_until: datetime | None
    closed_note: str
    accept_minutes: int
    status: ShopStatus
    status_name: str
    takes_orders: bool
    reason: str
    area_id: Id
    licensed_until: date | None
    licences: list[LicenceOut]
    my_role: StaffRole | None
    moves: list[str]
    version: int


class MyShop(Answer):
    """A shop that I run."""

    id: Id
    name: str
    kind: ShopKind
    role: StaffRole
    role_name: str
    status: ShopStatus
    status_name: str
    is_open: bool
    opening: str


class MyShops(Answer):
    items: list[MyShop]


class StaffOut(Answer):
    user_id: Id
    name: str
    role: StaffRole
    role_name: str
    since: datetime


class StaffList(Answer):
    items: list[StaffOut]
