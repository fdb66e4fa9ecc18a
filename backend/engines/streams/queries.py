"""What an open phone is told, and what it missed."""

from typing import Any

from backend.core.actor import Actor
from backend.core.database import rows
from backend.engines.orders import queries as orders

TOPIC = orders.TOPIC
"""Of the live hub's messages, those about orders."""
OVERLAP = 100
"""Event ids looked at again: on several nodes a smaller id may be committed after a larger one."""
MOST_MISSED = 300
_SINCE = (
    "SELECT e.id AS cursor_id, o.id, o.version, o.status, o.created_at, o.updated_at "
    "FROM order_event e JOIN orders_order o ON o.id = e.order_id "
    "WHERE e.id > ? AND e.id <= ? AND "
)


def concerns(standing: dict[str, Any], actor: Actor) -> bool:
    """Whether a change is the actor's to know: they may see the order now, or could before."""
    return any(
        side is not None and orders.may_see(side, actor)
        for side in (standing["before"], standing["after"])
    )


async def since(actor: Actor, cursor: str | None) -> tuple[str, list[dict[str, Any]] | None]:
    """The cursor now, and the frames the actor missed since theirs: None to look at all anew."""
    newest = int((await rows("SELECT MAX(id) AS id FROM order_event"))[0]["id"] or 0)
    if cursor is None:
        return str(newest), []
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 19):
        return str(newest), None
    if not 0 <= newest - int(cursor) <= MOST_MISSED:
        return str(newest), None
    scope = orders.visible_to(actor)
    found = await rows(
        _SINCE + f"{scope.where} ORDER BY e.id", int(cursor) - OVERLAP, newest, *scope.params
    )
    latest = {row["id"]: row for row in found}
    return str(newest), [_frame(row) for row in latest.values()]


def _frame(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "order",
        "order_id": row["id"],
        "version": row["version"],
        "status": row["status"],
        "cursor": str(row["cursor_id"]),
        "what": "changed",
    }
