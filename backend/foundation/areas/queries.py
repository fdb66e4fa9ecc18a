"""Reading the tree. Names are open to all who are logged in; dwellings' details are not."""

from collections.abc import Iterable
from typing import Any

import msgspec
from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from backend.core import paging
from backend.core.actor import Actor
from backend.core.database import below, marks, rows, tuples
from backend.core.errors import NotFound
from backend.core.schemas import Page
from backend.foundation.areas import rules
from backend.foundation.areas.models import Area as Area
from backend.foundation.areas.models import AreaMove
from backend.foundation.areas.models import Dwelling as Dwelling
from backend.foundation.areas.permissions import P
from backend.foundation.areas.rules import WITH_DWELLINGS
from backend.foundation.areas.rules import Level as Level
from backend.foundation.areas.rules import folded as folded
from backend.foundation.areas.rules import ids_of as ids_of
from backend.foundation.areas.rules import paths_to as paths_to
from backend.foundation.areas.schemas import (
    AreaMoveOut,
    AreaOut,
    AreaQuery,
    Contact,
    DwellingOut,
)
from backend.foundation.areas.schemas import DwellingQuery as DwellingQuery

_COLUMNS = (
    "a.id, a.parent_id, a.level, a.name, a.path, a.sort, a.contact, a.latitude, a.longitude, "
    "(SELECT COUNT(*) FROM areas_area c WHERE c.parent_id = a.id) AS children_count"
)
_AFTER = " AND (a.sort > ? OR (a.sort = ? AND a.id > ?)) ORDER BY a.sort, a.id LIMIT ?"
_ALONG = (
    "SELECT id, level, name, path, contact, latitude, longitude FROM areas_area "
    "WHERE id IN ({}) ORDER BY LENGTH(path)"
)
_NAMES = "SELECT id, level, name FROM areas_area WHERE id IN ({})"


async def get(area_id: int) -> Area:
    """The area. Raises NotFound."""
    area = await Area.get_or_none(id=area_id)
    if area is None:
        raise NotFound("没有这个区域")
    return area


async def many(area_ids: Iterable[int]) -> dict[int, Area]:
    """The areas by id; unknown ids are left out."""
    return {one.id: one for one in await Area.filter(id__in=list(set(area_ids)))}


async def path_of(area_id: int) -> str:
    """The area's path of ids. Raises NotFound."""
    found = await rows("SELECT path FROM areas_area WHERE id = ?", area_id)
    if not found:
        raise NotFound("没有这个区域")
    return str(found[0]["path"])


async def counties() -> list[str]:
    """The paths of the whole house's outermost areas."""
    found = await rows("SELECT path FROM areas_area WHERE parent_id IS NULL ORDER BY id")
    return [str(row["path"]) for row in found]


async def ancestors(path: str) -> dict[Level, Area]:
    """The areas along a path by level, the last one included."""
    found = await Area.filter(id__in=ids_of(path))
    return {one.level: one for one in found}


async def along(path: str) -> list[dict[str, Any]]:
    """The areas on a path, outermost first, with one constant statement: `{id, level, name, path,
    contact, latitude, longitude}`. For pages that many read at once."""
    ids = ids_of(path)
    if not ids:
        return []
    found = await rows(_ALONG.format(marks(ids)), *ids)
    return [row | {"contact": _json(row["contact"])} for row in found]


def name_along(along: list[dict[str, Any]]) -> str:
    """The full name of the last of the areas that `along` gave."""
    return rules.full_name([(Level(one["level"]), one["name"]) for one in along])


async def full_name(area: Area) -> str:
    """`锦绣花园1号楼1单元` with its community before it; see rules.full_name."""
    return (await full_names([area.path or ""]))[area.path or ""]


async def full_names(paths: Iterable[str]) -> dict[str, str]:
    """The full name for each path, with one statement for all of them."""
    wanted = {path: ids_of(path) for path in paths}
    ids = sorted({one for found in wanted.values() for one in found})
    known = {row["id"]: (Level(row["level"]), str(row["name"])) for row in await _names(ids)}
    return {
        path: rules.full_name([known[one] for one in found if one in known])
        for path, found in wanted.items()
    }


async def _names(ids: list[int]) -> list[dict[str, Any]]:
    return await rows(_NAMES.format(marks(ids)), *ids) if ids else []


async def shown(area_id: int) -> AreaOut:
    """One area as the API shows it. Raises NotFound."""
    found = await rows(f"SELECT {_COLUMNS} FROM areas_area a WHERE a.id = ?", area_id)  # noqa: S608
    if not found:
        raise NotFound("没有这个区域")
    return (await _shown(found))[0]


