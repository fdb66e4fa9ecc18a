"""Changing departments: the county's office and administrators do, each for their own areas."""

from collections.abc import Sequence

from tortoise.exceptions import IntegrityError

from backend.core.actor import Actor
from backend.core.database import is_duplicate
from backend.core.errors import Forbidden, Invalid
from backend.foundation.areas import queries as areas
from backend.foundation.audit import service as audit
from backend.foundation.departments import queries
from backend.foundation.departments.models import Department, ServedArea
from backend.foundation.departments.permissions import P
from backend.foundation.departments.schemas import (
    DepartmentChange,
    DepartmentNew,
    DepartmentOut,
)


async def create(actor: Actor, body: DepartmentNew) -> DepartmentOut:
    """Add a department. Raises Invalid for a code in use or an unknown area, Forbidden."""
    await _answer_for(actor, body.area_ids)
    try:
        one = await Department.create(**body.model_dump(exclude={"area_ids"}))
    except IntegrityError as error:
        if not is_duplicate(error):
            raise
        raise Invalid(fields={"code": "这个代码已被使用"}) from error
    await _serve(one, body.area_ids)
    await audit.record(actor, "departments.created", f"department:{one.id}", code=one.code)
    return (await queries.shown([one]))[0]


async def change(actor: Actor, department_id: int, body: DepartmentChange) -> DepartmentOut:
    """Change what is given. Raises NotFound, Invalid, Forbidden for areas beyond the actor's."""
    one = await queries.get(department_id)
    served = await ServedArea.filter(department_id=one.id)
    await _answer_for(actor, [row.area_id for row in served])
    if body.area_ids is not None:
        await _answer_for(actor, body.area_ids)
    given = body.model_dump(exclude_none=True, exclude={"area_ids"})
    one.update_from_dict(given)
    await one.save()
    if body.area_ids is not None:
        await _serve(one, body.area_ids)
    changed = sorted(body.model_fields_set)
    await audit.record(actor, "departments.changed", f"department:{one.id}", fields=changed)
    return (await queries.shown([one]))[0]


async def _answer_for(actor: Actor, area_ids: Sequence[int]) -> None:
    """Raise Forbidden unless the actor stands above all these areas, or for none of them (which
    means everywhere) above a whole county."""
    known = await areas.many(area_ids)
    paths = [area.path or "" for area in known.values()]
    is_above = all(actor.may(P.MANAGE, path) for path in paths)
    if not (is_above if area_ids else actor.may_for_all(P.MANAGE)):
        raise Forbidden("只能管理服务于本辖区的单位")


async def _serve(one: Department, area_ids: Sequence[int]) -> None:
    """Make these, and no others, the areas that the department serves."""
    wanted = list(dict.fromkeys(area_ids))
    known = await areas.many(wanted)
    if len(known) != len(wanted):
        raise Invalid(fields={"area_ids": "有不存在的区域"})
    await ServedArea.filter(department_id=one.id).delete()
    await ServedArea.bulk_create([ServedArea(department_id=one.id, area_id=a) for a in wanted])
