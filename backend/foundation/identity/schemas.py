"""What the API says and hears about people."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import AwareDatetime, Field, SecretStr, StringConstraints, model_validator

from backend.core.actor import Role
from backend.core.schemas import Answer, Body, Id, PageQuery
from backend.foundation.identity.rules import Theme

Code = Annotated[str, Field(min_length=1, max_length=128, examples=["0a3Fc71w3Mb9K13"])]
Device = Annotated[str, Field(max_length=80, examples=["iPhone 15 · 微信 8.0.49"])]
Nickname = Annotated[
    str, Field(min_length=1, max_length=20, pattern=r"^[^\x00-\x1f\x7f]+$", examples=["春晖老王"])
]
Username = Annotated[
    str,
    StringConstraints(min_length=2, max_length=40, pattern=r"^[A-Za-z0-9._@-]+$", to_lower=True),
    Field(examples=["office-1"]),
]
RealName = Annotated[
    str, Field(min_length=1, max_length=40, pattern=r"^[^\x00-\x1f\x7f]+$", examples=["王建国"])
]


class WechatLogin(Body):
    """`code` is what `wx.login` gave; `device` is how the list of devices shall call it."""

    code: Code
    device: Device = ""


class AdministratorLogin(Body):
    username: Username
    password: SecretStr = Field(min_length=1, max_length=200, examples=["correct horse battery"])
    totp: str = Field(pattern=r"^[0-9]{6}$", examples=["492039"])
    device: Device = ""


class PhoneCode(Body):
    """What WeChat's phone button gave. The number itself is never taken from a client."""

    code: Code


class SettingsChange(Body):
    large_type: bool | None = None
    theme: Theme | None = None


class MeChange(Body):
    """Only what is given changes; `avatar_id` is an uploaded file of one's own."""

    nickname: Nickname | None = None
    avatar_id: Id | None = None
    settings: SettingsChange = SettingsChange()


class AreaBrief(Answer):
    """`id` 0 is everywhere: the post of an administrator of the whole installation."""

    id: int
    name: str = Field(examples=["春晖社区"])
    level: str = Field(examples=["community"])
    full_name: str = Field(examples=["望山街道春晖社区"])


class UnitBrief(Answer):
    id: int
    name: str = Field(examples=["城市管理局"])


class PostOut(Answer):
    id: int
    role: Role
    role_name: str = Field(examples=["专职社工"])
    title: str
    area: AreaBrief
    unit: UnitBrief | None


class PersonBrief(Answer):
    id: int
    name: str = Field(examples=["王建国"])


class PostListed(PostOut):
    """A post with its holder, for those who look after posts."""

    user: PersonBrief
    starts_at: datetime
    ends_at: datetime | None


class SettingsOut(Answer):
    large_type: bool
    theme: Theme


class Me(Answer):
    id: int
    nickname: str
    avatar_url: str | None
    phone: str | None = Field(description="masked", examples=["138****5678"])
    posts: list[PostOut]
    permissions: list[str] = Field(examples=[["identity.self", "orders.take"]])
    settings: SettingsOut
    sides: list[str] = Field(description="of the app, beyond those of posts", examples=[[]])


class SignedIn(Answer):
    """`token` is told this once and kept by the client alone."""

    token: str
    expires_at: datetime
    me: Me


class SessionOut(Answer):
    id: int
    device: str
    created_at: datetime
    last_seen_at: datetime = Field(description="to the hour")
    expires_at: datetime
    is_current: bool


class PostQuery(PageQuery):
    """Posts at an area and below; without one, wherever the reader may look."""

    area_id: Id | None = None
    role: Role | None = None


class PostNew(Body):
    """The person is named by `user_id` or by the phone that WeChat has confirmed.

    `name` is the real name, for staff are called by it.
    """

    user_id: Id | None = None
    phone: str | None = Field(default=None, pattern=r"^\+?[0-9]{5,17}$", examples=["13800001234"])
    name: RealName | None = None
    role: Role
    area_id: Id
    unit_id: Id | None = None
    title: str = Field(default="", max_length=40, examples=["网格长"])
    starts_at: AwareDatetime | None = None
    ends_at: AwareDatetime | None = None

    @model_validator(mode="after")
    def _names_one_person(self) -> Self:
        if (self.user_id is None) == (self.phone is None):
            raise ValueError("请给出 user_id 或 phone 之一")
        if self.ends_at and self.starts_at and self.ends_at <= self.starts_at:
            raise ValueError("结束时间应晚于开始时间")
        return self
