"""Reading departments: public among those who are logged in."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from backend.core import paging
from backend.core.actor import Actor
from backend.core.database import marks, rows
from backend.core.errors import NotFound
from backend.core.schemas import Page
from backend.foundation.areas import queries as areas
from backend.foundation.departments.models import Department, DepartmentKind, ServedArea
from backend.foundation.departments.permissions import P
from backend.foundation.departments.schemas import DepartmentOut, DepartmentQuery, ServedOut
from backend.foundation.identity import queries as identity

_NAMES = "SELECT id, name FROM departments_department WHERE id IN ({})"


def visible_to(actor: Actor) -> QuerySet[Department]:
    """Everyone sees what is active; who manages sees the rest too."""
    return Department.all() if actor.holds(P.MANAGE) else Department.filter(is_active=True)


async def get(department_id: int) -> Department:
    """The department, active or not. Raises NotFound."""
    found = await Department.get_or_none(id=department_id)
    if found is None:
        raise NotFound("没有这个单位")
    return found


async def by_name(name: str) -> Department | None:
    """The active department of this name (as the duty list calls it), or None."""
    return await Department.filter(name=name, is_active=True).order_by("id").first()


async def names(department_ids: Iterable[int]) -> dict[int, str]:
    """Names by id, with one statement; unknown ids are left out."""
    ids = sorted(set(department_ids))
    found = await rows(_NAMES.format(marks(ids)), *ids) if ids else []
    return {row["id"]: str(row["name"]) for row in found}


async def serving(area_path: str, kind: DepartmentKind | None = None) -> list[Department]:
    """Active departments that serve the area: nearest first, those for everywhere last."""
    along = areas.ids_of(area_path)
    chosen = Department.filter(is_active=True)
    if kind is not None:
        chosen = chosen.filter(kind=kind)
    everyone = await chosen.order_by("id").prefetch_related("served")
    found: list[tuple[int, int, Department]] = []
    for one in everyone:
        depths = [along.index(row.area_id) for row in one.served if row.area_id in along]
        if depths or not list(one.served):
            found.append((-max(depths, default=-1), one.id, one))
    return [one for *_, one in sorted(found, key=lambda entry: entry[:2])]


async def property_of(area_path: str) -> Department | None:
    """The property firm that answers for the area: the one engaged nearest to it, if any."""
    along = areas.ids_of(area_path)
    if not along:
        return None
    found = await rows(
        "SELECT s.department_id AS id FROM departments_served_area s "  # noqa: S608
        "JOIN departments_department d ON d.id = s.department_id "
        "JOIN areas_area a ON a.id = s.area_id "
        f"WHERE d.kind = ? AND d.is_active = 1 AND s.area_id IN ({marks(along)}) "
        "ORDER BY LENGTH(a.path) DESC, d.id LIMIT 1",
        DepartmentKind.PROPERTY.value,
        *along,
    )
    return await get(found[0]["id"]) if found else None


async def listed(actor: Actor, query: DepartmentQuery) -> Page[DepartmentOut]:
    """A page of departments by id. Raises NotFound for an unknown area."""
    chosen = visible_to(actor)
    if query.kind is not None:
        chosen = chosen.filter(kind=query.kind)
    if query.q is not None:
        chosen = chosen.filter(name__contains=query.q)
    if query.area_id is not None:
        along = areas.ids_of(await areas.path_of(query.area_id))
        chosen = chosen.filter(Q(served__area_id__in=along) | Q(served__id__isnull=True)).distinct()
    if query.cursor:
        chosen = chosen.filter(id__gt=paging.decode(query.cursor, int)[0])
    found = await chosen.order_by("id").limit(query.limit + 1)
    items, after = paging.cut(found, query.limit, lambda one: (one.id,))
    return Page(items=await shown(items), next=after)


async def shown(departments: Sequence[Department]) -> list[DepartmentOut]:
    """Departments as the API shows them, with three statements for all."""
    ids = [one.id for one in departments]
    served = await ServedArea.filter(department_id__in=ids).order_by("id").prefetch_related("area")
    full = await areas.full_names(row.area.path or "" for row in served)
    places: defaultdict[int, list[ServedOut]] = defaultdict(list)
    for row in served:
        name = full[row.area.path or ""]
        places[row.department_id].append(ServedOut(id=row.area_id, name=name))
    return [
        DepartmentOut(
            id=one.id,
            code=one.code,
            name=one.name,
            kind=one.kind,
            kind_name=one.kind.label,
            phone=one.phone,
            is_active=one.is_active,
            areas=places[one.id],
        )
        for one in departments
    ]


identity.name_units_by(names)
