"""Runs the measurements and prints the table of the README."""

import asyncio
import base64
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import product
from pathlib import Path
from typing import Any

import httpx
from sanic import Sanic

from backend.app import close_everything, create_app, open_everything
from backend.core import http
from backend.core.connections import PREPARED
from backend.foundation.identity import queries as identity
from backend.foundation.identity import service as accounts
from backend.integrations import wechat_pay_keys
from backend.sample import routes as demo
from backend.settings import Settings
from scripts.benchmarks import (
    bills,
    data,
    load,
    outbox,
    payments,
    points,
    settlements,
    statements,
    votes,
)
from scripts.benchmarks.load import Target
from scripts.benchmarks.record import recording

URL = os.environ.get("LINLI_TEST_DATABASE_URL", "mysql://root@127.0.0.1:3306/linli_test")
PORT = int(os.environ.get("LINLI_PORT", "8700"))
SMALL, LARGE = 10_000, 1_000_000
READS = ("pool", "detail", "home")
TEXT = "3号楼2单元楼道灯不亮，已经两天了，请安排维修"
YARDSTICKS = {"statements as text": 0, "statements prepared": PREPARED}
"""How the bare route issues its statements: as asyncmy does by itself, and as Linli has it do."""

Row = tuple[str, str, str]


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def settings_of(folder: Path, port: int = PORT) -> Settings:
    return Settings(
        environment="demo",
        database_url=f"{URL}_bench",
        redis_url=os.environ.get("LINLI_TEST_REDIS_URL", "redis://127.0.0.1:6379/9"),
        secret_keys=f"bench:{base64.b64encode(bytes(32)).decode()}",
        data_dir=folder,
        port=port,
        log_format="json",
    )


def environ_of(settings: Settings) -> dict[str, str]:
    """Of the demo: what measures makes itself people and payments by its means."""
    return dict(os.environ) | {
        "LINLI_ENVIRONMENT": "demo",
        "LINLI_DATABASE_URL": settings.database_url,
        "LINLI_REDIS_URL": settings.redis_url,
        "LINLI_SECRET_KEYS": settings.secret_keys.get_secret_value(),
        "LINLI_DATA_DIR": str(settings.data_dir),
        "LINLI_PORT": str(settings.port),
    }


def in_production(settings: Settings) -> dict[str, str]:
    """The same as a house in production: with an account at WeChat Pay, without the sample city."""
    keys = settings.data_dir / "pay"
    wechat_pay_keys.make(keys)
    return environ_of(settings) | {
        "LINLI_ENVIRONMENT": "production",
        "LINLI_WECHAT_PAY_PRIVATE_KEY": str(keys / "merchant.key.pem"),
        "LINLI_WECHAT_PAY_PUBLIC_KEY": str(keys / "wechat.pub.pem"),
    }


@contextmanager
def running(command: list[str], environ: dict[str, str], address: str) -> Iterator[int]:
    """A server process; the value is its process id."""
    process = subprocess.Popen([sys.executable, "-m", *command], env=environ)
    try:
        for _ in range(200):
            try:
                httpx.get(address, timeout=1)
                break
            except httpx.HTTPError:
                time.sleep(0.1)
        else:
            raise SystemExit(f"{address} does not answer")
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def memory_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


class People:
    """Tokens and the requests that are measured."""

    def __init__(self, residents: list[str], worker: str, home: int, order: int):
        self.residents, self.worker = tuple(residents), worker
        self.paths = {
            "pool": "/api/v1/orders/pool?limit=20",
            "detail": f"/api/v1/orders/{order}",
            "home": f"/api/v1/home?area_id={home}",
        }
        self.report = json.dumps(
            {
                "kind": "help",
                "text": TEXT,
                "answers": {"for_whom": "自己"},
                "place": {"area_id": home, "text": "东门口"},
                "file_ids": [],
                "is_anonymous": False,
            },
            ensure_ascii=False,
        )

    def token(self, name: str) -> str:
        return self.worker if name in ("pool", "detail") else self.residents[0]


