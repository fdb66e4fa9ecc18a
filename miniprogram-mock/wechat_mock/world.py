"""What the mock remembers: people, tokens, codes, consent, templates, messages. All in memory."""

import asyncio
import contextlib
import secrets
import time
from collections import Counter, OrderedDict, deque
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import httpx

from wechat_mock.errors import Fault
from wechat_mock.pay.books import Books
from wechat_mock.quotas import Quotas

TOKEN_SECONDS = 7200
CODE_SECONDS = 300
ACTIVE_SECONDS = 7200
MOST_CODES = 20_000
MOST_PEOPLE = 200_000
MOST_KEPT = 2_000

Answer = Literal["accept", "reject", "ban", "filter"]


@dataclass
class Settings:
    """How this mock was started; the control plane may change the callback later."""

    appid: str = "wx0000000000demo01"
    secret: str = "demo-secret"  # noqa: S105 - the mock's own, known to everybody
    account: str = "gh_linlimock001"
    pages: frozenset[str] = frozenset()
    media_seconds: float = 1.0
    send_seconds: float = 0.005
    transport: httpx.AsyncBaseTransport | None = None


@dataclass
class Callback:
    """Where message pushes go, and how they are wrapped."""

    url: str
    token: str
    aes_key: str = ""
    mode: Literal["plain", "compat", "aes"] = "plain"
    format: Literal["xml", "json"] = "json"


@dataclass
class Template:
    """A subscription template: ``fields`` is {name: label}; type 2 for one time, 3 long-term."""

    id: str
    title: str
    fields: dict[str, str]
    type: int = 2
    enums: dict[str, list[str]] = field(default_factory=dict)


@dataclass
class Code:
    """A login or phone code: good for one use within five minutes."""

    kind: Literal["login", "phone"]
    openid: str
    made_at: float
    phone: str = ""
    country_code: str = "86"
    is_used: bool = False


@dataclass
class Person:
    """A WeChat user as this mini-program knows them."""

    openid: str
    unionid: str
    last_seen: float = 0.0
    main_switch: bool = True


@dataclass
class Injected:
    """A failure waiting for the next ``times`` calls of ``path`` (empty: of any interface).

    ``is_late``: the work is done first and only the answer suffers, as when a reply is lost.
    Payments have a ``code`` where the others have an ``errcode``, and a signature to spoil.
    """

    path: str
    errcode: int | None = None
    times: int = 1
    latency_ms: int = 0
    http_status: int = 200
    body: str | None = None
    skip: int = 0
    is_late: bool = False
    code: str | None = None
    spoils_signature: bool = False


@dataclass
class Token:
    """An access token; ``errcode`` is what its use answers when it is no longer good."""

    value: str
    expires_at: float
    errcode: int = 0


