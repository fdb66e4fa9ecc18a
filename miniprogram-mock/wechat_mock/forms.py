"""Bodies of the control plane's requests."""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from wechat_mock.fields import kind_of
from wechat_mock.pay.errors import CODES as PAY_CODES

Openid = Annotated[str, Field(pattern=r"^[A-Za-z0-9_\-]{6,64}$")]
Answer = Literal["accept", "reject", "ban", "filter"]


class Form(BaseModel):
    """Unknown names are refused: a typing mistake in a test must not pass for a setting."""

    model_config = ConfigDict(extra="forbid")


class LoginCode(Form):
    """Who taps "log in"."""

    openid: Openid


class PhoneCode(Form):
    """Who shares which number."""

    openid: Openid
    phone: Annotated[str, Field(pattern=r"^\d{5,15}$")]
    country_code: Annotated[str, Field(pattern=r"^\d{1,4}$")] = "86"


class Subscribe(Form):
    """The person's answers to ``wx.requestSubscribeMessage``: one template, or up to three."""

    openid: Openid
    template_id: str | None = None
    result: Answer = "accept"
    results: dict[str, Answer] = {}

    @model_validator(mode="after")
    def _one_or_many(self) -> Self:
        if self.template_id is not None:
            self.results = {self.template_id: self.result} | self.results
        return self


class SubscribeSettings(Form):
    """The person changes the mini-program's notification settings."""

    openid: Openid
    main_switch: bool | None = None
    template_id: str | None = None
    result: Literal["accept", "reject"] = "reject"


class Failure(Form):
    """What the next ``times`` calls of ``path`` meet, after ``skip`` good ones."""

    path: str = ""
    errcode: int | None = None
    times: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    latency_ms: Annotated[int, Field(ge=0, le=120_000)] = 0
    http_status: Annotated[int, Field(ge=200, le=599)] = 200
    body: Annotated[str, Field(max_length=10_000)] | None = None
    skip: Annotated[int, Field(ge=0)] = 0
    is_late: bool = False
    code: Literal[tuple(PAY_CODES)] | None = None  # type: ignore[valid-type]
    spoils_signature: bool = False


class PushOrder(Form):
    """A push: a whole ``message``, or an ``event`` of ``openid`` with its ``fields``.

    ``times`` repeats it (duplicates, as after a lost reply); ``query`` overrides arguments of the
    query to forge one.
    """

    message: dict[str, Any] | None = None
    event: str = ""
    openid: Openid = "oMockNobody"
    fields: dict[str, Any] = {}
    times: Annotated[int, Field(ge=1, le=20)] = 1
    query: dict[str, str] = {}

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.message is None and not self.event:
            raise ValueError("message or event is needed")
        return self


class CallbackForm(Form):
    """Where pushes go. ``verify``: shake hands first, as WeChat does when it is saved."""

    url: Annotated[str, Field(pattern=r"^https?://")]
    token: Annotated[str, Field(pattern=r"^[A-Za-z0-9_\-]{3,32}$")]
    aes_key: Annotated[str, Field(pattern=r"^([A-Za-z0-9]{43})?$")] = ""
    mode: Literal["plain", "compat", "aes"] = "plain"
    format: Literal["xml", "json"] = "json"
    verify: bool = True

    @model_validator(mode="after")
    def _key_when_sealed(self) -> Self:
        if self.mode != "plain" and not self.aes_key:
            raise ValueError("aes_key is needed")
        return self


class Clock(Form):
    """Only forwards; ``reset`` returns to the real time."""

    advance_seconds: Annotated[float, Field(ge=0, le=400 * 86_400)] = 0
    reset: bool = False


class Expire(Form):
    """All tokens stop working, answering ``errcode``; the next asking gets a new one."""

    errcode: Literal[40001, 40014, 42001] = 42001


class TemplateForm(Form):
    """A template; ``fields`` as ``{"thing1": "事项"}``; type 2 once, 3 long-term."""

    id: Annotated[str, Field(min_length=1, max_length=64)]
    title: Annotated[str, Field(min_length=1, max_length=32)]
    fields: Annotated[dict[str, str], Field(min_length=1, max_length=7)]
    type: Literal[2, 3] = 2
    enums: dict[str, list[str]] = {}

    @model_validator(mode="after")
    def _known_kinds(self) -> Self:
        for name in self.fields:
            if not kind_of(name):
                raise ValueError(f"{name}: no such kind of field")
        return self


class Templates(Form):
    """Templates to add; ``replace`` drops all others first."""

    templates: Annotated[list[TemplateForm], Field(max_length=200)]
    replace: bool = False


class MediaVerdict(Form):
    """What a picture or sound gets whose address holds ``match`` or whose sha256 is ``match``."""

    match: Annotated[str, Field(min_length=1, max_length=500)]
    suggest: Literal["pass", "review", "risky"] = "risky"
    label: int = 20002


class Quota(Form):
    """Another limit for one of the quotas, so that a test need not call 4,000 times."""

    name: str
    limit: Annotated[int, Field(ge=0)]


class ScanCode(Form):
    """A code to lay before the phone, printed by nobody."""

    page: Annotated[str, Field(min_length=1, max_length=1024)]
    query: Annotated[str, Field(max_length=1024)] = ""
    scene: Annotated[str, Field(max_length=32)] = ""
    label: Annotated[str, Field(max_length=100)] = ""
