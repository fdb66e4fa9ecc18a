"""Changing the tree: one at a time, by a spreadsheet, and moving a part of it."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tortoise.exceptions import IntegrityError

from backend.core import clock, spreadsheets
from backend.core.actor import Actor, Permission
from backend.core.database import below, execute, is_duplicate, transaction
from backend.core.errors import Conflict, Forbidden, Invalid
from backend.core.events import emit
from backend.core.http import Download, Upload
from backend.foundation.areas import queries, rules
from backend.foundation.areas.events import AreaChanged, AreaMoved
from backend.foundation.areas.models import Area, AreaMove, Dwelling
from backend.foundation.areas.permissions import P
from backend.foundation.areas.rules import Chain, ImportRow, Level, Wrong
from backend.foundation.areas.schemas import (
    AreaChange,
    AreaMoveIn,
    AreaNew,
    AreaOut,
    ImportReport,
    RowError,
)

MOST_SHOWN = 200
BATCH = 500


async def _hold_tree() -> None:
    """One change of the tree at a time: a path is right only while nothing above it moves."""
    await Area.filter(parent_id=None).order_by("id").select_for_update()


async def _own(actor: Actor, area_id: int, permission: Permission) -> Area:
    """The area, which everyone may know. Raises NotFound, or Forbidden outside one's own part."""
    area = await queries.get(area_id)
    if not actor.may(permission, area.path or ""):
        raise Forbidden("这个区域不在您的管理范围内")
    return area


async def create(actor: Actor, body: AreaNew) -> AreaOut:
    """Put an area below its parent. Raises NotFound, Forbidden, Invalid."""
    await _hold_tree()
    parent = None if body.parent_id is None else await _own(actor, body.parent_id, P.MANAGE)
    if parent is None and not actor.may(P.MANAGE, "/"):
        raise Forbidden("只有系统管理员可以新建县区")
    _check_level(body.level, parent)
    given = body.model_dump(exclude={"parent_id", "contact"})
    contact = body.contact.model_dump(exclude_none=True)
    area = Area(**given, contact=contact, parent_id=body.parent_id)
    await _name(area, body.name)
    area.path = rules.path_below(parent.path if parent else None, area.id)
    await area.save(update_fields=["path"])
    await emit(AreaChanged(area.id, area.path, "created", actor.user_id))
    return await queries.shown(area.id)


def _check_level(level: Level, parent: Area | None) -> None:
    if not rules.may_stand_below(level, parent.level if parent else None):
        above = parent.level.label if parent else "最上层"
        raise Invalid(fields={"parent_id": f"{level.label}不能放在{above}下面"})


async def _name(area: Area, name: str) -> None:
    """Give the name and save. Raises Invalid when a sibling has it."""
    area.name = name
    area.sibling_key = rules.sibling_key(area.parent_id, name)
    try:
        await area.save()
    except IntegrityError as error:
        if not is_duplicate(error):
            raise
        raise Invalid(fields={"name": f"同一层已有“{name}”"}) from error


async def change(actor: Actor, area_id: int, body: AreaChange) -> AreaOut:
    """Rename or describe. Raises NotFound, Forbidden, Invalid."""
    await _hold_tree()
    area = await _own(actor, area_id, P.MANAGE)
    given = body.model_dump(exclude_unset=True, exclude={"name", "contact"})
    area.update_from_dict({key: value for key, value in given.items() if _may_set(key, value)})
    if body.contact is not None:
        area.contact = body.contact.model_dump(exclude_none=True)
    await _name(area, body.name or area.name)
    await emit(AreaChanged(area.id, area.path or "", "changed", actor.user_id))
    return await queries.shown(area.id)


def _may_set(key: str, value: object) -> bool:
    """A place on the map can be taken away, an order cannot."""
    return value is not None or key in {"latitude", "longitude"}


async def move(actor: Actor, area_id: int, body: AreaMoveIn) -> AreaOut:
    """Put the area and all below it elsewhere and remember where it stood.

    The actor answers for both places. Raises NotFound, Forbidden, Invalid, Conflict.
    """
    await _hold_tree()
    area = await _own(actor, area_id, P.MOVE)
    target = await _own(actor, body.parent_id, P.MOVE)
    old = area.path or ""
    if (target.path or "").startswith(old):
        raise Invalid(fields={"parent_id": "不能移动到自己的下面"})
    _check_level(area.level, target)
    if area.parent_id is None or area.parent_id == target.id:
        raise Conflict("它已经在那里了")
    left = area.parent_id
    area.parent_id = target.id
    await _name(area, area.name)
    new = rules.path_below(target.path, area.id)
    await _rewrite(old, new)
    await AreaMove.create(
        area_id=area.id,
        from_parent_id=left,
        to_parent_id=target.id,
        from_path=old,
        to_path=new,
        note=body.note,
        moved_by=actor.user_id,
        moved_at=clock.now(),
    )
    await emit(AreaMoved(area.id, old, new, actor.user_id))
    return await queries.shown(area.id)


