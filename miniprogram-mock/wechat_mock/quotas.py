"""How often an interface may be called: fixed windows on the mock's own clock."""

from dataclasses import dataclass, field

from wechat_mock.errors import Fault

SECOND, MINUTE, DAY = 1, 60, 86_400
FOREVER = 10**12
MOST_WINDOWS = 50_000


@dataclass
class Quotas:
    """Counters by (name, window); old windows are dropped when there are many."""

    counts: dict[tuple[str, int, int], int] = field(default_factory=dict)
    overrides: dict[str, int] = field(default_factory=dict)

    def spend(self, name: str, now: float, limit: int, seconds: int, errcode: int) -> None:
        """Count one call; above ``limit`` per ``seconds`` raise ``errcode``.

        ``overrides[name]`` (set by the control plane) replaces the limit.
        """
        window = int(now // seconds)
        key = (name, seconds, window)
        used = self.counts.get(key, 0)
        if used >= self.overrides.get(name, limit):
            raise Fault(errcode)
        if len(self.counts) >= MOST_WINDOWS:
            self._forget(now)
        self.counts[key] = used + 1

    def _forget(self, now: float) -> None:
        current = {k: n for k, n in self.counts.items() if k[2] == int(now // k[1])}
        self.counts = current if len(current) < MOST_WINDOWS else {}
