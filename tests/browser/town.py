"""The sample city in a process of its own: prints where it answers, ends when its input does.

Its own process, because it changes the environment of whoever starts it.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Town:
    """Addresses of the API (which serves the phones under /m/) and of WeChat's stand-in."""

    api: str
    wechat: str


@contextmanager
def running(environ: dict[str, str]) -> Iterator[Town]:
    """The running city with this environment; raises RuntimeError when it does not start."""
    command = [sys.executable, "-m", "tests.browser.town"]
    with subprocess.Popen(
        command, cwd=ROOT, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdin
        said: list[str] = []
        for line in process.stdout:
            said.append(line)
            if line.startswith("{"):
                break
        else:
            raise RuntimeError(f"the sample city did not start: {''.join(said)}")
        try:
            yield Town(**json.loads(said[-1]))
        finally:
            process.stdin.close()
            process.stdout.read()


def main() -> None:
    from backend.features.move_car import rules
    from backend.sample.stage import throw_away_city

    # All pictures are of one car in the way: on a busy machine they take longer than ten minutes.
    rules._USUAL = rules.Timetable(timedelta(hours=1), timedelta(hours=2))
    with throw_away_city() as stage:
        print(json.dumps({"api": stage.api, "wechat": stage.wechat}), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
