"""The one source of time: UTC inside, Asia/Shanghai where people read it."""

from datetime import UTC, date, datetime, time, timedelta, timezone

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
"""China keeps one time and no summer time since 1992; a fixed offset is much faster."""


class _Clock:
    ahead = timedelta()


def now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC) + _Clock.ahead


def move(by: timedelta) -> None:
    """Move this process's time, for stories that take longer than anybody would wait."""
    _Clock.ahead += by


def local(moment: datetime) -> datetime:
    """The same moment on the wall clock of Shanghai."""
    return moment.astimezone(SHANGHAI)


def today() -> date:
    """The date people in Shanghai read now."""
    return local(now()).date()


def bounds(day: date) -> tuple[datetime, datetime]:
    """The first moment of a day in Shanghai, and of the next."""
    start = datetime.combine(day, time(), SHANGHAI)
    return start, start + timedelta(days=1)


def iso(moment: datetime) -> str:
    """`2026-11-22T01:02:03Z`: how the API writes a moment, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def spoken(moment: datetime) -> str:
    """`11月22日 09:02`: how messages and timelines write a moment."""
    there = local(moment)
    return f"{there.month}月{there.day}日 {there.hour:02d}:{there.minute:02d}"


def spoken_day(day: date) -> str:
    """`1月30日`, of another year than today's `2027年1月30日`."""
    year = "" if day.year == today().year else f"{day.year}年"
    return f"{year}{day.month}月{day.day}日"
