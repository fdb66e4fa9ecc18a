"""Payments under fire: notifications in tens of thousands, repeated, out of order, partly forged;
payers on 16 phones whose notifications never come; API and worker killed at random meanwhile."""

import asyncio
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from backend.app import close_everything, database_config, open_everything
from backend.core import clock, database, migrations
from backend.core.actor import Actor
from backend.core.database import rows
from backend.core.leash import leashed
from backend.engines.checkouts.models import Checkout
from backend.engines.ledgers import queries as books
from backend.engines.payments import service as payments
from backend.engines.payments.models import Payment, PaymentLine, PaymentStatus
from backend.engines.payments.service import Line
from backend.foundation.identity import service as accounts
from backend.foundation.identity.models import User
from backend.integrations import wechat_pay_keys
from backend.settings import Settings
from scripts.benchmarks import data
from tests.engines.checkouts import bank

PAYMENTS = int(os.environ.get("LINLI_BENCH_PAYMENTS", "10000"))
REPEATED = 10
FORGED = 0.1
SENDERS = 16
SILENT = int(os.environ.get("LINLI_BENCH_SILENT", "160"))
KILLS = 4
HIT = "/api/v1/wechat/pay/notify"


@dataclass
class Seen:
    """What was sent, how it was taken, and what stands in the books afterwards."""

    sent: int = 0
    refused: int = 0
    wrong: int = 0
    killed: int = 0
    seconds: float = 0
    slowest_found: float = 0
    waits: list[float] = field(default_factory=list, repr=False)
    unpaid: int = 0
    quarantined: int = 0
    disagreements: list[str] = field(default_factory=list)
    off: int = 0
    """Fen that the account at WeChat is off in our books."""

    def p(self, share: float) -> float:
        """Milliseconds within which that share of the notifications was acknowledged."""
        return sorted(self.waits)[int(len(self.waits) * share)] * 1000