async def gather(settings: Settings) -> tuple[People, dict[str, list[dict[str, Any]]]]:
    """Log everyone in, and record the statements of each request."""
    await open_everything(settings)
    http.configure(identity.authenticate, settings.request_deadline)
    Sanic.test_mode = True
    app = create_app(settings, name="recorded", more=[demo.bp])
    app.asgi = True
    await app._startup()  # noqa: SLF001 - as the tests do it, without opening a port
    app.state.is_started = True
    transport = httpx.ASGITransport(app=app)
    try:
        async with httpx.AsyncClient(transport=transport, base_url="http://linli") as client:
            people = await _people(client)
            return people, await _recorded(client, people)
    finally:
        await close_everything()


async def _people(client: httpx.AsyncClient) -> People:
    found = (await client.get("/api/v1/demo/people?side=resident&limit=300")).json()
    workers = (await client.get("/api/v1/demo/people?side=worker")).json()
    residents = [(await accounts.open_session(one["user_id"], "bench")).token for one in found]
    worker = (await accounts.open_session(workers[0]["user_id"], "bench")).token
    mine = {"authorization": f"Bearer {residents[0]}"}
    dwelling = (await client.get("/api/v1/me/dwellings", headers=mine)).json()
    first = (dwelling["items"] if isinstance(dwelling, dict) else dwelling)[0]
    theirs = {"authorization": f"Bearer {worker}"}
    pool = (await client.get("/api/v1/orders/pool?limit=20", headers=theirs)).json()["items"]
    return People(residents, worker, first["compound_id"], pool[0]["id"])


async def _recorded(client: httpx.AsyncClient, people: People) -> dict[str, list[dict[str, Any]]]:
    recorded: dict[str, list[dict[str, Any]]] = {}
    for name in READS:
        headers = {"authorization": f"Bearer {people.token(name)}"}
        await client.get(people.paths[name], headers=headers)
        async with recording() as seen:
            answer = await client.get(people.paths[name], headers=headers)
        answer.raise_for_status()
        recorded[name] = list(seen)
    headers = {"authorization": f"Bearer {people.residents[0]}", "content-type": "application/json"}
    for number in range(2):  # the first one fills what the process remembers
        keyed = headers | {"idempotency-key": f"bench-record-{number}"}
        async with recording() as seen:
            answer = await client.post("/api/v1/orders", content=people.report, headers=keyed)
        answer.raise_for_status()
    recorded["report"] = list(seen)
    return recorded


def against_the_bare_stack(settings: Settings, folder: Path) -> list[Row]:
    """Reads and the report against a bare route with the same statements."""
    say("city with 10⁴ orders …")
    data.run(settings, SMALL, say)
    people, recorded = asyncio.run(gather(settings))
    recording_file = folder / "recorded.json"
    recording_file.write_text(json.dumps(recorded, ensure_ascii=False), encoding="utf-8")
    api = f"http://127.0.0.1:{PORT}"
    table: list[Row] = []
    with ExitStack() as stack:
        serve = ["backend.cli", "serve"], in_production(settings), f"{api}/healthz"
        pid = stack.enter_context(running(*serve))
        bares = dict[str, str]()
        for number, (how, prepared) in enumerate(YARDSTICKS.items(), 1):
            bares[how] = f"http://127.0.0.1:{PORT + number}"
            command = ["scripts.benchmarks.bare", str(PORT + number), settings.database_url]
            command += [str(recording_file), str(prepared)]
            stack.enter_context(running(command, dict(os.environ), bares[how]))
        # The reports come last: what they leave would slow down the reads.
        for name, how in product((*READS, "report"), bares):
            say(f"{name}, {how} …")
            seen = load.compare(*_pair(people, name, api, bares[how]), folder)
            wanted = 0.5 if name == "report" else 0.85
            table.append(_ratio(f"{name}, {how}", len(recorded[name]), *seen, wanted))
        used = memory_mb(pid)
        table.append(("memory of the API process under load", f"{used:.0f} MB", "≤ 150 MB"))
    return table


