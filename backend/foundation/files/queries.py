"""Reading files: who may see one is decided by whoever hands out its address."""

from collections.abc import Iterable
from typing import Any

import structlog

from backend.core import clock, crypto, database
from backend.core.errors import LinliError, NotFound
from backend.core.http import Download
from backend.foundation.files import rules
from backend.foundation.files.rules import Kind, Variant
from backend.foundation.files.schemas import ContentQuery
from backend.foundation.files.schemas import FileLink as FileLink
from backend.foundation.files.states import Moderation
from backend.foundation.identity import queries as identity
from backend.integrations.pictures import MEDIA_TYPE
from backend.integrations.storage import Missing, storage
from backend.settings import settings

_log = structlog.get_logger(__name__)
BASE = "/api/v1/files"
PLACEHOLDER = f"{BASE}/placeholder"
_COLUMNS = "id, kind, bytes, width, height, seconds, thumb_key, status"
_SAFE = {
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "referrer-policy": "no-referrer",
}
_BLOCKED = """<svg xmlns="http://www.w3.org/2000/svg" width="400" height="400">
<rect width="400" height="400" fill="#e8eaed"/><text x="200" y="208" font-size="26" fill="#80868b"
 text-anchor="middle" font-family="sans-serif">图片未通过审核</text></svg>"""


class LinkExpired(LinliError):
    """Forged, changed or too old: the answer does not tell which."""

    status, code, title = 403, "link_expired", "链接已失效，请刷新页面"


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


def address_for_wechat(file_id: int) -> str:
    """An absolute address that WeChat's moderation can fetch from."""
    expires = rules.expiry_for_wechat(clock.now())
    return settings().public_url.rstrip("/") + _address(file_id, Variant.FULL, expires)


async def avatar_url(user_id: int, file_id: int) -> str | None:
    """The address of a person's picture of themselves; None when the file is not that."""
    found = await database.rows(
        f"SELECT {_COLUMNS} FROM files_file WHERE id = ? AND owner_id = ? "  # noqa: S608
        "AND purpose = ? AND stored_at IS NOT NULL AND deleted_at IS NULL",
        file_id,
        user_id,
        rules.Purpose.AVATAR.value,
    )
    return link(found[0]).thumb_url if found else None


async def content(file_id: int, query: ContentQuery, asked: str) -> Download:
    """The bytes behind a signed address; `asked` is the Range header.

    Raises LinkExpired; NotFound when the file is gone or blocked.
    """
    text = rules.signed_text(file_id, query.variant, query.expires)
    left = query.expires - int(clock.now().timestamp())
    if not crypto.signed_ok(text, query.signature) or left <= 0:
        raise LinkExpired
    found = await database.rows(
        "SELECT kind, media_type, `key`, thumb_key, status FROM files_file "
        "WHERE id = ? AND stored_at IS NOT NULL AND deleted_at IS NULL",
        file_id,
    )
    if not found or found[0]["status"] == Moderation.BLOCKED:
        raise NotFound
    row, is_thumb = found[0], query.variant is Variant.THUMB
    key = row["thumb_key"] if is_thumb else row["key"]
    if key is None:
        raise NotFound
    is_shown = row["kind"] != Kind.SHEET
    headers = _SAFE | {
        "cache-control": f"private, max-age={left}, immutable",
        "content-disposition": "inline" if is_shown else 'attachment; filename="sheet.xlsx"',
        "accept-ranges": "bytes",
    }
    kind = MEDIA_TYPE if is_thumb else row["media_type"]
    return _part(Download(await _bytes(file_id, key), kind, headers=headers), asked)


async def _bytes(file_id: int, key: str) -> bytes:
    try:
        return await storage().get(key)
    except Missing as error:
        _log.error("bytes_missing", file=file_id)
        raise NotFound from error


def _part(whole: Download, asked: str) -> Download:
    """Only the range that was asked for: phones play sounds piece by piece."""
    total = len(whole.content)
    part = rules.part(asked, total) if asked else None
    if part is None:
        return whole
    first, last = part
    if first > last:
        headers = _SAFE | {"content-range": f"bytes */{total}"}
        return Download(b"", "text/plain", headers=headers, status=416)
    headers = whole.headers | {"content-range": f"bytes {first}-{last}/{total}"}
    piece = whole.content[first : last + 1]
    return Download(piece, whole.content_type, headers=headers, status=206)


async def placeholder() -> Download:
    """What stands where a blocked picture was."""
    headers = _SAFE | {"cache-control": "public, max-age=86400"}
    return Download(_BLOCKED.encode(), "image/svg+xml", headers=headers)


async def about(user_id: int) -> dict[str, Any]:
    """Everything the room keeps about a person, in plain words for their own export."""
    found = await database.rows(
        f"SELECT {_COLUMNS}, created_at FROM files_file "  # noqa: S608
        "WHERE owner_id = ? AND deleted_at IS NULL ORDER BY id",
        user_id,
    )
    return {
        "上传的文件": [
            {
                "编号": row["id"],
                "种类": {"image": "图片", "audio": "录音"}.get(row["kind"], "表格"),
                "大小（字节）": row["bytes"],
                "上传时间": database.moment(row["created_at"]),
                "地址（短时有效）": link(row).url,
            }
            for row in found
        ]
    }


identity.picture_people_by(avatar_url)