async def listed(query: AreaQuery) -> Page[AreaOut]:
    """A page of areas in their order. Raises NotFound for an unknown parent."""
    where, params = await _conditions(query)
    sort, last = paging.decode(query.cursor, int, int) if query.cursor else (-1, 0)
    sql = f"SELECT {_COLUMNS} FROM areas_area a WHERE {where}{_AFTER}"  # noqa: S608
    found = await rows(sql, *params, sort, sort, last, query.limit + 1)
    items, after = paging.cut(found, query.limit, lambda row: (row["sort"], row["id"]))
    return Page(items=await _shown(items), next=after)


async def _conditions(query: AreaQuery) -> tuple[str, list[Any]]:
    where: list[str] = []
    params: list[Any] = []
    if query.parent_id is not None and query.level is None and query.q is None:
        await path_of(query.parent_id)
        where, params = ["a.parent_id = ?"], [query.parent_id]
    elif query.parent_id is not None:
        path = await path_of(query.parent_id)
        where, params = ["a.path > ?", "a.path < ?"], list(below(path))
    elif query.level is None and query.q is None:
        where = ["a.parent_id IS NULL"]
    if query.level is not None:
        where.append("a.level = ?")
        params.append(query.level.value)
    if query.q is not None:
        where.append("a.name LIKE ? ESCAPE '!'")
        params.append(f"%{_escaped(query.q)}%")
    return " AND ".join(where), params


def _escaped(text: str) -> str:
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")


async def _shown(found: list[dict[str, Any]]) -> list[AreaOut]:
    names = await full_names(row["path"] for row in found)
    return [
        AreaOut(
            **{name: value for name, value in row.items() if name != "contact"},
            full_name=names[row["path"]],
            contact=Contact.model_validate(_json(row["contact"])),
        )
        for row in found
    ]


def _json(value: Any) -> Any:
    return msgspec.json.decode(value) if isinstance(value, str | bytes) else value


async def moves_of(actor: Actor, area_id: int) -> Page[AreaMoveOut]:
    """Where the area stood before, latest first. Raises NotFound, also for others' areas."""
    if not actor.may(P.MOVE, await path_of(area_id)):
        raise NotFound("没有这个区域")
    found = await AreaMove.filter(area_id=area_id).order_by("-id").limit(100)
    known = await many(one for row in found for one in (row.from_parent_id, row.to_parent_id))
    names = {one: area.name for one, area in known.items()}
    items = [
        AreaMoveOut(
            id=one.id,
            from_id=one.from_parent_id,
            from_name=names[one.from_parent_id],
            to_id=one.to_parent_id,
            to_name=names[one.to_parent_id],
            note=one.note,
            moved_by=one.moved_by,
            moved_at=one.moved_at,
        )
        for one in found
    ]
    return Page(items=items)


def visible_to(actor: Actor) -> QuerySet[Dwelling]:
    """The dwellings whose details the actor may read."""
    if actor.is_system:
        return Dwelling.all()
    scope = Q(id__lt=0)
    for path in actor.paths(P.READ_DWELLINGS):
        first, end = below(path)
        scope |= Q(area__path__gte=first, area__path__lt=end)
    return Dwelling.filter(scope)


async def dwelling(dwelling_id: int) -> Dwelling:
    """The dwelling with its `area`. Raises NotFound. Numbers are open to whoever must choose."""
    found = await Dwelling.get_or_none(id=dwelling_id).prefetch_related("area")
    if found is None:
        raise NotFound("没有这户")
    return found


async def places(dwelling_ids: Iterable[int]) -> dict[int, str]:
    """The full address of each dwelling, with two statements for all of them."""
    ids = sorted(set(dwelling_ids))
    if not ids:
        return {}
    found = await rows(
        "SELECT d.id, d.number, a.path FROM areas_dwelling d JOIN areas_area a "  # noqa: S608
        f"ON a.id = d.area_id WHERE d.id IN ({marks(ids)})",
        *ids,
    )
    names = await full_names(row["path"] for row in found)
    return {row["id"]: names[row["path"]] + row["number"] for row in found}


async def dwellings_within(path: str, dwelling_ids: Iterable[int]) -> set[int]:
    """Those of the dwellings that stand at or below the path."""
    wanted = set(dwelling_ids)
    if len(wanted) > 500:
        return wanted & set(await _doors(path))
    ids = sorted(wanted)
    if not ids:
        return set()
    found = await rows(
        "SELECT d.id FROM areas_dwelling d JOIN areas_area a ON a.id = d.area_id "  # noqa: S608
        f"WHERE d.id IN ({marks(ids)}) AND a.path >= ? AND a.path < ?",
        *ids,
        *below(path),
    )
    return {row["id"] for row in found}


