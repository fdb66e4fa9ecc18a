"""The product as real processes on a MariaDB of its own, with people who can be called as."""

import asyncio
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx
import pymysql
from pymysql.cursors import DictCursor

from backend.core import clock, crypto
from backend.core.actor import Role
from backend.core.leash import leashed
from backend.engines.duties.service import load_list
from backend.foundation.areas.models import Area, Level
from backend.foundation.identity.models import Post, Session, User
from tests.conftest import KEYS
from tests.foundation.conftest import plant

ROOT = Path(__file__).parent.parent.parent
API = "/api/v1"
UNCLEAR = "麻烦看看我们这边的事情"
PATIENCE = 180.0
SERVE = ("backend.cli", "serve")


@dataclass
class Process:
    """One process of ours. It can be killed without warning, and started anew."""

    command: list[str]
    environ: dict[str, str]
    folder: Path
    running: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        name = "-".join(self.command[1:]).replace("/", "")[:40]
        with (self.folder / f"{name}-{secrets.token_hex(3)}.log").open("wb") as log:
            self.running = subprocess.Popen(
                leashed(*self.command), env=self.environ, cwd=self.folder, stdout=log, stderr=log
            )

    def kill(self) -> None:
        """Like `kill -9`: nothing is finished, nothing is said."""
        if self.running is not None:
            self.running.kill()
            self.running.wait()
            self.running = None

    async def answers(self, url: str, is_ready: bool = True) -> None:
        """Wait until it answers. Raises AssertionError when it does not, or ended."""
        deadline = time.monotonic() + PATIENCE
        async with httpx.AsyncClient(trust_env=False) as http:
            while True:
                assert self.running is not None
                assert self.running.poll() is None, f"ended: see {self.folder}"
                try:
                    answer = await http.get(url, timeout=2)
                    if answer.status_code == 200 or not is_ready:
                        return
                except httpx.HTTPError:
                    pass
                assert time.monotonic() < deadline, f"{url} does not answer: see {self.folder}"
                await asyncio.sleep(0.05)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@dataclass
