"""What a process that answers requests does not carry along."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from prometheus_client import generate_latest
from tortoise.exceptions import FieldError

from backend.core import clock, metrics
from backend.core.jobs import Job

ROOT = Path(__file__).parents[2]
SELDOM_USED = [
    "PIL",
    "reportlab",
    "qrcode",
    "xlsxwriter",
    "python_calamine",
    "fakeredis",
    "wechatpy",
]
RINGS = """
import gc
from collections import deque

alive, most = set(), 0

class Connection:
    def __init__(self, number):
        self.number, self.parts = number, [[self] for _ in range(80)]
        alive.add(number)

    def __del__(self):
        alive.discard(self.number)

still_open = deque(maxlen=200)
for number in range(4000):
    still_open.append(Connection(number))
    most = max(most, len(alive) - len(still_open))
print(most)
"""


def _loaded(environment: str, *names: str) -> list[str]:
    """Which of the modules a server has in memory once it is about to serve."""
    code = (
        "import sys\nfrom backend import cli\nfrom backend.settings import Settings\n"
        f"cli.application(Settings())\nprint(*[n for n in {names!r} if n in sys.modules])"
    )
    return _run(code, LINLI_ENVIRONMENT=environment).split()


def _run(code: str, **environ: str) -> str:
    surroundings = os.environ | {"PYTHONPATH": str(ROOT)} | environ
    command = [sys.executable, "-c", code]
    done = subprocess.run(
        command, cwd=ROOT, env=surroundings, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_production_has_neither_a_sample_city_nor_what_is_seldom_used() -> None:
    assert _loaded("production", "backend.sample", *SELDOM_USED) == []


def test_the_demo_has_its_city() -> None:
    assert _loaded("demo", "backend.sample.routes") == ["backend.sample.routes"]


async def test_only_comparisons_that_an_index_may_help_are_known(db: str) -> None:
    assert await Job.filter(name__in=["a"], attempts__gte=1, run_at__lt=clock.now()) == []
    assert await Job.filter(pk__not=1, name__not_in=["b"]).count() == 0
    for unknown in ("name__iexact", "run_at__year", "run_at__isnull", "attempts__contains"):
        with pytest.raises(FieldError):
            await Job.filter(**{unknown: 1})


def test_closed_connections_do_not_lie_about() -> None:
    """Few of the rings that they leave wait for the collector; the control leaves it as it is."""
    assert int(_run(f"from backend.core import footprint\nfootprint.settle()\n{RINGS}")) < 300
    assert int(_run(RINGS)) > 600


def test_a_route_is_measured_once_it_is_called() -> None:
    meter = metrics.RouteMeter("tests.seldom")
    assert "tests.seldom" not in _metrics()
    meter.count(200, 0.0)
    assert 'linli_requests_total{route="tests.seldom",status="200"} 1.0' in _metrics()


def _metrics() -> str:
    return generate_latest().decode()
