"""A person's own data, as they get to see it."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from backend.core.schemas import Answer, Body


class KeptOut(Answer):
    what: str = Field(examples=["手机号（经微信验证）"])
    why: str = Field(examples=["工作人员就您的诉求与您联系"])
    until: str = Field(examples=["注销账号时删除"])
    guard: str = Field(examples=["加密保存，默认打码显示"])
    is_erased: bool = Field(description="whether leaving removes it")


class PrivacyOut(Answer):
    """What is kept about people and why; `confirmation` is what to send in order to leave."""

    kept: list[KeptOut]
    confirmation: str = Field(examples=["注销"])


class Access(Answer):
    """Somebody looked at or changed the person's data."""

    at: datetime
    who: str = Field(examples=["网格员 王建国"])
    action: str = Field(examples=["residents.revealed"])
    detail: dict[str, Any]


class Export(Answer):
    """Everything kept about the person, by the part of the system that keeps it."""

    made_at: datetime
    data: dict[str, dict[str, Any]] = Field(examples=[{"identity": {"账号": {"昵称": "春晖老王"}}}])
    accesses: list[Access]


class Erasure(Body):
    """`confirm` is the word 注销, typed by the person."""

    confirm: Literal["注销"]
