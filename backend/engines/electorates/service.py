"""Freezing who may vote."""

from collections import defaultdict
from collections.abc import Collection

from backend.core import clock
from backend.core.actor import Actor
from backend.core.errors import Invalid
from backend.engines.electorates import rules
from backend.engines.electorates.models import Elector, Electorate, ElectorOwner
from backend.foundation.areas import queries as areas
from backend.foundation.holdings import queries as holdings

AT_ONCE = 2000
SHOWN = 5


async def freeze(
    actor: Actor, area_path: str, *, is_of_owners: bool, unsold: Collection[int] = ()
) -> Electorate:
    """Write the roll of all dwellings at or below the area as they stand now.

    `unsold` are those that the developer still holds. Raises Invalid where there are none, where
    one of `unsold` is not there or has an owner, and for a vote of owners where the floor space of
    some is not known: without it nobody can count.
    """
    found = await areas.squares(area_path)
    if not found:
        raise Invalid(fields={"area_id": "这个区域没有房屋"})
    owners = await _owners(area_path) if is_of_owners else {}
    _check_unsold(frozenset(unsold), {one for one, _ in found}, owners)
    if is_of_owners:
        await _check_areas([one for one, area in found if not area])
    heads = rules.headed([one for one, _ in found], owners, frozenset(unsold))
    roll = [(heads[one], area or 0) for one, area in found]
    made = await Electorate.create(
        area_path=area_path,
        is_of_owners=is_of_owners,
        frozen_at=clock.now(),
        frozen_by=actor.user_id,
        dwellings=len(found),
        heads=len(set(heads.values())),
        area=sum(area for _, area in roll),
        digest=rules.digest(roll),
    )
    await _write(made.id, found, heads, owners)
    return made


async def _owners(area_path: str) -> dict[int, frozenset[int]]:
    found: defaultdict[int, set[int]] = defaultdict(set)
    for dwelling_id, resident_id in await holdings.owners_below(area_path):
        found[dwelling_id].add(resident_id)
    return {one: frozenset(people) for one, people in found.items()}


def _check_unsold(
    unsold: frozenset[int], known: set[int], owners: dict[int, frozenset[int]]
) -> None:
    if unsold - known:
        raise Invalid(fields={"unsold_ids": "有的房屋不在这个区域"})
    if unsold & owners.keys():
        raise Invalid(fields={"unsold_ids": "有的房屋已经登记了业主"})


async def _check_areas(without: list[int]) -> None:
    if without:
        places = await areas.places(without[:SHOWN])
        named = "、".join(places.values())
        raise Invalid(fields={"area_id": f"有 {len(without)} 户没有登记面积，请先补上：{named}"})


async def _write(
    electorate_id: int,
    found: list[tuple[int, int | None]],
    heads: dict[int, int],
    owners: dict[int, frozenset[int]],
) -> None:
    electors = [
        Elector(electorate_id=electorate_id, dwelling_id=one, area=area or 0, head=heads[one])
        for one, area in found
    ]
    await Elector.bulk_create(electors, batch_size=AT_ONCE)
    people = [
        ElectorOwner(electorate_id=electorate_id, dwelling_id=one, resident_id=who)
        for one, residents in owners.items()
        for who in sorted(residents)
    ]
    await ElectorOwner.bulk_create(people, batch_size=AT_ONCE)


async def forget(electorate_id: int) -> None:
    """The roll was wrong and nobody has voted by it: it goes as a whole."""
    await Electorate.filter(id=electorate_id).delete()