def _pair(people: People, name: str, api: str, bare: str) -> tuple[Target, Target]:
    """Ours and the yardstick."""
    if name == "report":
        mine = Target(f"{api}/api/v1/orders", people.residents, people.report)
        return mine, Target(f"{bare}/write/report", ("x",), "{}")
    mine = Target(api + people.paths[name], (people.token(name),))
    return mine, Target(f"{bare}/read/{name}", ("x",))


def _ratio(
    name: str, statements: int, a: load.Round, b: load.Round, ratio: float, wanted: float
) -> Row:
    failed = f", {a.failed} failed" if a.failed or b.failed else ""
    what = (
        f"{name}: {a.per_second:.0f}/s, bare {b.per_second:.0f}/s ({statements} statements{failed})"
    )
    return what, f"{ratio:.2f}", f"≥ {wanted}"


def against_its_own_size(settings: Settings, folder: Path) -> list[Row]:
    """Pool and detail with 10⁶ orders against the same with 10⁴."""
    large = data.beside(settings, "large").model_copy(update={"port": PORT + 2})
    say("city with 10⁶ orders …")
    data.run(large, LARGE, say)
    table: list[Row] = []
    with ExitStack() as stack:
        targets = {}
        for one in (settings, large):
            people, _ = asyncio.run(gather(one))
            api = f"http://127.0.0.1:{one.port}"
            environ = in_production(one)
            stack.enter_context(running(["backend.cli", "serve"], environ, f"{api}/healthz"))
            for name in ("pool", "detail"):
                target = Target(api + people.paths[name], (people.token(name),))
                targets[name, one.port] = target
        for name in ("pool", "detail"):
            say(f"{name}, 10⁶ against 10⁴ …")
            big, small = targets[name, large.port], targets[name, settings.port]
            a, b, ratio = load.compare(big, small, folder)
            what = f"{name}: 10⁶ orders {a.p50_ms:.1f} ms, 10⁴ orders {b.p50_ms:.1f} ms (median)"
            table.append((what, f"{1 / ratio:.2f}", "≤ 1.2 × the time"))
    return table


def the_outbox(settings: Settings, _: Path) -> list[Row]:
    say("outbox …")
    per_second, made = outbox.measure(settings, environ_of(settings))
    what = f"outbox: {outbox.PROCESSES} processes, {outbox.EFFECTS} events → {made} effects"
    return [(what, f"{per_second:.0f}/s", "≥ 1000/s")]


def the_settlements(settings: Settings, folder: Path) -> list[Row]:
    say("settlements …")
    other = data.beside(settings, "settlements")
    seen = settlements.measure(other, environ_of(other), folder)
    what = (
        f"settlements: {seen.lines} lines of both bills of a day with 10⁵ trades, "
        f"{seen.differences} differences found (trade bill {seen.trade_seconds:.1f} s, "
        f"comparison and fees {seen.compare_seconds:.1f} s)"
    )
    return [
        (what, f"{seen.seconds:.1f} s", "≤ 10 s"),
        ("memory of that process, at most", f"{seen.memory_mb:.0f} MB", "≤ 200 MB"),
    ]


def the_payments(settings: Settings, _: Path) -> list[Row]:
    say("payments …")
    other = data.beside(settings, "payments").model_copy(update={"port": PORT + 6})
    seen = payments.measure(other, environ_of(other))
    rate = seen.sent / seen.seconds
    what = (
        f"payments: {payments.PAYMENTS} payments, {seen.sent} notifications ×{payments.REPEATED} "
        f"out of order, {seen.refused} forged, {seen.killed} kills ({rate:.0f}/s): acknowledged "
        f"p50 {seen.p(0.5):.0f} ms, p99"
    )
    wrong = seen.wrong + seen.unpaid + seen.quarantined + abs(seen.off) + len(seen.disagreements)
    return [
        (what, f"{seen.p(0.99):.0f} ms", "< 1000 ms"),
        ("wrong, lost or doubled; fen that the books are off", f"{wrong}", "0"),
        (
            f"{payments.SILENT} payments by 16 phones that nobody told us of: the last one found",
            f"{seen.slowest_found:.0f} s",
            "≤ 300 s",
        ),
    ]