async def _rewrite(old: str, new: str) -> None:
    """An old path occurs in a path only at its beginning, for no id stands twice in one."""
    sql = "UPDATE areas_area SET path = REPLACE(path, ?, ?) WHERE path >= ? AND path < ?"
    await execute(sql, old, new, *below(old))


# -- by spreadsheet ----------------------------------------------------------------------------


@dataclass
class _Ground:
    """What stands below the communities that a spreadsheet names."""

    communities: dict[str, Area]
    areas: dict[str, Area] = field(default_factory=dict)
    homes: dict[tuple[int, str], Dwelling] = field(default_factory=dict)

    def find(self, row: ImportRow, depth: int) -> Area | None:
        """The area at the first `depth` names of the row's chain, if it exists already."""
        area: Area | None = self.communities[row.community]
        for _, name in row.chain[:depth]:
            area = self.areas.get(rules.sibling_key(area.id, name)) if area else None
        return area


async def bring_in(actor: Actor, upload: Upload) -> ImportReport:
    """Import a spreadsheet: all of it, or nothing and a report of what is wrong with which row.

    Areas that exist are found again by name; dwellings that exist get their floor and space anew.
    """
    table = await asyncio.to_thread(spreadsheets.read, upload.name, upload.content, rules.MOST_ROWS)
    good, wrong = rules.read_table(table)
    async with transaction():
        await _hold_tree()
        ground, more = await _survey(actor, good)
        wrong += more
        if wrong:
            return _report(len(good), wrong)
        return await _build(actor, ground, good)


def _report(rows: int, wrong: list[Wrong], created: int = 0, updated: int = 0) -> ImportReport:
    ordered = sorted(wrong, key=lambda one: one.row)
    bad = {one.row for one in wrong if one.row > 1}
    shown = [RowError(row=o.row, column=o.column, message=o.message) for o in ordered[:MOST_SHOWN]]
    return ImportReport(
        rows=max(rows, len(bad)),
        created=created,
        updated=updated,
        errors=shown,
        errors_total=len(wrong),
    )


async def _survey(actor: Actor, good: Sequence[ImportRow]) -> tuple[_Ground, list[Wrong]]:
    known, wrong = await _communities(actor, good)
    ground = _Ground(known)
    for community in {one.id: one for one in known.values()}.values():
        first, end = below(community.path or "")
        for area in await Area.filter(path__gte=first, path__lt=end):
            ground.areas[area.sibling_key] = area
        for home in await Dwelling.filter(area__path__gte=first, area__path__lt=end):
            ground.homes[home.area_id, home.number] = home
    buildings = _buildings_by_compound(ground)
    wrong += [error for row in good if (error := _stands_elsewhere(row, ground, buildings))]
    return ground, wrong


async def _communities(
    actor: Actor, good: Sequence[ImportRow]
) -> tuple[dict[str, Area], list[Wrong]]:
    """Communities by the words in the spreadsheet, and the rows whose words name none."""
    by_name: defaultdict[str, list[Area]] = defaultdict(list)
    for area in await Area.filter(level=Level.COMMUNITY).prefetch_related("parent"):
        street = area.parent.name if area.parent else ""
        by_name[rules.folded(area.name)].append(area)
        by_name[rules.folded(f"{street}/{area.name}")].append(area)
    known: dict[str, Area] = {}
    wrong: list[Wrong] = []
    for row in good:
        mine = [
            one
            for one in by_name[rules.folded(row.community)]
            if actor.may(P.MANAGE, one.path or "")
        ]
        if len(mine) == 1:
            known[row.community] = mine[0]
        else:
            words = "有多个同名社区，请写成“街道/社区”" if mine else "没有这个社区，或不归您管理"
            wrong.append(Wrong(row.row, "社区", words))
    return known, wrong


def _buildings_by_compound(ground: _Ground) -> dict[tuple[int, str], Area]:
    """Buildings by the compound they are in, whatever grid, and their folded name."""
    levels = {area.id: area.level for area in ground.areas.values()}
    found: dict[tuple[int, str], Area] = {}
    for area in ground.areas.values():
        for one in rules.ids_of(area.path or "") if area.level == Level.BUILDING else ():
            if levels.get(one) == Level.COMPOUND:
                found[one, rules.folded(area.name)] = area
    return found