@dataclass
class World:
    """One mock's memory. Times are seconds of the mock's own clock."""

    settings: Settings = field(default_factory=Settings)
    callback: Callback | None = None
    templates: dict[str, Template] = field(default_factory=dict)
    offset: float = 0.0
    people: OrderedDict[str, Person] = field(default_factory=OrderedDict)
    codes: OrderedDict[str, Code] = field(default_factory=OrderedDict)
    tokens: OrderedDict[str, Token] = field(default_factory=OrderedDict)
    stable: Token | None = None
    plain: Token | None = None
    forced_at: float = float("-inf")
    consent: dict[tuple[str, str], int] = field(default_factory=dict)
    answers: dict[tuple[str, str], str] = field(default_factory=dict)
    sending: set[str] = field(default_factory=set)
    messages: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=MOST_KEPT))
    scans: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=MOST_KEPT))
    pushes: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=MOST_KEPT))
    media_verdicts: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=MOST_KEPT))
    injected: list[Injected] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)
    quotas: Quotas = field(default_factory=Quotas)
    pay: Books = field(default_factory=Books)
    moved: asyncio.Event = field(default_factory=asyncio.Event)
    last_id: int = 0

    def now(self) -> float:
        """Unix seconds on the mock's clock, which the control plane can advance."""
        return time.time() + self.offset

    def move_clock(self, offset: float) -> None:
        """Set how far the clock is ahead, and wake whoever waits for a time."""
        self.offset = offset
        self.moved.set()
        self.moved = asyncio.Event()

    async def wait_until(self, due: float) -> None:
        """Sleep until the mock's clock shows ``due``, be it by waiting or by being advanced."""
        while (left := due - self.now()) > 0:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.moved.wait(), left)

    def next_id(self) -> int:
        """Ever growing, also over a reset: a reader's ``after`` stays meaningful."""
        self.last_id += 1
        return self.last_id

    def person(self, openid: str) -> Person:
        """The user with this openid, made on first sight."""
        if openid not in self.people:
            if len(self.people) >= MOST_PEOPLE:
                self.people.popitem(last=False)
            self.people[openid] = Person(openid, unionid=f"u-{openid}")
        return self.people[openid]

    def visit(self, openid: str) -> Person:
        """The user opens or uses the mini-program now."""
        someone = self.person(openid)
        someone.last_seen = self.now()
        return someone

    def is_active(self, openid: str) -> bool:
        """Whether the user was in the mini-program within the last two hours."""
        someone = self.people.get(openid)
        return someone is not None and self.now() - someone.last_seen <= ACTIVE_SECONDS

    # -- codes -------------------------------------------------------------------------------
    def issue(self, code: Code) -> str:
        """A new one-time code."""
        while len(self.codes) >= MOST_CODES:
            self.codes.popitem(last=False)
        value = secrets.token_urlsafe(24)[:32]
        self.codes[value] = code
        return value

    def redeem(self, value: str, kind: Literal["login", "phone"]) -> Code:
        """Use a code up. Raises 40029 (unknown, expired) or, for a login code, 40163 (used)."""
        code = self.codes.get(value)
        if code is None or code.kind != kind or self.now() - code.made_at > CODE_SECONDS:
            raise Fault(40029)
        if code.is_used:
            raise Fault(40163 if kind == "login" else 40029)
        code.is_used = True
        return code

    # -- tokens ------------------------------------------------------------------------------
    def new_token(self, replaced: Token | None, *, is_revoking: bool = True) -> Token:
        """Mint a token. The one it replaces stops working, unless it may run out by itself."""
        if replaced is not None and is_revoking:
            replaced.errcode = 40001
        token = Token(f"99_{secrets.token_urlsafe(48)}", self.now() + TOKEN_SECONDS)
        while len(self.tokens) >= MOST_KEPT:
            self.tokens.popitem(last=False)
        self.tokens[token.value] = token
        return token

    def check_token(self, value: str) -> None:
        """Raise 41001, 40001 or 42001 unless the token is good now."""
        if not value:
            raise Fault(41001)
        token = self.tokens.get(value)
        if token is None:
            raise Fault(40001)
        if token.errcode:
            raise Fault(token.errcode)
        if self.now() >= token.expires_at:
            raise Fault(42001)

    # -- failures ----------------------------------------------------------------------------
    def take_injected(self, path: str) -> Injected | None:
        """The failure waiting for this path, one use of it spent."""
        for failure in self.injected:
            if failure.path not in ("", path):
                continue
            if failure.skip > 0:
                failure.skip -= 1
                continue
            failure.times -= 1
            if failure.times <= 0:
                self.injected.remove(failure)
            return failure
        return None

    def reset(self) -> None:
        """Forget everything but how the mock was started and configured."""
        moved, pay = self.moved, self.pay.fresh()
        fresh = World(self.settings, self.callback, self.templates, last_id=self.last_id, pay=pay)
        self.__dict__.update(fresh.__dict__)
        moved.set()

    def summary(self) -> dict[str, Any]:
        """For ``GET /control/state``: no secrets, no token values."""
        return {
            "appid": self.settings.appid,
            "account": self.settings.account,
            "now": self.now(),
            "advanced_seconds": self.offset,
            "people": len(self.people),
            "calls": dict(self.calls),
            "templates": [asdict(template) for template in self.templates.values()],
            "consent": [
                {"openid": o, "template_id": t, "quota": n, "answer": self.answers.get((o, t))}
                for (o, t), n in list(self.consent.items())[-MOST_KEPT:]
            ],
            "callback": self._callback_summary(),
            "errors": [asdict(failure) for failure in self.injected],
            "pushes": list(self.pushes)[-50:],
            "messages": len(self.messages),
            "scans": len(self.scans),
            "pay": {
                "merchants": list(self.pay.merchants),
                "orders": len(self.pay.orders),
                "refunds": len(self.pay.refunds),
                "notifications": len(self.pay.notices),
            },
        }

    def _callback_summary(self) -> dict[str, str] | None:
        if self.callback is None:
            return None
        return {k: getattr(self.callback, k) for k in ("url", "mode", "format")}
