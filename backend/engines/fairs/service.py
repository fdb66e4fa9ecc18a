"""Changing fairs: every move of the table, with the rule that belongs to it."""

from typing import Any

from backend.core import clock
from backend.core.actor import SYSTEM, Actor
from backend.core.database import move_paths
from backend.core.errors import Conflict, Invalid
from backend.core.events import emit
from backend.core.states import make
from backend.engines.fairs import queries, rules
from backend.engines.fairs.events import FairMoved
from backend.engines.fairs.models import Fair
from backend.engines.fairs.states import MOVES
from backend.foundation.areas import queries as areas
from backend.foundation.audit import service as audit
from backend.foundation.codes import service as codes


class PreviewTooLate(Conflict):
    code, title = "preview_too_late", "集市至少要提前 7 天预告"


class TooEarly(Conflict):
    code, title = "too_early", "还没有到开市的时间"


async def draft(actor: Actor, area: areas.Area, **columns: Any) -> Fair:
    """A new fair of a community; the caller has checked that the actor holds one there."""
    fair = await Fair.create(
        area_id=area.id,
        area_path=area.path or "",
        created_by=actor.user_id,
        created_at=clock.now(),
        **columns,
    )
    await audit.record(actor, "fairs.drafted", subject(fair.id), fair.area_path)
    return fair


def subject(fair_id: int) -> str:
    return f"fair:{fair_id}"


async def move(
    actor: Actor, fair: Fair, name: str, version: int | None = None, **columns: Any
) -> None:
    """Make a move that asks for nothing but the table's leave. Raises as `states.make`."""
    await make(fair, MOVES[name], actor, version=version, **columns)
    reason = columns.get("reason") or columns.get("emergency") or ""
    detail = {"reason": reason} if reason else {}
    await audit.record(actor, f"fairs.{name}", subject(fair.id), fair.area_path, **detail)
    await emit(FairMoved(fair.id, name, str(fair.status), reason))


async def arrange(actor: Actor, fair: Fair, version: int | None, **columns: Any) -> None:
    """Set time, place, map and rules. Raises Invalid."""
    wrong = rules.wrong_times(columns["starts_at"], columns["ends_at"], clock.now())
    if wrong:
        raise Invalid(fields=wrong)
    await move(actor, fair, "arrange", version, **columns)


async def preview(
    actor: Actor, fair: Fair, version: int | None = None, *, emergency: str = ""
) -> None:
    """Announce the fair: seven days ahead, or with the street's grounds why not.

    Raises Invalid for what is missing, PreviewTooLate; with grounds only that it is over already.
    """
    now = clock.now()
    if wrong := rules.missing(fair):
        raise Invalid(fields=wrong)
    if fair.starts_at is None or fair.starts_at <= now:
        raise PreviewTooLate("开始时间已过，请先改时间")
    if not emergency and not rules.is_early_enough(fair.starts_at, now):
        latest = fair.starts_at - rules.PREVIEW
        raise PreviewTooLate(
            f"最晚应在 {clock.spoken(latest)} 前预告；确有紧急情况由街道说明理由后预告",
            latest=clock.iso(latest),
        )
    name = "preview-urgently" if emergency else "preview"
    code_id = fair.code_id or await _code(actor, fair)
    said = {"previewed_at": now, "emergency": emergency, "code_id": code_id}
    await move(actor, fair, name, version, **said)


async def _code(actor: Actor, fair: Fair) -> int:
    area = await areas.get(fair.area_id)
    key = subject(fair.id)
    code = await codes.issue(
        actor, codes.CodeKind.FAIR, area, label=f"集市：{fair.title}"[:40], live_key=key
    )
    return int(code.id)


async def open_doors(actor: Actor, fair: Fair, version: int | None = None, **columns: Any) -> None:
    """Open: at its time, by hand an hour before at most. Raises TooEarly."""
    now = clock.now()
    if fair.starts_at is None or fair.starts_at - rules.EARLY > now:
        raise TooEarly
    await move(actor, fair, "open", version, opened_at=now, **columns)


async def close(actor: Actor, fair: Fair, version: int | None = None) -> None:
    """Close: the codes lead nowhere from now on."""
    await move(actor, fair, "close", version, closed_at=clock.now())
    await _withdraw_code(fair)


async def cancel(actor: Actor, fair: Fair, version: int | None, reason: str) -> None:
    await move(actor, fair, "cancel", version, reason=reason)
    await _withdraw_code(fair)


async def _withdraw_code(fair: Fair) -> None:
    if fair.code_id is not None:
        await codes.withdraw(fair.code_id)


async def look_at(fair_id: int) -> None:
    """What the clock does: a fair opens and closes at its times when nobody does it."""
    fair = await queries.get(SYSTEM, fair_id)
    now = clock.now()
    if fair.status in MOVES["open"].sources and fair.starts_at and fair.starts_at <= now:
        await open_doors(SYSTEM, fair)
    if fair.status in MOVES["close"].sources and fair.ends_at and fair.ends_at <= now:
        await close(SYSTEM, fair)


async def forget(user_id: int) -> None:
    """A person left: fairs stay, and nobody planned or decided about them."""
    await Fair.filter(created_by=user_id).update(created_by=None)
    await Fair.filter(decided_by=user_id).update(decided_by=None)


async def follow_area(from_path: str, to_path: str) -> None:
    await move_paths("fairs_fair", from_path, to_path)
