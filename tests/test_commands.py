"""The command line, in the order of "Going to production", on a fresh database."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.city import ROOT

Command = Callable[..., str]
PASSWORD = "correct horse battery staple"
BOOKS = {
    "audit": "完好",
    "ledgers": "the books agree",
    "points": "the points agree",
    "mall": "the shelves agree",
}


@pytest.fixture
def linli(tmp_path: Path) -> Command:
    """`linli("outbox", "list")` gives what was printed; `keys` are those that seal."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("LINLI_")}
    ours |= {
        "LINLI_ENVIRONMENT": "production",
        "LINLI_DATABASE_URL": f"sqlite://{tmp_path}/linli.sqlite3",
        "LINLI_DATA_DIR": str(tmp_path),
        "LINLI_PUBLIC_URL": "https://linli.example.org",
        "PYTHONPATH": str(ROOT),
    }

    def run(*words: str, keys: str, fails: bool = False, typed: str = "") -> str:
        done = subprocess.run(
            [sys.executable, "-m", "backend.cli", *words],
            env=ours | {"LINLI_SECRET_KEYS": keys},
            input=typed,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode != 0) is fails, done.stdout + done.stderr
        return done.stdout.strip()

    return run


def test_a_house_is_set_up_kept_and_given_new_keys(linli: Command) -> None:
    old, new = (linli("keys", "new", name, keys="") for name in ("old", "new"))
    assert "pending: 0001" in linli("migrations", "status", keys=old, fails=True)
    assert "applied: 0001" in linli("migrate", keys=old)
    assert linli("migrate", keys=old) == "applied: nothing, it is up to date"
    assert linli("migrations", "status", keys=old).startswith("applied: 0001")
    create = ("admin", "create", "office")
    assert "otpauth://totp/" in linli(*create, keys=old, typed=f"{PASSWORD}\n{PASSWORD}\n")
    assert "otpauth" not in linli(*create, keys=old, typed="short\nshort\n", fails=True)
    assert linli("keys", "rotate", keys=f"{new},{old}") != "0 values sealed anew"
    assert linli("keys", "rotate", keys=f"{new},{old}") == "0 values sealed anew"
    for room, words in BOOKS.items():
        assert words in linli(room, "verify", keys=new)
    assert "dead" in linli("outbox", "list", keys=new)
    assert linli("outbox", "revive", keys=new) == "0"
