"""Changing shops: asked for by merchants, decided by the community, run by their staff."""

import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from tortoise.exceptions import IntegrityError
from tortoise.expressions import F

from backend.core import clock, crypto
from backend.core.actor import SYSTEM, Actor
from backend.core.database import below, is_duplicate
from backend.core.errors import Conflict, Forbidden, Invalid, NotFound
from backend.core.events import emit
from backend.core.schemas import Done
from backend.core.states import check, make
from backend.engines.payments import service as payments
from backend.engines.shops import queries, rules
from backend.engines.shops.events import LicenceSent, ShopAsked, ShopRuled
from backend.engines.shops.models import Invitation, Licence, Shop, ShopStatus, Staff
from backend.engines.shops.permissions import P
from backend.engines.shops.rules import Reach, StaffRole
from backend.engines.shops.schemas import (
    HoursBody,
    InvitationOut,
    InviteBody,
    JoinBody,
    LicenceNew,
    MyShops,
    PauseBody,
    ReasonBody,
    RuleBody,
    ShopChange,
    ShopNew,
    ShopOut,
)
from backend.engines.shops.states import MOVES
from backend.foundation.areas import queries as areas
from backend.foundation.areas.queries import Level
from backend.foundation.audit import service as audit
from backend.foundation.files import service as files

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Nothing that looks like something else."""
CODE_LENGTH = 10
MOST_SHOPS = 5
"""Shops of one person that are asked for or open."""
LONGEST_PAUSE = timedelta(days=60)
FIXED = frozenset({"name", "place"})
"""What the community has approved: changed while it is asked for only."""


class BadInvitation(Conflict):
    code, title = "bad_invitation", "邀请码无效或已过期"


# -- asked for ---------------------------------------------------------------------------------
async def register(actor: Actor, body: ShopNew) -> ShopOut:
    """Ask for a shop. Raises Invalid (missing or expired licences), NotFound (area, files)."""
    area = await areas.get(body.area_id)
    path = area.path or ""
    if await Staff.filter(user_id=actor.user_id, role=StaffRole.OWNER).count() >= MOST_SHOPS:
        raise Conflict("一个人最多登记 5 家店")
    _demand_licences(body)
    given = body.model_dump(exclude={"licences", "hours", "latitude", "longitude"})
    shop = await Shop.create(
        **given,
        hours=body.hours.model_dump(mode="json"),
        latitude=_micro(body.latitude),
        longitude=_micro(body.longitude),
        status=ShopStatus.APPLIED,
        area_path=path,
        serves_path=await _served(path, body.reach),
        applied_by=actor.user_id,
        created_at=clock.now(),
    )
    await Staff.create(
        shop_id=shop.id, user_id=actor.user_id, role=StaffRole.OWNER, since=clock.now()
    )
    shop.staff = {actor.user_id: StaffRole.OWNER}
    await _send(actor, shop, body.licences)
    if body.picture_id is not None:
        await files.attach(actor, [body.picture_id], f"shop:{shop.id}")
    await emit(ShopAsked(shop.id, path))
    return await queries.shown(actor, shop)


def _micro(degrees: float | None) -> int | None:
    return None if degrees is None else round(degrees * queries.MICRO)


def _demand_licences(body: ShopNew) -> None:
    until = rules.licensed_until(
        body.kind, [(one.kind, one.expires_on or rules.FOREVER) for one in body.licences]
    )
    needed = "、".join(one.label for one in rules.REQUIRED[body.kind])
    if until is None:
        raise Invalid(fields={"licences": f"{body.kind.label}需要上传：{needed}"})
    if until < clock.today():
        raise Invalid(fields={"licences": "有证照已经过期"})


async def _served(path: str, reach: Reach) -> str:
    """The path of the area up to which the shop serves. Raises Invalid above communities."""
    above = {row["level"]: str(row["path"]) for row in await areas.along(path)}
    if Level.COMMUNITY.value not in above:
        raise Invalid(fields={"area_id": "请选择店铺所在的社区"})
    return above[reach.value]


async def _send(actor: Actor, shop: Shop, licences: Sequence[LicenceNew]) -> None:
    await files.attach(actor, [one.file_id for one in licences], f"shop:{shop.id}")
    for one in licences:
        await Licence.create(
            shop_id=shop.id,
            kind=one.kind,
            number=one.number,
            expires_on=one.expires_on or rules.FOREVER,
            file_id=one.file_id,
            sent_at=clock.now(),
        )


async def apply(actor: Actor, shop_id: int, body: RuleBody) -> ShopOut:
    """Send a refused shop again, once what was wrong is mended."""
    shop = await queries.get(actor, shop_id)
    await make(shop, MOVES["apply"], actor, version=body.version)
    await emit(ShopAsked(shop.id, shop.area_path))
    return await queries.shown(actor, shop)


async def close(actor: Actor, shop_id: int, body: RuleBody) -> ShopOut:
    """Give the shop up; what is sold is still handed over."""
    shop = await queries.get(actor, shop_id)
    await make(shop, MOVES["close"], actor, version=body.version)
    await audit.record(actor, "shops.closed", f"shop:{shop.id}", shop.area_path)
    return await queries.shown(actor, shop)


# -- decided -----------------------------------------------------------------------------------
async def approve(actor: Actor, shop_id: int, body: RuleBody) -> ShopOut:
    """Let the shop trade: its licences count from now on, and it gets an account.

    Raises Conflict when a licence ran out meanwhile.
    """
    shop = await queries.get(actor, shop_id)
    check(shop, MOVES["approve"], actor, body.version)
    await Licence.filter(shop_id=shop.id, confirmed_at=None, refused_at=None).update(
        confirmed_at=clock.now(), decided_by=actor.user_id
    )
    until = await _licensed(shop)
    if until is None or until < clock.today():
        raise Conflict("证照不全或已过期，不能通过")
    payee = await payments.payee("shop", shop.id, shop.name)
    decided = _decision(actor) | {"reason": "", "payee_id": payee.id, "licensed_until": until}
    await _rule(actor, shop, "approve", body, decided)
    return await queries.shown(actor, shop)


async def refuse(actor: Actor, shop_id: int, body: ReasonBody) -> ShopOut:
    return await _ruled(actor, shop_id, "refuse", body, body.reason)


async def suspend(actor: Actor, shop_id: int, body: ReasonBody) -> ShopOut:
    """Stop it from taking orders; what is ordered is still handed over or paid back."""
    return await _ruled(actor, shop_id, "suspend", body, body.reason)


async def reinstate(actor: Actor, shop_id: int, body: RuleBody) -> ShopOut:
    return await _ruled(actor, shop_id, "reinstate", body, "")


async def _ruled(actor: Actor, shop_id: int, move: str, body: RuleBody, reason: str) -> ShopOut:
    shop = await queries.get(actor, shop_id)
    await _rule(actor, shop, move, body, _decision(actor) | {"reason": reason})
    return await queries.shown(actor, shop)


def _decision(actor: Actor) -> dict[str, Any]:
    return {"decided_by": actor.user_id, "decided_at": clock.now()}


async def _rule(
    actor: Actor, shop: Shop, move: str, body: RuleBody, changes: dict[str, Any]
) -> None:
    await make(shop, MOVES[move], actor, version=body.version, **changes)
    await audit.record(actor, f"shops.{move}", f"shop:{shop.id}", shop.area_path)
    await emit(ShopRuled(shop.id, move, shop.reason))


async def _licensed(shop: Shop) -> Any:
    held = await Licence.filter(shop_id=shop.id, confirmed_at__isnull=False)
    return rules.licensed_until(shop.kind, [(one.kind, one.expires_on) for one in held])


# -- licences ----------------------------------------------------------------------------------
async def send_licence(actor: Actor, shop_id: int, body: LicenceNew) -> ShopOut:
    """Bring a new licence; it counts once the community has seen it."""
    shop = await _own(actor, shop_id)
    if body.expires_on is not None and body.expires_on < clock.today():
        raise Invalid(fields={"expires_on": "证照已经过期"})
    await _send(actor, shop, [body])
    await emit(LicenceSent(shop.id, shop.area_path))
    return await queries.shown(actor, shop)


async def decide_licence(actor: Actor, shop_id: int, licence_id: int, *, is_good: bool) -> ShopOut:
    """Confirm a licence, or refuse it. Raises NotFound, Conflict when it is decided."""
    shop = await queries.reviewed_by(actor, shop_id)
    column = "confirmed_at" if is_good else "refused_at"
    decided = await Licence.filter(
        id=licence_id, shop_id=shop.id, confirmed_at=None, refused_at=None
    ).update(**{column: clock.now(), "decided_by": actor.user_id})
    if not decided:
        if not await Licence.exists(id=licence_id, shop_id=shop.id):
            raise NotFound("没有这份证照")
        raise Conflict("这份证照已经核对过")
    shop.licensed_until = await _licensed(shop)
    await Shop.filter(id=shop.id).update(licensed_until=shop.licensed_until)
    action = "confirmed" if is_good else "refused"
    await audit.record(actor, f"shops.licence_{action}", f"shop:{shop.id}", shop.area_path)
    return await queries.shown(actor, shop)


# -- run ---------------------------------------------------------------------------------------
async def _own(actor: Actor, shop_id: int) -> Shop:
    """The shop of which the actor is an owner. Raises NotFound for strangers, Forbidden."""
    shop = await queries.run_by(actor, shop_id)
    if not shop.may(actor, P.OWN):
        raise Forbidden("只有店主可以这样做")
    return shop


async def change(actor: Actor, shop_id: int, body: ShopChange) -> ShopOut:
    """Change what is given. Raises NotFound, Forbidden, Conflict (fixed or stale)."""
    shop = await _own(actor, shop_id)
    given = body.model_dump(exclude_none=True, exclude={"version", "hours"})
    is_new = shop.status in (ShopStatus.APPLIED, ShopStatus.REFUSED)
    if not is_new and any(
        given.get(name, getattr(shop, name)) != getattr(shop, name) for name in FIXED
    ):
        raise Conflict("店名和地址审核通过后不能自行修改，请联系社区")
    if body.hours is not None:
        given["hours"] = body.hours.model_dump(mode="json")
    if body.reach is not None:
        given["serves_path"] = await _served(shop.area_path, body.reach)
    if body.picture_id not in (None, shop.picture_id):
        await files.attach(actor, [body.picture_id or 0], f"shop:{shop.id}")
    await _write(shop, given, body.version)
    return await queries.shown(actor, shop)


async def _write(shop: Shop, columns: dict[str, Any], version: int | None = None) -> None:
    seen = shop.version if version is None else version
    columns |= {"version": seen + 1}
    if await Shop.filter(id=shop.id, version=seen).update(**columns) != 1:
        raise Conflict("内容已被更新，请刷新后再试")
    shop.update_from_dict(columns)


async def set_hours(actor: Actor, shop_id: int, body: HoursBody) -> ShopOut:
    shop = await queries.run_by(actor, shop_id)
    await _write(shop, {"hours": body.model_dump(mode="json")})
    return await queries.shown(actor, shop)


async def pause(actor: Actor, shop_id: int, body: PauseBody) -> ShopOut:
    """Close for a while. Raises Invalid for a moment in the past or too far ahead."""
    shop = await queries.run_by(actor, shop_id)
    if not clock.now() < body.until <= clock.now() + LONGEST_PAUSE:
        raise Invalid(fields={"until": "暂停营业最多 60 天"})
    await _write(shop, {"closed_until": body.until, "closed_note": body.note})
    return await queries.shown(actor, shop)


async def resume(actor: Actor, shop_id: int) -> ShopOut:
    shop = await queries.run_by(actor, shop_id)
    await _write(shop, {"closed_until": None, "closed_note": ""})
    return await queries.shown(actor, shop)


# -- staff -------------------------------------------------------------------------------------
async def invite(actor: Actor, shop_id: int, body: InviteBody) -> InvitationOut:
    """A word for one more person. It is told once; only its digest is kept."""
    shop = await _own(actor, shop_id)
    if len(shop.staff) >= rules.MOST_STAFF:
        raise Conflict("店员人数已达上限")
    code = "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))
    made = await Invitation.create(
        shop_id=shop.id,
        digest=crypto.digest(code),
        role=body.role,
        expires_at=clock.now() + rules.INVITED_FOR,
    )
    await audit.record(actor, "shops.invited", f"shop:{shop.id}", shop.area_path, role=body.role)
    return InvitationOut(code=code, expires_at=made.expires_at)


async def join(actor: Actor, body: JoinBody) -> MyShops:
    """Join a shop's staff by a word that is good once. Raises BadInvitation, Conflict."""
    digest = crypto.digest(body.code.upper())
    invitation = await Invitation.get_or_none(digest=digest)
    now = clock.now()
    used = await Invitation.filter(digest=digest, used_at=None, expires_at__gt=now).update(
        used_at=now
    )
    if invitation is None or not used:
        raise BadInvitation
    try:
        await Staff.create(
            shop_id=invitation.shop_id, user_id=actor.user_id, role=invitation.role, since=now
        )
    except IntegrityError as error:
        if not is_duplicate(error):
            raise
        raise Conflict("您已经是这家店的人员") from error
    shop = await Shop.get(id=invitation.shop_id)
    await audit.record(actor, "shops.joined", f"shop:{shop.id}", shop.area_path)
    return await queries.mine(actor)


