"""Taking files in, attaching them, having them judged, letting them go."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from secrets import token_hex
from typing import Any

import structlog
from tortoise.expressions import F

from backend.core import clock, database, processes
from backend.core.actor import SYSTEM, Actor
from backend.core.errors import Forbidden, Invalid, LinliError, NotFound, TooMany
from backend.core.http import Upload
from backend.core.jobs import enqueue, job
from backend.core.states import make
from backend.foundation.files import queries, rules
from backend.foundation.files.models import File
from backend.foundation.files.permissions import P
from backend.foundation.files.rules import Kind, Purpose
from backend.foundation.files.schemas import FileLink
from backend.foundation.files.states import MOVES
from backend.foundation.identity import queries as identity
from backend.integrations import pictures, sounds, wechat, wechat_push
from backend.integrations.pictures import TooManyPixels, Unreadable
from backend.integrations.storage import storage
from backend.integrations.wechat_errors import WeChatError

_log = structlog.get_logger(__name__)
CLEANED = 500


class BadFile(LinliError):
    """The bytes are not what may be uploaded here; `detail` says it to people."""

    status, code, title = 422, "bad_file", "文件不能使用"


class FileTooLarge(LinliError):
    status, code, title = 413, "file_too_large", "文件太大"


class NotYetAsked(Exception):
    """A verdict before its question: look again in a moment."""


@dataclass(frozen=True)
class Examined:
    """A file that was found good, as it will be kept."""

    kind: Kind
    media_type: str
    content: bytes
    thumb: bytes | None = None
    width: int | None = None
    height: int | None = None
    seconds: int | None = None


# -- coming in ---------------------------------------------------------------------------------
async def take_in(actor: Actor, upload: Upload) -> FileLink:
    """Check, remake and keep an upload. Opens its own transactions.

    Raises Invalid (purpose), BadFile, FileTooLarge, Forbidden (sheets), TooMany (unattached).
    """
    purpose = _purpose(upload)
    if purpose is Purpose.IMPORT and not actor.holds(P.UPLOAD_SHEET):
        raise Forbidden
    examined = await _examine(upload.content, purpose)
    async with database.transaction():
        row = await _enter(actor, purpose, examined)
    await storage().put(row.key, examined.content)
    if row.thumb_key and examined.thumb is not None:
        await storage().put(row.thumb_key, examined.thumb)
    async with database.transaction():
        await File.filter(id=row.id).update(stored_at=clock.now())
    return (await queries.links([row.id]))[row.id]


def _purpose(upload: Upload) -> Purpose:
    try:
        return Purpose(upload.fields.get("purpose", Purpose.ORDER))
    except ValueError as error:
        raise Invalid(fields={"purpose": f"只能是 {'、'.join(Purpose)}"}) from error


async def _examine(content: bytes, purpose: Purpose) -> Examined:
    kind = _kind(content)
    limit = rules.ALLOWED[purpose].get(kind) if kind else None
    if kind is None or limit is None:
        raise BadFile(rules.WANTED[purpose])
    if len(content) > limit.bytes:
        raise FileTooLarge(f"文件不能超过 {limit.said}")
    examine = {Kind.IMAGE: _picture, Kind.AUDIO: _sound, Kind.SHEET: _sheet}
    return await examine[kind](content)


def _kind(content: bytes) -> Kind | None:
    """What the bytes say they are; a name or a declared type is never asked."""
    if pictures.kind_of(content):
        return Kind.IMAGE
    if content.startswith(rules.ZIP):
        return Kind.SHEET
    return Kind.AUDIO if sounds.kind_of(content) else None


async def _picture(content: bytes) -> Examined:
    try:
        made = await processes.run(pictures.remake, content)
    except (Unreadable, processes.Crashed) as error:
        raise BadFile("图片已损坏，请重新拍摄或选择") from error
    except TooManyPixels as error:
        raise BadFile("图片尺寸过大，请缩小后再上传") from error
    return Examined(Kind.IMAGE, pictures.MEDIA_TYPE, made.full, made.thumb, made.width, made.height)


async def _sound(content: bytes) -> Examined:
    try:
        sound = await processes.run(sounds.read, content)
    except (sounds.NotASound, processes.Crashed) as error:
        raise BadFile("录音已损坏，请重新录制") from error
    if sound.seconds is not None and sound.seconds > rules.MOST_SECONDS + rules.LEEWAY:
        raise BadFile(f"录音不能超过 {rules.MOST_SECONDS} 秒")
    seconds = None if sound.seconds is None else math.ceil(sound.seconds)
    return Examined(Kind.AUDIO, sound.media_type, sound.content, seconds=seconds)


async def _sheet(content: bytes) -> Examined:
    if not await processes.run(rules.is_sheet, content):
        raise BadFile("请上传 .xlsx 表格")
    return Examined(Kind.SHEET, rules.XLSX, content)


async def _enter(actor: Actor, purpose: Purpose, examined: Examined) -> File:
    """The row comes before the bytes: should we die in between, the row tells what to clean."""
    waiting = File.filter(owner_id=actor.user_id, subject="", deleted_at__isnull=True)
    if await waiting.count() >= rules.MOST_UNATTACHED:
        raise TooMany("上传了太多还没有使用的文件，请稍后再试")
    return await File.create(
        owner_id=actor.user_id,
        purpose=purpose,
        kind=examined.kind,
        media_type=examined.media_type,
        bytes=len(examined.content),
        width=examined.width,
        height=examined.height,
        seconds=examined.seconds,
        key=token_hex(24),
        thumb_key=token_hex(24) if examined.thumb else None,
        sha256=sha256(examined.content).hexdigest(),
        created_at=clock.now(),
    )


# -- being used --------------------------------------------------------------------------------
async def attach(
    actor: Actor, file_ids: Sequence[int], subject: str, purpose: Purpose = Purpose.ORDER
) -> list[File]:
    """Tie the actor's own, still unattached files to `subject` (`order:17`), in the given order.

    All of them or none: raises NotFound for a file that is somebody else's, used or gone.
    Pictures and sounds are then judged by WeChat.
    """
    wanted = list(dict.fromkeys(file_ids))
    if not wanted:
        return []
    mine = File.filter(
        id__in=wanted,
        owner_id=actor.user_id,
        purpose=purpose,
        subject="",
        stored_at__isnull=False,
        deleted_at__isnull=True,
    )
    if await mine.update(subject=subject, version=F("version") + 1) != len(wanted):
        raise NotFound("没有找到上传的文件，请重新上传")
    found = {one.id: one for one in await File.filter(id__in=wanted)}
    for one in found.values():
        if one.kind is not Kind.SHEET:
            await enqueue(ask_judgement, file_id=one.id)
    return [found[one] for one in wanted]


async def release(owner_id: int, subject: str) -> list[int]:
    """Untie a person's files from `subject`, so that they can go with what follows from it."""
    mine = File.filter(owner_id=owner_id, subject=subject, deleted_at__isnull=True)
    found = [one.id for one in await mine.order_by("id")]
    await File.filter(id__in=found).update(subject="", version=F("version") + 1)
    return found


