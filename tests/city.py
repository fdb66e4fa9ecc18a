"""The throw-away demo as a process of its own, for the tests that call it over HTTP.

`python -m tests.city` starts it, says in a line of JSON where everything answers, and ends it when
its input does: so it ends with the tests, however they end, and shares nothing with them.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from backend.sample import stage

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Demo:
    """Where the API, WeChat's mock and the SQLite file are."""

    api: str
    wechat: str
    database: str


@contextmanager
def running(log: Path) -> Iterator[Demo]:
    """The whole demo; what its processes say is in `log`."""
    environ = {name: value for name, value in os.environ.items() if "LINLI_" not in name}
    environ["PYTHONPATH"] = os.pathsep.join([str(ROOT), str(ROOT / "miniprogram-mock")])
    if (h5 := os.environ.get("LINLI_H5_DIR")) is not None:
        environ["LINLI_H5_DIR"] = h5
    with log.open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.city"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            env=environ,
            cwd=ROOT,
        )
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        found = next((line for line in process.stdout if line.startswith(b"{")), None)
        assert found is not None, f"the demo did not start:\n{log.read_text()[-4000:]}"
        yield Demo(**json.loads(found))
    finally:
        process.stdin.close()
        process.wait(20)
        process.stdout.close()


def main() -> None:
    words = sys.stdout
    sys.stdout = sys.stderr
    with stage.throw_away_city() as made:
        path = made.settings.database_url.removeprefix("sqlite://").partition("?")[0]
        print(json.dumps(asdict(Demo(made.api, made.wechat, path))), file=words, flush=True)
        # What the processes say goes to the log: nobody reads on here.
        sys.stdin.read()


if __name__ == "__main__":
    main()
