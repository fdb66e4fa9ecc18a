"""The yardstick: a Sanic route that issues recorded SQL through asyncmy and encodes the rows.

`python -m scripts.benchmarks.bare PORT DATABASE_URL RECORDING PREPARED`. Reads run each statement
on a connection of the pool; writes run them in one transaction, with fresh ids and keys. PREPARED
is how many prepared statements a connection keeps: 0 sends text, as asyncmy does by itself.
"""

import json
import re
import secrets
import sys
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import asyncmy
import msgspec
from sanic import HTTPResponse, Request, Sanic
from sanic.response import raw

HEX = re.compile(r"^[0-9a-f]{32,64}$")
app: Sanic[Any, Any] = Sanic("bare", configure_logging=False)


@app.before_server_start
async def start(app: Sanic[Any, Any]) -> None:
    parts = urlsplit(sys.argv[2])
    app.ctx.pool = await asyncmy.create_pool(
        host=parts.hostname,
        port=parts.port or 3306,
        user=unquote(parts.username or "root"),
        password=unquote(parts.password or ""),
        db=parts.path.lstrip("/"),
        minsize=1,
        maxsize=10,
        autocommit=True,
        charset="utf8mb4",
        client_flag=2,
        stmt_cache_size=int(sys.argv[4]),
        init_command="SET SESSION time_zone='+00:00', SESSION tx_isolation='READ-COMMITTED'",
    )
    app.ctx.recorded = recorded


@app.get("/read/<name:str>")
async def read(request: Request, name: str) -> HTTPResponse:
    found = []
    for statement in request.app.ctx.recorded[name]:
        async with request.app.ctx.pool.acquire() as connection, connection.cursor() as cursor:
            await cursor.execute(statement["sql"], _params(statement["params"], {}))
            rows = await cursor.fetchall()
            names = [column[0] for column in cursor.description or ()]
            found.append([dict(zip(names, row, strict=True)) for row in rows])
    return raw(msgspec.json.encode(found, enc_hook=str), content_type="application/json")


@app.post("/write/<name:str>")
async def write(request: Request, name: str) -> HTTPResponse:
    fresh: dict[str, Any] = {}
    async with request.app.ctx.pool.acquire() as connection:
        await connection.begin()
        async with connection.cursor() as cursor:
            for statement in request.app.ctx.recorded[name]:
                await _issue(cursor, statement, fresh)
                if statement["inserted"]:
                    fresh[str(statement["inserted"])] = cursor.lastrowid
        await connection.commit()
    return raw(msgspec.json.encode({"id": 1}), content_type="application/json")


async def _issue(cursor: Any, statement: dict[str, Any], fresh: dict[str, Any]) -> None:
    if statement["is_many"]:
        rows = [_params(row, fresh) for row in statement["params"]]
        await cursor.executemany(statement["sql"], rows)
        return
    await cursor.execute(statement["sql"], _params(statement["params"], fresh))
    await cursor.fetchall()


def _params(recorded: list[Any], fresh: dict[str, Any]) -> list[Any]:
    return [_param(value, fresh) for value in recorded]


def _param(value: Any, fresh: dict[str, Any]) -> Any:
    """The recorded value; ids of rows made in this run and random keys are made anew."""
    if isinstance(value, dict):
        return datetime.fromisoformat(value["moment"])
    if isinstance(value, int) and str(value) in fresh:
        return fresh[str(value)]
    if isinstance(value, str) and HEX.match(value):
        return fresh.setdefault(value, secrets.token_hex(len(value) // 2))
    if isinstance(value, str):
        head, colon, rest = value.partition(":")
        if colon and head in fresh:
            return f"{fresh[head]}:{rest}"
    return value


if __name__ == "__main__":
    recorded: dict[str, list[dict[str, Any]]] = json.loads(Path(sys.argv[3]).read_text("utf-8"))
    app.run("127.0.0.1", int(sys.argv[1]), single_process=True, access_log=False, motd=False)
