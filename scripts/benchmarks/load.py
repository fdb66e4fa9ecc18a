"""Load from wrk, in short interleaved rounds: what counts is the ratio within a round."""

import json
import secrets
import shutil
import statistics
import subprocess
from dataclasses import dataclass
from pathlib import Path

CONNECTIONS = 16
SECONDS = 3
ROUNDS = 5

_SCRIPT = """
local tokens = {%(tokens)s}
local body = %(body)s
local n, round = 0, "%(round)s"
request = function()
  n = n + 1
  local headers = {["Authorization"] = "Bearer " .. tokens[n %% #tokens + 1],
                   ["Content-Type"] = "application/json",
                   ["Idempotency-Key"] = table.concat({"bench", round, thread_id or 0, n}, "-")}
  return wrk.format("%(method)s", nil, headers, body)
end
local threads = 0
setup = function(thread) thread:set("thread_id", threads); threads = threads + 1 end
done = function(summary, latency, requests)
  local failed = summary.errors.status + summary.errors.connect + summary.errors.read
  local line = "RESULT [%%d, %%d, %%d, %%d]\\n"
  io.write(string.format(line, summary.requests, summary.duration, failed, latency:percentile(50)))
end
"""


@dataclass(frozen=True)
class Target:
    """A route under load; `body` is JSON text for a POST. Tokens are used in turn."""

    url: str
    tokens: tuple[str, ...]
    body: str | None = None


@dataclass(frozen=True)
class Round:
    per_second: float
    p50_ms: float
    failed: int


def is_there() -> bool:
    return shutil.which("wrk") is not None


def once(target: Target, folder: Path, seconds: int = SECONDS) -> Round:
    """One round of load, with keys of its own. Raises RuntimeError when nothing came back."""
    script = folder / "load.lua"
    script.write_text(
        _SCRIPT
        % {
            "tokens": ",".join(json.dumps(token) for token in target.tokens),
            "body": "nil" if target.body is None else json.dumps(target.body, ensure_ascii=False),
            "method": "GET" if target.body is None else "POST",
            "round": secrets.token_hex(4),
        },
        encoding="utf-8",
    )
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", str(script), target.url]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = [line for line in done.stdout.splitlines() if line.startswith("RESULT ")]
    if not lines:
        raise RuntimeError(f"wrk said: {done.stdout}{done.stderr}")
    requests, micros, failed, p50 = json.loads(lines[0].removeprefix("RESULT "))
    return Round(requests / micros * 1e6, p50 / 1000, failed)


def compare(ours: Target, other: Target, folder: Path) -> tuple[Round, Round, float]:
    """Both in turn; medians of each and the median of the ratios ours / other."""
    once(ours, folder, 1)
    once(other, folder, 1)
    pairs = [(once(ours, folder), once(other, folder)) for _ in range(ROUNDS)]
    ratio = statistics.median(a.per_second / b.per_second for a, b in pairs)
    return _median([a for a, _ in pairs]), _median([b for _, b in pairs]), ratio


def _median(rounds: list[Round]) -> Round:
    return Round(
        statistics.median(one.per_second for one in rounds),
        statistics.median(one.p50_ms for one in rounds),
        sum(one.failed for one in rounds),
    )
