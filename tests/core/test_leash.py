"""A leashed child does not outlive its parent; any other does."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from tests.core.test_processes import is_running

PARENT = """
import multiprocessing, os, subprocess, sys
from backend.core.leash import leashed, tie
if sys.argv[1] == "forked":
    def work(parent):
        tie(parent)
        os.execvp(sys.argv[2], sys.argv[2:])
    child = multiprocessing.get_context("fork").Process(target=work, args=(os.getpid(),))
    child.start()
    print(child.pid, flush=True)
    sys.stdin.read()
command = leashed(*sys.argv[2:]) if sys.argv[1] == "leashed" else sys.argv[2:]
print(subprocess.Popen(command).pid, flush=True)
sys.stdin.read()
"""
SLEEP = shutil.which("sleep") or "sleep"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has leashes")


def _child_of_a_killed_parent(how: str) -> tuple[int, int]:
    """The child's number, and its parent's."""
    command = [sys.executable, "-c", PARENT, how, SLEEP, "60"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        _until(lambda: _runs(child, "sleep"))
        parent.kill()
    return child, parent.pid


def _runs(pid: int, name: str) -> bool:
    with open(f"/proc/{pid}/comm") as file:
        return file.read().strip() == name


def _parent(pid: int) -> int:
    with open(f"/proc/{pid}/stat") as file:
        return int(file.read().rsplit(")", 1)[1].split()[1])


def _until(is_so: Callable[[], bool]) -> None:
    for _ in range(3000):
        if is_so():
            return
        time.sleep(0.02)
    raise AssertionError("it never came to that")


@pytest.mark.parametrize("how", ["leashed", "forked"])
def test_a_leashed_child_ends_with_a_killed_parent(how: str) -> None:
    child, _ = _child_of_a_killed_parent(how)
    _until(lambda: not is_running(child))


def test_the_control_lives_on() -> None:
    child, parent = _child_of_a_killed_parent("loose")
    # Whoever takes an orphan in does so when the leash would be pulled.
    _until(lambda: _parent(child) != parent)
    assert is_running(child)
    os.kill(child, signal.SIGKILL)
