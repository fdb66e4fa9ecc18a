"""Uploading, and the one way to the bytes."""

from sanic import Blueprint, Request

from backend.core.actor import Actor
from backend.core.errors import Forbidden, NotFound, TooMany
from backend.core.http import PUBLIC, Download, Upload, endpoint
from backend.foundation.files import queries, service
from backend.foundation.files.permissions import P
from backend.foundation.files.queries import LinkExpired
from backend.foundation.files.schemas import ContentQuery, FileLink
from backend.foundation.files.service import BadFile, FileTooLarge

bp = Blueprint("files", url_prefix="/files")


@bp.post("/", name="upload", strict_slashes=False)
@endpoint(
    P.UPLOAD,
    status=201,
    limit="60/minute",
    deadline=30,
    transaction=False,
    raises=(BadFile, FileTooLarge, Forbidden, TooMany),
)
async def upload(actor: Actor, upload: Upload) -> FileLink:
    """Upload a picture, a voice note or a spreadsheet.

    Multipart: `file`, and `purpose`: order (pictures ≤ 15 MB, sounds ≤ 2 MB and 60 s), avatar
    (pictures ≤ 5 MB), import (.xlsx ≤ 10 MB). Pictures are painted anew: at most 2048 pixels a
    side, without metadata. What is not attached to anything within a day is deleted.
    """
    return await service.take_in(actor, upload)


@bp.get("/<file_id:id>/content", name="content")
@endpoint(PUBLIC, raises=(LinkExpired, NotFound))
async def content(file_id: int, query: ContentQuery, request: Request) -> Download:
    """Bytes of a file at a signed address.

    The signature is the permission; it lasts 15 to 30 minutes. `Range` is honoured.
    """
    return await queries.content(file_id, query, request.headers.get("range", ""))


@bp.get("/placeholder", name="placeholder")
@endpoint(PUBLIC)
async def placeholder() -> Download:
    """Picture shown where moderation blocked one."""
    return await queries.placeholder()
