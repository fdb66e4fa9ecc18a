"""Words that must be found nowhere at rest, and the places to look in."""

import io
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from backend.core import cache, database, logs
from backend.core.database import rows


class Canaries:
    """What must not be found, growing as tokens and secrets are handed out."""

    def __init__(self, words: list[str]) -> None:
        self.words = words

    def found_in(self, place: bytes | str) -> list[str]:
        raw = place.encode() if isinstance(place, str) else place
        escaped = {word: word.encode("unicode_escape") for word in self.words}
        return [w for w in self.words if w.encode() in raw or escaped[w] in raw]


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Everything the product logs during the test."""
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    logs.configure("json")
    structlog.configure(cache_logger_on_first_use=False)
    yield stream
    structlog.reset_defaults()


async def in_tables(*but: str) -> str:
    """Every value of every table, but of those named."""
    sql = (
        "SELECT name AS t FROM sqlite_master WHERE type = 'table'"
        if database.dialect() == "sqlite"
        else "SELECT table_name AS t FROM information_schema.tables WHERE table_schema = DATABASE()"
    )
    tables = [row["t"] for row in await rows(sql)]
    assert "identity_user" in tables
    seen = [one for one in tables if one not in but]
    # Not the rows' own repr: it would double the backslashes of JSON's escapes.
    return "\n".join(
        [
            f"{table} {name} {value}"
            for table in seen
            for row in await rows(f"SELECT * FROM `{table}`")
            for name, value in row.items()
        ]
    )


async def in_redis() -> bytes:
    client = cache.redis()
    found = [b"redis"]
    async for key in client.scan_iter():
        found.append(key)
        kind = await client.type(key)
        if kind == b"string":
            found.append(await client.get(key) or b"")
        else:
            found.append(str(await client.hgetall(key) if kind == b"hash" else kind).encode())
    return b"\n".join(found)


def in_files(url: str) -> bytes:
    """The bytes of the database's files, journal included; nothing for a server's."""
    if not url.startswith("sqlite://"):
        return b""
    path = Path(url.removeprefix("sqlite://").partition("?")[0])
    return b"".join(one.read_bytes() for one in path.parent.glob(f"{path.name}*"))
