"""Making codes, counting scans, and drawing what is printed."""

import asyncio
import hashlib

from tortoise.exceptions import IntegrityError

from backend.core import clock, printing
from backend.core.actor import Actor
from backend.core.database import execute, is_duplicate
from backend.core.errors import Conflict, Invalid, NotFound
from backend.core.http import Download
from backend.core.printing import Card
from backend.foundation.areas import queries as areas
from backend.foundation.areas.queries import Area, Level
from backend.foundation.audit import service as audit
from backend.foundation.codes import queries, rules
from backend.foundation.codes.models import Code, CodeDay
from backend.foundation.codes.models import CodeKind as CodeKind
from backend.foundation.codes.permissions import P
from backend.foundation.codes.schemas import (
    CodeNew,
    CodeOut,
    ImageQuery,
    Landing,
    PictureKind,
    Scan,
    Sheet,
)
from backend.integrations import wechat, wechat_scene
from backend.integrations.storage import Missing, storage
from backend.settings import settings

PAGE = "pages/resident/index"
"""Where the mini-program opens with the scene."""
MOST_PAGES = 100


async def create(actor: Actor, body: CodeNew) -> CodeOut:
    """Make a code. Raises NotFound for an area beyond the actor's, Invalid, Conflict."""
    area = await areas.get(body.area_id)
    if not actor.may(P.MANAGE, area.path or ""):
        raise NotFound("没有这个区域")
    _check_level(body.kind, area)
    is_only = body.kind in rules.LEVELS
    live_key = f"{body.kind}:{area.id}" if is_only else None
    code = await issue(actor, body.kind, area, label=body.label or area.name, live_key=live_key)
    return (await queries.shown([code]))[0]


async def issue(
    actor: Actor, kind: CodeKind, area: Area, *, label: str, live_key: str | None
) -> Code:
    """Make a code; for rooms that have checked the rest. `live_key` is what only one code in use
    may have. Raises Conflict."""
    try:
        code = await Code.create(
            token=rules.new_token(),
            kind=kind,
            area=area,
            label=label,
            live_key=live_key,
            created_by=actor.user_id,
            created_at=clock.now(),
        )
    except IntegrityError as error:
        if not is_duplicate(error):
            raise
        raise Conflict(f"已经有{kind.label}，停用后才能换新") from error
    await audit.record(actor, "codes.created", f"code:{code.id}", area.path or "", kind=code.kind)
    return code


async def withdraw(code_id: int) -> None:
    """Take a code out of use that a room above issued; once more does no harm."""
    await Code.filter(id=code_id, retired_at=None).update(retired_at=clock.now(), live_key=None)


async def qr(code_id: int) -> bytes:
    """The ordinary QR of a code as PNG, for rooms that print their own. Raises NotFound."""
    code = await Code.get_or_none(id=code_id, retired_at=None)
    if code is None:
        raise NotFound("这个码已失效")
    return await _picture(code, "qr")


def _check_level(kind: CodeKind, area: Area) -> None:
    if kind in rules.ISSUED:
        raise Invalid(fields={"kind": f"{kind.label}在办理时由系统发放"})
    wanted = rules.LEVELS.get(kind)
    if wanted is not None and area.level != wanted:
        raise Invalid(fields={"area_id": f"{kind.label}只能属于{Level(wanted).label}"})


async def retire(actor: Actor, code_id: int) -> CodeOut:
    """Take a code out of use: scanning it leads nowhere. Raises NotFound, Conflict."""
    code = await queries.get(actor, code_id)
    now = clock.now()
    still = Code.filter(id=code.id, retired_at=None)
    if await still.update(retired_at=now, live_key=None) != 1:
        raise Conflict("这个码已经停用")
    code.retired_at = now
    await audit.record(actor, "codes.retired", f"code:{code.id}", code.area.path or "")
    return (await queries.shown([code]))[0]


async def scan(body: Scan) -> Landing:
    """Count a scan and say where it leads. Raises NotFound."""
    code = await read(body.scene)
    await _count(code.id)
    along = await areas.ancestors(code.area.path or "")
    community, compound = along.get(Level.COMMUNITY), along.get(Level.COMPOUND)
    return Landing(
        area_id=code.area_id,
        community_id=community and community.id,
        compound_id=compound and compound.id,
        kind=code.kind,
        label=code.label,
    )


async def read(scene: str) -> Code:
    """The code, with its `area`, of whatever a phone read. Raises NotFound."""
    try:
        token = wechat_scene.parse_scanned(scene)
    except wechat_scene.BadScene as error:
        raise NotFound("这不是邻里的码") from error
    return await queries.by_token(token.upper())


async def _count(code_id: int) -> None:
    """The first UPDATE holds the code's row until the commit, so that of two first scans of a day
    only one inserts."""
    await execute("UPDATE codes_code SET scans = scans + 1 WHERE id = ?", code_id)
    day = clock.today()
    sql = "UPDATE codes_day SET scans = scans + 1 WHERE code_id = ? AND day = ?"
    if await execute(sql, code_id, day) == 0:
        await CodeDay.create(code_id=code_id, day=day, scans=1)


async def image(actor: Actor, code_id: int, query: ImageQuery) -> Download:
    """The code as a picture. Raises NotFound, or WeChat's refusal."""
    code = await queries.get(actor, code_id)
    content = await _picture(code, query.kind)
    kind = printing.PNG if content.startswith(b"\x89PNG") else "image/jpeg"
    return Download(content, kind, headers={"cache-control": "private, max-age=86400"})


async def _picture(code: Code, kind: PictureKind) -> bytes:
    if kind == "wxa":
        return await _round(code.token)
    address = rules.address_of(settings().public_url, code.token)
    return await asyncio.to_thread(printing.qr, address)


async def _round(token: str) -> bytes:
    """WeChat's round code: it never changes, so it is asked for once and then kept."""
    version = settings().wechat_env_version
    key = hashlib.sha256(f"wxacode|{version}|{PAGE}|{token}".encode()).hexdigest()
    try:
        return await storage().get(key)
    except Missing:
        # A page that is not published yet is refused unless the check is waived.
        found = await wechat.api().wxacode_unlimited(
            token, PAGE, env_version=version, is_page_checked=version == "release"
        )
    await storage().put(key, found.content)
    return found.content


async def sheet(actor: Actor, body: Sheet) -> Download:
    """Cards or posters as PDF. Raises NotFound, Invalid for too many pages, WeChat's refusal."""
    per_page = printing.CARDS_PER_PAGE if body.layout == "cards" else 1
    if len(body.code_ids) * body.copies > MOST_PAGES * per_page:
        raise Invalid(fields={"copies": f"一次最多 {MOST_PAGES} 页"})
    codes = await queries.printable(actor, body.code_ids)
    made = [await _card(code, body.picture) for code in codes]
    wanted = [card for card in made for _ in range(body.copies)]
    draw = printing.cards if body.layout == "cards" else printing.posters
    return Download(await asyncio.to_thread(draw, wanted), printing.PDF, f"{body.layout}.pdf")


async def _card(code: Code, kind: PictureKind) -> Card:
    along = await areas.ancestors(code.area.path or "")
    place = along.get(Level.COMMUNITY, code.area)
    phone = place.contact.get("phone")
    subtitle = code.label if code.label != place.name else code.kind.label
    note = rules.NOTES.get(code.kind, rules.NOTE) + (f"\n电话 {phone}" if phone else "")
    return Card(place.name, subtitle, note, await _picture(code, kind))