def paths_above(paths: Iterable[str]) -> list[str]:
    """Every path at or above these: where to look for what holds at a place."""
    found = set()
    for path in paths:
        ids = rules.ids_of(path)
        found |= {f"/{'/'.join(map(str, ids[:end]))}/" for end in range(1, len(ids) + 1)}
    return sorted(found)


async def squares(path: str) -> list[tuple[int, int | None]]:
    """Every dwelling at or below a path with its floor space in 0.01 m², by id."""
    sql = (
        "SELECT d.id, d.square FROM areas_area a CROSS JOIN areas_dwelling d ON d.area_id = a.id "
        "WHERE a.path >= ? AND a.path < ? ORDER BY d.id"
    )
    return [(int(row[0]), row[1]) for row in await tuples(sql, *below(path))]


async def doors(path: str) -> dict[tuple[str, ...], int]:
    """Dwellings below a compound by what is written on their doors, folded: building, unit (empty
    without units) and number. For spreadsheets that name them."""
    found = await _doors(path)
    known = {row["id"]: (Level(row["level"]), row["name"]) for row in await _below(path)}
    made: dict[tuple[str, ...], int] = {}
    for dwelling_id, (number, at) in found.items():
        names = {known[one][0]: known[one][1] for one in ids_of(at) if one in known}
        where = (names.get(Level.BUILDING, ""), names.get(Level.UNIT, ""), number)
        made[tuple(rules.folded(one) for one in where)] = dwelling_id
    return made


async def _doors(path: str) -> dict[int, tuple[str, str]]:
    """Number and area path of each dwelling at or below the path."""
    found = await rows(
        "SELECT d.id, d.number, a.path FROM areas_area a CROSS JOIN areas_dwelling d "
        "ON d.area_id = a.id WHERE a.path >= ? AND a.path < ?",
        *below(path),
    )
    return {row["id"]: (row["number"], row["path"]) for row in found}


async def _below(path: str) -> list[dict[str, Any]]:
    return await rows(
        "SELECT id, level, name FROM areas_area WHERE path >= ? AND path < ?", *below(path)
    )


async def dwellings(actor: Actor, area_id: int, query: DwellingQuery) -> Page[DwellingOut]:
    """Dwellings of an area: for its staff all below it, for others those of one building or unit,
    so that they can point at their own. Raises NotFound."""
    area = await get(area_id)
    is_staff = actor.may(P.READ_DWELLINGS, area.path or "")
    if not is_staff and area.level not in WITH_DWELLINGS:
        raise NotFound("请先选择楼栋")
    chosen = Dwelling.filter(area__path__gte=below(area.path or "")[0])
    chosen = chosen.filter(area__path__lt=below(area.path or "")[1]).prefetch_related("area")
    if query.q:
        chosen = chosen.filter(number__startswith=query.q)
    if query.cursor:
        chosen = chosen.filter(id__gt=paging.decode(query.cursor, int)[0])
    found = await chosen.order_by("id").limit(query.limit + 1)
    items, after = paging.cut(found, query.limit, lambda one: (one.id,))
    names = await full_names(one.area.path or "" for one in items)
    return Page(
        items=[_dwelling(one, names[one.area.path or ""], is_staff=is_staff) for one in items],
        next=after,
    )


def _dwelling(one: Dwelling, place: str, *, is_staff: bool) -> DwellingOut:
    return DwellingOut(
        id=one.id,
        area_id=one.area_id,
        number=one.number,
        name=one.number,
        place=place + one.number,
        floor=one.floor,
        square=one.square if is_staff else None,
    )


async def register(actor: Actor, area_id: int, most: int) -> list[tuple[Any, ...]]:
    """Dwellings below an area as the rows of an import: community … number, floor, m².

    Raises NotFound for an area that is not the actor's to read.
    """
    area = await get(area_id)
    path = area.path or ""
    if not actor.may(P.READ_DWELLINGS, path):
        raise NotFound("没有这个区域")
    first, end = below(path)
    found = (
        await visible_to(actor)
        .filter(area__path__gte=first, area__path__lt=end)
        .order_by("area__path", "number")
        .limit(most)
        .prefetch_related("area")
    )
    ids = sorted({one for home in found for one in ids_of(home.area.path or "")})
    known = {row["id"]: (Level(row["level"]), row["name"]) for row in await _names(ids)}
    return [_as_row(home, known) for home in found]


def _as_row(home: Dwelling, known: dict[int, tuple[Level, str]]) -> tuple[Any, ...]:
    names = dict(known[one] for one in ids_of(home.area.path or ""))
    square = None if home.square is None else home.square / 100
    return (*(names.get(level) for level in rules.IMPORTED), home.number, home.floor, square)
