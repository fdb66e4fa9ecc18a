"""Changing car parks and their spaces; all of it is written into the audit."""

from typing import Any

from tortoise.exceptions import IntegrityError

from backend.core import clock
from backend.core.actor import Actor
from backend.core.database import is_duplicate
from backend.core.errors import Conflict, Invalid, NotFound, StaleVersion
from backend.core.schemas import Page
from backend.engines.lots import queries
from backend.engines.lots.models import Lot, Space, SpaceKind
from backend.engines.lots.permissions import P
from backend.engines.lots.schemas import (
    LotChange,
    LotNew,
    LotOut,
    SpaceChange,
    SpaceNew,
    SpaceOut,
)
from backend.engines.payments import service as payments
from backend.foundation.areas import queries as areas
from backend.foundation.audit import service as audit
from backend.foundation.departments import queries as departments


async def create(actor: Actor, body: LotNew) -> LotOut:
    """Open a car park for the firm that the actor works for there.

    Raises NotFound for an area beyond the actor's, Conflict for a name in use there.
    """
    area = await areas.get(body.area_id)
    post = next(
        (one for one in actor.posts if one.role in P.MANAGE.roles and one.covers(area.path or "")),
        None,
    )
    if post is None:
        raise NotFound("没有这个区域")
    unit_id = post.unit_id
    firm = await (departments.get(unit_id) if unit_id else departments.property_of(area.path or ""))
    if firm is None:
        raise Conflict("这个小区还没有物业公司")
    try:
        lot = await Lot.create(
            **body.model_dump(exclude={"area_id"}),
            area=area,
            unit_id=firm.id,
            unit_name=firm.name,
            created_at=clock.now(),
        )
    except IntegrityError as error:
        if not is_duplicate(error):
            raise
        raise Conflict("这里已经有同名的停车场") from error
    await audit.record(actor, "lots.created", f"lot:{lot.id}", area.path or "")
    return (await queries.shown([lot]))[0]


async def change(actor: Actor, lot_id: int, body: LotChange) -> LotOut:
    """Change what is given. Raises NotFound, StaleVersion."""
    lot = await queries.managed(actor, lot_id, P.MANAGE)
    given = body.model_dump(exclude_none=True, exclude={"version"})
    seen = body.version or lot.version
    changed = given | {"version": seen + 1}
    if await Lot.filter(id=lot.id, version=seen).update(**changed) != 1:
        raise StaleVersion(version=lot.version)
    lot.update_from_dict(changed)
    fields = sorted(given)
    await audit.record(actor, "lots.changed", f"lot:{lot.id}", lot.area.path or "", fields=fields)
    return (await queries.shown([lot]))[0]


async def payee_of(lot: Lot) -> payments.Payee:
    """Who is paid for this car park."""
    return await payments.payee("firm", lot.unit_id, lot.unit_name)


async def add_spaces(actor: Actor, lot_id: int, body: SpaceNew) -> Page[SpaceOut]:
    """Add spaces. Raises NotFound, Invalid for a dwelling elsewhere, Conflict."""
    lot = await queries.managed(actor, lot_id, P.MANAGE)
    await _check_owner(lot, body.kind, body.dwelling_id)
    rest = body.model_dump(exclude={"numbers"})
    try:
        for number in dict.fromkeys(body.numbers):
            await Space.create(lot_id=lot.id, number=number, **rest)
    except IntegrityError as error:
        if not is_duplicate(error):
            raise
        raise Conflict("有的车位号已经存在") from error
    path = lot.area.path or ""
    await audit.record(actor, "lots.spaces_added", f"lot:{lot.id}", path, count=len(body.numbers))
    found = await Space.filter(lot_id=lot.id, number__in=body.numbers).order_by("id")
    return Page(items=await queries.spaces_shown(found, lot))


async def change_space(actor: Actor, space_id: int, body: SpaceChange) -> SpaceOut:
    """Change what is given of a space. Raises NotFound, Invalid."""
    chosen = Space.filter(queries.at_work(actor, P.MANAGE, "lot__"), id=space_id)
    found = await chosen.prefetch_related("lot__area").first()
    if found is None:
        raise NotFound("没有这个车位")
    given: dict[str, Any] = body.model_dump(exclude_unset=True)
    found.update_from_dict(given)
    await _check_owner(found.lot, found.kind, found.dwelling_id)
    await found.save()
    path, fields = found.lot.area.path or "", sorted(given)
    await audit.record(actor, "lots.space_changed", f"space:{found.id}", path, fields=fields)
    return (await queries.spaces_shown([found], found.lot))[0]


async def _check_owner(lot: Lot, kind: SpaceKind, dwelling_id: int | None) -> None:
    if (kind is SpaceKind.OWNED) != (dwelling_id is not None):
        raise Invalid(fields={"dwelling_id": "产权车位要填房屋，其他车位不填"})
    if dwelling_id is not None:
        home = await areas.dwelling(dwelling_id)
        if not (home.area.path or "").startswith(lot.area.path or ""):
            raise Invalid(fields={"dwelling_id": "不是这个小区的房屋"})