async def use_avatar(user_id: int) -> None:
    """Attach the picture that the person has chosen for themselves, remove those before it."""
    subject = f"user:{user_id}"
    person = await identity.person(user_id)
    chosen = person.avatar_file_id if person else None
    mine = File.filter(owner_id=user_id, purpose=Purpose.AVATAR, deleted_at__isnull=True)
    if await mine.filter(id=chosen, subject="").update(subject=subject, version=F("version") + 1):
        await enqueue(ask_judgement, file_id=chosen)
    await _remove(owner_id=user_id, subject=subject, id__not=chosen or 0)


# -- moderation --------------------------------------------------------------------------------
@job(outside=True)
async def ask_judgement(file_id: int) -> None:
    """Have WeChat look at a file; its verdict comes by push. Asking twice does no harm."""
    row = await File.get_or_none(id=file_id, deleted_at__isnull=True)
    if row is None or row.status not in MOVES["ask"].sources:
        return
    openid = await identity.openid_of(row.owner_id)
    trace_id = await _asked(row, openid) if openid else None
    async with database.transaction():
        if trace_id is None:
            await make(row, MOVES["leave"], SYSTEM)
        else:
            await make(row, MOVES["ask"], SYSTEM, trace_id=trace_id)


async def _asked(row: File, openid: str) -> str | None:
    """The trace of WeChat's coming verdict, None when it will not judge. Raises to try later."""
    kind = wechat.IMAGE if row.kind is Kind.IMAGE else wechat.AUDIO
    try:
        return await wechat.api().check_media(queries.address_for_wechat(row.id), openid, kind)
    except WeChatError as error:
        if error.advice != "stop":
            raise
        _log.info("media_not_judged", file=row.id, errcode=error.errcode)
        return None


async def take_verdict(push: wechat_push.Push) -> None:
    """Write down what WeChat thinks of a file.

    Raises NotYetAsked when the verdict has overtaken the answer that names its trace.
    """
    told = wechat_push.media_verdict(push)
    row = await File.get_or_none(trace_id=told.trace_id)
    if row is None:
        if clock.now().timestamp() - push.created_at < rules.OVERTAKING:
            raise NotYetAsked
        _log.warning("verdict_on_unknown_file", trace=told.trace_id)
        return
    suggest = told.verdict.suggest if told.verdict else ""
    move = MOVES[rules.MOVE_AFTER.get(suggest, "leave")]
    if row.status in move.sources:
        await make(row, move, SYSTEM)


# -- going -------------------------------------------------------------------------------------
async def remove_unattached() -> int:
    """Let go of uploads that nobody has used for a day; say how many."""
    old = clock.now() - rules.UNATTACHED
    return await _remove(subject="", created_at__lt=old)


async def forget_person(user_id: int) -> None:
    """Remove a person's unattached files and pictures of themselves; what is attached to an order
    stays with it, nameless."""
    while await _remove(owner_id=user_id, subject=""):
        pass
    await _remove(owner_id=user_id, purpose=Purpose.AVATAR)
    await File.filter(owner_id=user_id).update(owner_id=0)


async def detach(subject: str) -> int:
    """Remove what is attached to something that is no more."""
    return await _remove(subject=subject)


async def _remove(**which: Any) -> int:
    """Hide files at once and have their bytes deleted; at most `CLEANED` at a time."""
    chosen = File.filter(deleted_at__isnull=True, **which).limit(CLEANED)
    ids = [one.id for one in await chosen.only("id")]
    if not ids:
        return 0
    # The conditions once more: something may have been attached since.
    await File.filter(id__in=ids, deleted_at__isnull=True, **which).update(deleted_at=clock.now())
    for file_id in ids:
        await enqueue(drop_bytes, file_id=file_id)
    return len(ids)


@job(outside=True)
async def drop_bytes(file_id: int) -> None:
    """Delete the bytes of a removed file, then its row."""
    row = await File.get_or_none(id=file_id, deleted_at__isnull=False)
    if row is None:
        return
    for key in filter(None, (row.key, row.thumb_key)):
        await storage().delete(key)
    async with database.transaction():
        await File.filter(id=file_id).delete()