class Stage:
    """The API, the worker and the stand-in of WeChat as processes; two of them die at times."""

    def __init__(self, settings: Settings, environ: dict[str, str]) -> None:
        self.settings, self.environ = settings, environ
        self.api = f"http://127.0.0.1:{settings.port}"
        self.wechat = f"http://127.0.0.1:{settings.port + 1}"
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str) -> None:
        port = str(self.settings.port + 1)
        mock = ["wechat_mock", "--port", port, "--pay", json.dumps(self._merchant())]
        command = {
            "mock": mock,
            "api": ["backend.cli", "serve"],
            "worker": ["backend.cli", "worker"],
        }
        self.running[name] = subprocess.Popen(
            leashed(sys.executable, "-m", *command[name]),
            env=self.environ,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def _merchant(self) -> dict[str, str]:
        folder, known = self.settings.data_dir / "pay", self.settings
        return {
            "mchid": known.wechat_pay_mchid,
            "appid": known.wechat_appid,
            "serial": known.wechat_pay_serial,
            "public_key": str(folder / "merchant.pub.pem"),
            "private_key": str(folder / "wechat.key.pem"),
            "public_key_id": known.wechat_pay_public_key_id,
            "apiv3_key": known.wechat_pay_apiv3_key.get_secret_value(),
        }

    def kill(self, name: str) -> None:
        self.running[name].kill()
        self.running[name].wait()

    async def ready(self) -> None:
        async with httpx.AsyncClient(trust_env=False) as http:
            for address in (f"{self.api}/readyz", f"{self.wechat}/"):
                for _ in range(400):
                    try:
                        await http.get(address, timeout=2)
                        break
                    except httpx.HTTPError:
                        await asyncio.sleep(0.1)

    @asynccontextmanager
    async def running_all(self) -> AsyncIterator["Stage"]:
        try:
            for name in ("mock", "api", "worker"):
                self.start(name)
            await self.ready()
            yield self
        finally:
            for name in self.running:
                self.kill(name)

    async def die_at_times(self, seen: Seen, progress: Any) -> None:
        """Kill the API and the worker in turn, at random moments of the work."""
        marks = sorted(random.uniform(0.05, 0.9) for _ in range(KILLS))
        for number, mark in enumerate(marks):
            while progress() < mark:  # noqa: ASYNC110 - it is a number that is watched
                await asyncio.sleep(0.05)
            name = ("api", "worker")[number % 2]
            self.kill(name)
            seen.killed += 1
            self.start(name)


# -- what is there before ------------------------------------------------------------------------
async def _city(settings: Settings) -> list[tuple[int, str]]:
    """An empty database with 16 payers, each with a token."""
    await data._recreate(settings.database_url)  # noqa: SLF001 - of the same package
    await migrations.migrate(database_config(settings))
    await open_everything(settings)
    made = []
    for number in range(SENDERS):
        user = await User.create(nickname=f"{number}", openid=f"openid-{number}")
        made.append((user.id, (await accounts.open_session(user.id, "bench")).token))
    return made


async def _begun(settings: Settings, count: int) -> list[Payment]:
    """Payments that were begun at WeChat, as if everybody had pressed the button."""
    payee = await payments.payee("firm", 1, "锦绣物业")
    now = clock.now()
    mchid, appid = settings.wechat_pay_mchid, settings.wechat_appid
    for start in range(0, count, 1000):
        numbers = range(start, min(start + 1000, count))
        await Payment.bulk_create(
            Payment(
                number=f"LB{n:010}",
                status=PaymentStatus.UNPAID,
                purpose="bench",
                payee_id=payee.id,
                payee_name=payee.name,
                unit_id=1,
                title="物业费",
                amount=100 + n,
                area_path="/1/",
                created_at=now,
                expires_at=now + timedelta(hours=3),
                is_held=True,
            )
            for n in numbers
        )
        made = await Payment.filter(number__in=[f"LB{n:010}" for n in numbers])
        await PaymentLine.bulk_create(
            PaymentLine(
                payment_id=one.id,
                subject="bill:1",
                title="x",
                amount=one.amount,
                credit=payee.account,
            )
            for one in made
        )
        await Checkout.bulk_create(
            Checkout(
                payment_id=one.id,
                number=one.number,
                appid=appid,
                mchid=mchid,
                amount=one.amount,
                begun_at=now,
                expires_at=one.expires_at,
                ask_at=now + timedelta(hours=3),
            )
            for one in made
        )
    return await Payment.filter(purpose="bench").order_by("id")


# -- the flood -----------------------------------------------------------------------------------
class Flood:
    """Every notification ten times in any order, among them forged ones."""

    def __init__(self, settings: Settings, opened: list[Payment], seen: Seen) -> None:
        self.settings, self.opened, self.seen = settings, opened, seen
        self.key = wechat_pay_keys.private(settings.data_dir / "pay" / "wechat.key.pem")
        self.todo = list(range(len(opened))) * REPEATED
        random.shuffle(self.todo)
        self.total = len(self.todo)
        self.made: dict[tuple[int, bool], tuple[float, dict[str, str], bytes]] = {}

    def progress(self) -> float:
        return 1 - len(self.todo) / self.total

    def notification(self, index: int, *, is_forged: bool) -> tuple[dict[str, str], bytes]:
        """The same bytes every time, signed anew before they are too old."""
        known = self.made.get((index, is_forged))
        if known is None or time.monotonic() - known[0] > 200:
            one = self.opened[index]
            word = {
                "mchid": self.settings.wechat_pay_mchid,
                "appid": self.settings.wechat_appid,
                "out_trade_no": one.number,
                "transaction_id": f"42{one.number}",
                "trade_state": "SUCCESS",
                "success_time": bank.MOMENT,
                "amount": {"total": 1 if is_forged else one.amount, "currency": "CNY"},
            }
            key = bank.STRANGERS if is_forged else self.key
            serial = {"Wechatpay-Serial": self.settings.wechat_pay_public_key_id}
            made = bank.notification(word, key=key, **serial)
            known = self.made[index, is_forged] = (time.monotonic(), *made)
        return known[1], known[2]

    async def send(self, address: str) -> None:
        """Take the next until none is left; whoever gets no answer sends again, as WeChat does."""
        async with httpx.AsyncClient(trust_env=False, timeout=10) as http:
            while self.todo:
                index = self.todo.pop()
                if random.random() < FORGED:
                    await self._until_taken(http, address, index, is_forged=True)
                await self._until_taken(http, address, index, is_forged=False)

    async def _until_taken(
        self, http: httpx.AsyncClient, address: str, index: int, *, is_forged: bool
    ) -> None:
        while True:
            headers, body = self.notification(index, is_forged=is_forged)
            began = time.perf_counter()
            try:
                answer = await http.post(address + HIT, content=body, headers=headers)
            except httpx.HTTPError:
                await asyncio.sleep(0.1)
                continue
            self.seen.waits.append(time.perf_counter() - began)
            self.seen.sent += 1
            self.seen.refused += answer.status_code == 401
            if answer.status_code >= 500:
                continue
            self.seen.wrong += (answer.status_code == 401) is not is_forged
            return


# -- payers whose notifications never come ---------------------------------------------------------
class Payers:
    """Sixteen phones: prepay until it works, pay at WeChat, hear nothing."""

    def __init__(self, stage: Stage, people: list[tuple[int, str]], seen: Seen) -> None:
        self.stage, self.people, self.seen = stage, people, seen
        self.paid_at: dict[int, float] = {}

    def progress(self) -> float:
        return len(self.paid_at) / SILENT

    async def pay(self, which: int) -> None:
        user_id, token = self.people[which]
        payee = await payments.payee("firm", 1, "锦绣物业")
        line = Line("bill:1", "物业费", 100 + which, payee.account)
        headers = {"authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(trust_env=False, timeout=15, headers=headers) as http:
            for _ in range(SILENT // SENDERS):
                async with database.transaction():
                    opened = await payments.open_payment(
                        Actor(user_id),
                        purpose="silent",
                        payee_id=payee.id,
                        title="物业费",
                        lines=[line],
                        area_path="/1/",
                    )
                sheet = await self._prepaid(http, opened.id)
                asked = {"prepay_id": sheet["package"].partition("=")[2], "quietly": True}
                asked |= {"openid": f"openid-{which}"}
                answer = await http.post(f"{self.stage.wechat}/control/pay/pay", json=asked)
                answer.raise_for_status()
                self.paid_at[opened.id] = time.monotonic()

    async def _prepaid(self, http: httpx.AsyncClient, payment_id: int) -> dict[str, str]:
        path = f"{self.stage.api}/api/v1/payments/{payment_id}/prepay"
        while True:
            try:
                answer = await http.post(path, json={})
            except httpx.HTTPError:
                await asyncio.sleep(0.1)
                continue
            if answer.status_code == 200:
                return dict(answer.json())
            await asyncio.sleep(2 if answer.status_code == 429 else 0.2)

    async def found(self) -> None:
        """Wait until our books know of every one; five minutes at most."""
        left = dict(self.paid_at)
        while left and time.monotonic() - max(left.values()) < 300:
            known = await rows("SELECT id FROM payments_payment WHERE status = 'paid'")
            for one in known:
                if (at := left.pop(one["id"], None)) is not None:
                    self.seen.slowest_found = max(self.seen.slowest_found, time.monotonic() - at)
            await asyncio.sleep(0.5)


async def _run(settings: Settings, environ: dict[str, str]) -> Seen:
    seen = Seen()
    people = await _city(settings)
    try:
        opened = await _begun(settings, PAYMENTS)
        async with Stage(settings, environ).running_all() as stage:
            flood, payers = Flood(settings, opened, seen), Payers(stage, people, seen)
            began = time.perf_counter()
            deaths = asyncio.ensure_future(stage.die_at_times(seen, flood.progress))
            await asyncio.gather(*(flood.send(stage.api) for _ in range(SENDERS)))
            seen.seconds = time.perf_counter() - began
            await deaths
            deaths = asyncio.ensure_future(stage.die_at_times(seen, payers.progress))
            await asyncio.gather(*(payers.pay(number) for number in range(SENDERS)))
            await deaths
            await payers.found()
        await _judge(settings, seen)
    finally:
        await close_everything()
    return seen


async def _judge(settings: Settings, seen: Seen) -> None:
    seen.disagreements = await books.check()
    found = await rows(
        "SELECT COUNT(*) AS n, COALESCE(SUM(status <> 'paid'), 0) AS unpaid, SUM(amount) AS total "
        "FROM payments_payment"
    )
    seen.unpaid = int(found[0]["unpaid"])
    balance = await books.balance(f"wechat:{settings.wechat_pay_mchid}")
    seen.off = balance + int(found[0]["total"])
    kept = await rows("SELECT COUNT(*) AS n FROM payments_quarantine")
    seen.quarantined = int(kept[0]["n"])


def measure(settings: Settings, environ: dict[str, str]) -> Seen:
    """Both parts, one after the other, on one database."""
    folder = settings.data_dir
    wechat_pay_keys.make(folder / "pay")
    more = {
        "LINLI_WECHAT_URL": f"http://127.0.0.1:{settings.port + 1}",
        "LINLI_WECHAT_PAY_PRIVATE_KEY": str(folder / "pay" / "merchant.key.pem"),
        "LINLI_WECHAT_PAY_PUBLIC_KEY": str(folder / "pay" / "wechat.pub.pem"),
        "LINLI_LOG_FORMAT": "json",
    }
    path = os.pathsep.join([str(Path.cwd()), str(Path("miniprogram-mock").resolve())])
    return asyncio.run(_run(settings, environ | more | {"PYTHONPATH": path}))
