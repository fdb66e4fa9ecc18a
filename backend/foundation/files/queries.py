"""Reading files: who may see one is decided by whoever hands out its address."""

from collections.abc import Iterable
from typing import Any

from backend.core import clock, crypto, database
from backend.foundation.files import rules
from backend.foundation.files.rules import Kind, Variant
from backend.foundation.files.schemas import FileLink
from backend.foundation.files.states import Moderation

BASE = "/api/v1/files"
PLACEHOLDER = f"{BASE}/placeholder"
_COLUMNS = "id, kind, bytes, width, height, seconds, thumb_key, status"


async def links(file_ids: Iterable[int]) -> dict[int, FileLink]:
    """Links by id, for whom may see what the files belong to: the caller has checked that.

    Files that are gone are left out. One query, whatever the number.
    """
    wanted = sorted(set(file_ids))
    if not wanted:
        return {}
    found = await database.rows(
        f"SELECT {_COLUMNS} FROM files_file "  # noqa: S608
        f"WHERE deleted_at IS NULL AND id IN ({database.marks(wanted)})",
        *wanted,
    )
    return {row["id"]: link(row) for row in found}


def link(row: dict[str, Any]) -> FileLink:
    """The link of a row of `_COLUMNS`."""
    kind, is_blocked = Kind(row["kind"]), row["status"] == Moderation.BLOCKED
    shown = row | {"kind": kind, "is_blocked": is_blocked}
    if is_blocked:
        url = PLACEHOLDER if kind is Kind.IMAGE else ""
        return FileLink(url=url, thumb_url=url or None, **_facts(shown))
    expires = rules.expiry(clock.now())
    return FileLink(
        url=_address(row["id"], Variant.FULL, expires),
        thumb_url=_address(row["id"], Variant.THUMB, expires) if row["thumb_key"] else None,
        **_facts(shown),
    )


def _facts(row: dict[str, Any]) -> dict[str, Any]:
    names = ("id", "kind", "bytes", "width", "height", "seconds", "is_blocked")
    return {name: row[name] for name in names}


def _address(file_id: int, variant: Variant, expires: int) -> str:
    signature = crypto.sign(rules.signed_text(file_id, variant, expires))
    query = f"variant={variant}&expires={expires}&signature={signature}"
    return f"{BASE}/{file_id}/content?{query}"