def _stands_elsewhere(
    row: ImportRow, ground: _Ground, buildings: dict[tuple[int, str], Area]
) -> Wrong | None:
    """A building that already stands in another grid is moved by hand, with its history."""
    names = dict(row.chain)
    if row.community not in ground.communities or Level.BUILDING not in names:
        return None
    compound = ground.find(row, 1)
    if compound is None or compound.level != Level.COMPOUND:
        return None
    there = buildings.get((compound.id, rules.folded(names[Level.BUILDING])))
    depth = [level for level, _ in row.chain].index(Level.BUILDING) + 1
    if there is None or there is ground.find(row, depth):
        return None
    return Wrong(row.row, "网格", f"{there.name}已在本小区的另一处，请用“移动”调整")


async def _build(actor: Actor, ground: _Ground, good: Sequence[ImportRow]) -> ImportReport:
    created = 0
    for level in rules.IMPORTED[1:]:
        created += await _raise_level(ground, level, good)
    homes, updated = await _settle(ground, good)
    for community in {one.id: one for one in ground.communities.values()}.values():
        await emit(AreaChanged(community.id, community.path or "", "imported", actor.user_id))
    return _report(len(good), [], created + homes, updated)


async def _raise_level(ground: _Ground, level: Level, good: Sequence[ImportRow]) -> int:
    """Create the areas of one level that the rows name and that are not there yet."""
    wanted: dict[str, tuple[Area, str]] = {}
    for row in good:
        depth = _depth(row.chain, level)
        if depth is None:
            continue
        parent = ground.find(row, depth)
        name = row.chain[depth][1]
        if parent is not None and ground.find(row, depth + 1) is None:
            wanted.setdefault(rules.sibling_key(parent.id, name), (parent, name))
    new = [
        Area(parent_id=parent.id, level=level, name=name, sibling_key=key, sort=sort)
        for sort, (key, (parent, name)) in enumerate(wanted.items(), start=1)
    ]
    try:
        await Area.bulk_create(new, batch_size=BATCH)
    except IntegrityError as error:
        raise Conflict("导入时区域被别人改动，请重试") from error
    made = await _again(list(wanted))
    for area in made:
        area.path = rules.path_below(wanted[area.sibling_key][0].path, area.id)
        ground.areas[area.sibling_key] = area
    if made:
        await Area.bulk_update(made, ["path"], batch_size=BATCH)
    return len(made)


def _depth(chain: Chain, level: Level) -> int | None:
    levels = [one for one, _ in chain]
    return levels.index(level) if level in levels else None


async def _again(keys: list[str]) -> list[Area]:
    """The rows just written, with the ids that the database gave them."""
    found: list[Area] = []
    for start in range(0, len(keys), BATCH):
        found += await Area.filter(sibling_key__in=keys[start : start + BATCH])
    return found


async def _settle(ground: _Ground, good: Iterable[ImportRow]) -> tuple[int, int]:
    """Create the dwellings, or bring them up to date; say how many of each."""
    new: list[Dwelling] = []
    changed: list[Dwelling] = []
    for row in good:
        area = ground.find(row, len(row.chain))
        if not row.number or area is None:
            continue
        home = ground.homes.get((area.id, row.number))
        if home is None:
            values = {"floor": row.floor, "square": row.square}
            new.append(Dwelling(area_id=area.id, number=row.number, **values))
        elif _refresh(home, row):
            changed.append(home)
    await Dwelling.bulk_create(new, batch_size=BATCH)
    if changed:
        await Dwelling.bulk_update(changed, ["floor", "square"], batch_size=BATCH)
    return len(new), len(changed)


def _refresh(home: Dwelling, row: ImportRow) -> bool:
    before = (home.floor, home.square)
    home.floor = home.floor if row.floor is None else row.floor
    home.square = home.square if row.square is None else row.square
    return before != (home.floor, home.square)


def template() -> Download:
    """An empty spreadsheet to fill in, with one example row and notes."""
    example = ("春晖社区", "锦绣花园", "第一网格", "1号楼", "1单元", "101", 1, 89.5)
    content = spreadsheets.write("房屋", rules.COLUMNS, [example], rules.NOTES)
    return Download(content, spreadsheets.XLSX, "areas-template.xlsx")


async def export(actor: Actor, area_id: int) -> Download:
    """The dwellings of an area as a spreadsheet that can be imported again. Raises NotFound."""
    found = await queries.register(actor, area_id, rules.MOST_ROWS)
    content = await asyncio.to_thread(spreadsheets.write, "房屋", rules.COLUMNS, found)
    return Download(content, spreadsheets.XLSX, f"dwellings-{area_id}.xlsx")