class House:
    """A database with a small town in it; processes and callers around it."""

    url: str
    folder: Path
    area_id: int = 0
    residents: list[str] = field(default_factory=list)
    workers: list[str] = field(default_factory=list)
    secretary: str = ""
    ids: dict[str, int] = field(default_factory=dict)
    """Token → whose it is."""

    # -- the database, without any proxy ---------------------------------------------------
    def connection(self, *, autocommit: bool = True) -> "pymysql.Connection[DictCursor]":
        parts = urlsplit(self.url)
        return pymysql.connect(
            host=parts.hostname or "127.0.0.1",
            port=parts.port or 3306,
            user=unquote(parts.username or "root"),
            password=unquote(parts.password or ""),
            database=parts.path.lstrip("/"),
            cursorclass=DictCursor,
            autocommit=autocommit,
        )

    def rows(self, sql: str, *params: Any) -> list[dict[str, Any]]:
        with self.connection() as connection, connection.cursor() as cursor:
            cursor.execute(sql, params)
            return list(cursor.fetchall())

    async def execute(self, sql: str, *params: Any) -> None:
        """In a thread: it may wait for a lock of somebody whose connection our own proxy has
        still to close."""

        def run() -> None:
            with self.connection() as connection, connection.cursor() as cursor:
                cursor.execute(sql, params)

        await asyncio.to_thread(run)

    def count(self, sql: str, *params: Any) -> int:
        return int(next(iter(self.rows(sql, *params)[0].values())))

    def orders_saying(self, text: str) -> list[int]:
        return [one["id"] for one in self.rows("SELECT id FROM orders_order WHERE text=%s", text)]

    def check_whole(self) -> None:
        """Nothing half done: no part of an order without its order, no order without its first
        event, no key without an answer."""
        for table in ("order_event", "order_clock", "order_part", "order_file"):
            lost = self.count(
                f"SELECT COUNT(*) FROM {table} t LEFT JOIN orders_order o ON o.id = t.order_id "
                "WHERE o.id IS NULL"
            )
            assert lost == 0, f"{lost} rows of {table} without an order"
        mute = self.rows(
            "SELECT o.id FROM orders_order o WHERE NOT EXISTS "
            "(SELECT 1 FROM order_event e WHERE e.order_id = o.id AND e.move = 'report')"
        )
        assert mute == []
        assert self.count("SELECT COUNT(*) FROM core_idempotency WHERE status = 0") == 0

    # -- processes ---------------------------------------------------------------------------
    def environ(self, port: int = 0, database_port: int = 0, **more: str) -> dict[str, str]:
        clean = {name: value for name, value in os.environ.items() if "LINLI_" not in name}
        parts = urlsplit(self.url)
        login = parts.netloc.rpartition("@")[0]
        address = f"{parts.hostname}:{database_port or parts.port or 3306}"
        path = os.pathsep.join([str(ROOT), str(ROOT / "miniprogram-mock")])
        return clean | {
            "PYTHONPATH": path,
            "LINLI_ENVIRONMENT": "test",
            "LINLI_SECRET_KEYS": KEYS,
            "LINLI_DATA_DIR": str(self.folder / "data"),
            "LINLI_DATABASE_URL": f"mysql://{login}@{address}{parts.path}",
            "LINLI_PORT": str(port),
            **more,
        }

    @contextmanager
    def process(self, *command: str, environ: dict[str, str]) -> Iterator[Process]:
        made = Process([sys.executable, "-m", *command], environ, self.folder)
        made.start()
        try:
            yield made
        finally:
            made.kill()

    @contextmanager
    def api(
        self, database_port: int = 0, command: Sequence[str] = SERVE, **more: str
    ) -> Iterator["Server"]:
        port = free_port()
        environ = self.environ(port, database_port, **more)
        with self.process(*command, environ=environ) as process:
            yield Server(process, f"http://127.0.0.1:{port}")

    def another_device(self, token: str) -> str:
        """A further token of the same person, that no process can have seen before."""
        made = secrets.token_hex(16)
        with self.connection() as connection, connection.cursor() as cursor:
            columns = _columns(cursor, "identity_session", but="digest")
            cursor.execute(
                f"INSERT INTO identity_session (digest, {columns}) "
                f"SELECT %s, {columns} FROM identity_session WHERE digest = %s",
                (crypto.digest(made), crypto.digest(token)),
            )
        return made

    # -- orders ------------------------------------------------------------------------------
    async def pooled(self, server: "Server", count: int) -> list[int]:
        """So many orders in the community's pool: one made by hand, the others its copies."""
        async with server.caller(self.residents[0]) as caller:
            order = (await caller.post("/orders", json=self.demand(UNCLEAR))).json()
        async with server.caller(self.secretary) as caller:
            path = f"/orders/{order['id']}/dispatch"
            answer = await caller.post(path, json={"party": "community"})
            assert answer.json()["status"] == "pooled", answer.text
        return self.copies(order["id"], count)

    def copies(self, order_id: int, count: int) -> list[int]:
        """Copies of an order with its clocks and its history."""
        made = []
        with self.connection() as connection, connection.cursor() as cursor:
            for _ in range(count):
                columns = _columns(cursor, "orders_order")
                cursor.execute(
                    f"INSERT INTO orders_order ({columns}) "
                    f"SELECT {columns} FROM orders_order WHERE id = %s",
                    (order_id,),
                )
                made.append(int(cursor.lastrowid))
                for table in ("order_clock", "order_event"):
                    columns = _columns(cursor, table, but="order_id")
                    cursor.execute(
                        f"INSERT INTO {table} (order_id, {columns}) "
                        f"SELECT %s, {columns} FROM {table} WHERE order_id = %s",
                        (made[-1], order_id),
                    )
        return made

    def demand(self, text: str) -> dict[str, Any]:
        return {"kind": "complaint", "text": text, "place": {"area_id": self.area_id}}


def _columns(cursor: Any, table: str, but: str = "id") -> str:
    cursor.execute(f"SELECT * FROM {table} LIMIT 0")
    names = [one[0] for one in cursor.description or ()]
    return ", ".join(f"`{name}`" for name in names if name not in ("id", but))


@dataclass
class Server:
    """An API that listens, or will."""

    process: Process
    base: str

    async def ready(self) -> "Server":
        await self.process.answers(f"{self.base}/readyz")
        return self

    def caller(self, token: str = "", timeout: float = 15) -> httpx.AsyncClient:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        return httpx.AsyncClient(
            base_url=self.base + API, headers=headers, timeout=timeout, trust_env=False
        )


async def populate(house: House) -> None:
    """Two dozen workers of one community, its secretary, two dozen residents; all signed in."""
    crypto.configure(KEYS)
    await load_list()
    county = await plant(None, Level.COUNTY, "临河区")
    street = await plant(county, Level.STREET, "望山街道")
    community = await plant(street, Level.COMMUNITY, "春晖社区")
    house.area_id = community.id
    for number in range(24):
        house.residents.append(await _person(house, f"resident-{number}"))
        house.workers.append(
            await _person(house, f"worker-{number}", Role.SOCIAL_WORKER, community)
        )
    house.secretary = await _person(house, "secretary", Role.SECRETARY, community)


async def _person(
    house: House, name: str, role: Role | None = None, area: Area | None = None
) -> str:
    now, token = clock.now(), f"token-of-{name}"
    user = await User.create(nickname=name, openid=f"openid-{name}")
    if role and area:
        await Post.create(user_id=user.id, role=role, area_id=area.id, starts_at=now)
    await Session.create(
        user_id=user.id,
        digest=crypto.digest(token),
        lasts_hours=24,
        created_at=now,
        seen_at=now,
        expires_at=now + timedelta(hours=24),
    )
    house.ids[token] = user.id
    return token
