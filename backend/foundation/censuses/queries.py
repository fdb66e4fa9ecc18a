"""Counting residents: three constant statements, whatever the number of areas."""

from collections import defaultdict
from typing import Any

from backend.core.actor import Actor
from backend.core.database import below, rows
from backend.core.errors import NotFound
from backend.core.schemas import Page
from backend.foundation.areas import queries as areas
from backend.foundation.areas.queries import Area
from backend.foundation.censuses.permissions import P
from backend.foundation.censuses.schemas import CountOut, CountQuery
from backend.foundation.residents.queries import Tag

# A path is a prefix of all below it; SUBSTR says that in both dialects without concatenation.
# CROSS JOIN is JOIN to MariaDB; SQLite, which keeps no statistics, is told the order by it.
_BELOW = (
    "FROM areas_area c CROSS JOIN areas_area a ON SUBSTR(a.path, 1, LENGTH(c.path)) = c.path "
    "CROSS JOIN areas_dwelling d ON d.area_id = a.id "
)
_BOUND = "CROSS JOIN residents_binding b ON b.dwelling_id = d.id AND b.status = 'confirmed' "
_CHILDREN = "WHERE c.parent_id = ? AND a.path >= ? AND a.path < ? "
_OF_LEVEL = "WHERE c.level = ? AND c.path > ? AND c.path < ? AND a.path >= ? AND a.path < ? "


async def counts(actor: Actor, query: CountQuery) -> Page[CountOut]:
    """Residents, dwellings and tags for each area below one. Raises NotFound."""
    area = await areas.get(query.area_id)
    if not actor.may(P.COUNT, area.path or ""):
        raise NotFound("没有这个区域")
    first, end = below(area.path or "")
    where, params = _CHILDREN, [area.id, first, end]
    chosen = Area.filter(parent_id=area.id)
    if query.level is not None:
        where, params = _OF_LEVEL, [query.level, first, end, first, end]
        chosen = Area.filter(level=query.level, path__gt=first, path__lt=end)
    homes = await _count(f"COUNT(*) AS n {_BELOW}{where}", params)
    people = await _count(f"COUNT(DISTINCT b.resident_id) AS n {_BELOW}{_BOUND}{where}", params)
    tags = await _count_tags(where, params)
    items = [
        CountOut(
            area_id=one.id,
            name=one.name,
            level=one.level,
            residents=people.get(one.id, 0),
            dwellings=homes.get(one.id, 0),
            tags=tags[one.id],
        )
        for one in await chosen.order_by("sort", "id")
    ]
    return Page(items=items)


async def _count(what: str, params: list[Any]) -> dict[int, int]:
    found = await rows(f"SELECT c.id, {what}GROUP BY c.id", *params)
    return {row["id"]: int(row["n"]) for row in found}


async def _count_tags(where: str, params: list[Any]) -> defaultdict[int, dict[Tag, int]]:
    found = await rows(
        f"SELECT c.id, t.tag, COUNT(DISTINCT b.resident_id) AS n {_BELOW}{_BOUND}"
        f"CROSS JOIN residents_tag t ON t.resident_id = b.resident_id {where}GROUP BY c.id, t.tag",
        *params,
    )
    counted: defaultdict[int, dict[Tag, int]] = defaultdict(dict)
    for row in found:
        counted[row["id"]][Tag(row["tag"])] = int(row["n"])
    return counted