def the_statements(settings: Settings, _: Path) -> list[Row]:
    say("statements …")
    seen = asyncio.run(statements.measure(data.beside(settings, "statements")))
    what = (
        f"a page anywhere in a statement: 10⁶ entries {seen.large_ms:.2f} ms, 10⁴ entries "
        f"{seen.small_ms:.2f} ms (median; all checkpoints made in {seen.rounds_seconds:.0f} s, "
        f"{seen.disagreements} disagreements)"
    )
    return [(what, f"{seen.large_ms / seen.small_ms:.2f}", "≤ 1.2 × the time")]


def the_bills(settings: Settings, folder: Path) -> list[Row]:
    table: list[Row] = []
    other = data.beside(settings, "bills")
    for one in (bills.on_sqlite(other, folder), other):
        name = bills.server_of(one)
        say(f"bills on {name} …")
        seconds, made = asyncio.run(bills.measure(one))
        what = f"bill run on {name}: {bills.DWELLINGS} dwellings → {made} bills"
        table.append((what, f"{seconds:.1f} s", "≤ 20 s"))
    return table


def the_votes(settings: Settings, folder: Path) -> list[Row]:
    table: list[Row] = []
    other = data.beside(settings, "votes")
    for one in (bills.on_sqlite(other, folder, "votes"), other):
        name = bills.server_of(one)
        say(f"votes on {name} …")
        frozen, seconds, ballots = asyncio.run(votes.measure(one))
        what = f"count of {ballots} dwellings on {name} (roll frozen in {frozen:.1f} s)"
        table.append((what, f"{seconds:.2f} s", "≤ 2 s"))
    return table


def the_points(settings: Settings, folder: Path) -> list[Row]:
    table: list[Row] = []
    other = data.beside(settings, "points")
    for one in (bills.on_sqlite(other, folder, "points"), other):
        name = bills.server_of(one)
        say(f"points on {name} …")
        seen = asyncio.run(points.measure(one))
        rate = seen.attempts / seen.seconds
        what = (
            f"mall: {points.CLIENTS} clients, {seen.attempts} attempts at a stock of "
            f"{points.STOCK} on {name} ({rate:.0f}/s): redeemed"
        )
        table.append((what, f"{seen.redeemed}", f"{points.STOCK}"))
        wrong = seen.negative + len(seen.disagreements) + (not seen.is_right)
        table.append(("negative balances, disagreements of the books", f"{wrong}", "0"))
    return table


def the_phones(_: Settings, __: Path) -> list[Row]:
    app = Path("miniprogram-mock/app")
    done = subprocess.run(
        ["npm", "run", "--silent", "size"], cwd=app, capture_output=True, text=True, check=False
    )
    return [
        (line.strip(), "", "")
        for line in done.stdout.splitlines()
        if "gzip" in line or "package" in line
    ]


PARTS = {
    "bare": against_the_bare_stack,
    "size": against_its_own_size,
    "outbox": the_outbox,
    "settlements": the_settlements,
    "payments": the_payments,
    "statements": the_statements,
    "bills": the_bills,
    "votes": the_votes,
    "points": the_points,
    "phones": the_phones,
}


def main() -> None:
    wanted = sys.argv[1:] or list(PARTS)
    if not load.is_there():
        raise SystemExit("the load comes from wrk (Debian: apt install wrk)")
    with tempfile.TemporaryDirectory(prefix="linli-bench-") as folder:
        settings = settings_of(Path(folder))
        if "bare" not in wanted and {"size", "outbox"} & set(wanted):
            data.run(settings, SMALL, say)
        table = [row for name in wanted for row in PARTS[name](settings, Path(folder))]
    print("| what | seen | wanted |\n|---|---|---|")
    for row in table:
        print(f"| {' | '.join(row)} |")


if __name__ == "__main__":
    main()