async def dismiss(actor: Actor, shop_id: int, user_id: int) -> Done:
    """Take somebody (or oneself) off the staff. The last owner stays."""
    shop = await queries.run_by(actor, shop_id)
    if user_id != actor.user_id and not shop.may(actor, P.OWN):
        raise Forbidden("只有店主可以移除店员")
    if user_id not in shop.staff:
        raise NotFound("没有这位店员")
    owners = [one for one, role in shop.staff.items() if role is StaffRole.OWNER]
    if owners == [user_id]:
        raise Conflict("请先邀请另一位店主")
    await Staff.filter(shop_id=shop.id, user_id=user_id).delete()
    await audit.record(actor, "shops.dismissed", f"shop:{shop.id}", shop.area_path)
    return Done()


async def forget(user_id: int) -> None:
    """A person left: shops that nobody owns any more are closed."""
    for row in await Staff.filter(user_id=user_id):
        await row.delete()
        shop = await Shop.get(id=row.shop_id)
        is_orphan = StaffRole.OWNER not in (await queries.staff_of(shop.id)).values()
        if is_orphan and shop.status in MOVES["close"].sources:
            await make(shop, MOVES["close"], SYSTEM)
    await Shop.filter(applied_by=user_id).update(applied_by=None)


async def follow_move(from_path: str, to_path: str) -> None:
    """An area was moved: shops in it follow, and so does what they serve."""
    first, end = below(from_path)
    for shop in await Shop.filter(area_path__gte=first, area_path__lt=end):
        path = to_path + shop.area_path.removeprefix(from_path)
        serves = await _served(path, shop.reach)
        await Shop.filter(id=shop.id).update(area_path=path, serves_path=serves)


async def count_rating(shop_id: int, stars: int) -> None:
    """Add the stars of a purchase to the shop's average."""
    rated: dict[str, Any] = {
        "stars_sum": F("stars_sum") + stars,
        "stars_count": F("stars_count") + 1,
    }
    await Shop.filter(id=shop_id).update(**rated)


async def count_sale(shop_id: int) -> None:
    """One more purchase was done."""
    await Shop.filter(id=shop_id).update(sold=F("sold") + 1)
