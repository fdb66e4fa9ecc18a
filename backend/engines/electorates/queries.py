"""Reading electorates: for rooms that have checked who is asking."""

from collections.abc import Sequence

from backend.core.database import tuples
from backend.core.errors import NotFound
from backend.engines.electorates.models import Elector as Elector
from backend.engines.electorates.models import Electorate as Electorate
from backend.engines.electorates.models import ElectorOwner


async def get(electorate_id: int) -> Electorate:
    """The electorate. Raises NotFound."""
    found = await Electorate.get_or_none(id=electorate_id)
    if found is None:
        raise NotFound
    return found


async def elector(electorate_id: int, dwelling_id: int) -> Elector:
    """The dwelling as it stands in the roll. Raises NotFound."""
    found = await Elector.get_or_none(electorate_id=electorate_id, dwelling_id=dwelling_id)
    if found is None:
        raise NotFound("这户不在投票名册里")
    return found


async def electors(electorate_id: int, dwelling_ids: Sequence[int]) -> dict[int, Elector]:
    """Those of the dwellings that stand in the roll."""
    chosen = Elector.filter(electorate_id=electorate_id, dwelling_id__in=list(dwelling_ids))
    return {one.dwelling_id: one for one in await chosen}


async def owners_of(electorate_id: int, dwelling_id: int) -> list[int]:
    """Residents who owned the dwelling when the roll was frozen, by id."""
    chosen = ElectorOwner.filter(electorate_id=electorate_id, dwelling_id=dwelling_id)
    return [one.resident_id for one in await chosen.order_by("resident_id")]


async def owned_by(electorate_id: int, resident_id: int) -> list[int]:
    """The dwellings that were the resident's when the roll was frozen."""
    chosen = ElectorOwner.filter(electorate_id=electorate_id, resident_id=resident_id)
    return [one.dwelling_id for one in await chosen.order_by("dwelling_id")]


async def of_resident(resident_id: int) -> list[int]:
    """Electorates that the resident stands in as an owner."""
    found = await ElectorOwner.filter(resident_id=resident_id)
    return sorted({one.electorate_id for one in found})


async def roll(electorate_id: int) -> Sequence[tuple[int, int]]:
    """(head, area) of every dwelling."""
    sql = "SELECT head, area FROM electorates_elector WHERE electorate_id = ?"
    return [(int(head), int(area)) for head, area in await tuples(sql, electorate_id)]


async def dwellings(electorate_id: int) -> list[int]:
    """The dwellings of the roll, by id."""
    sql = "SELECT dwelling_id FROM electorates_elector WHERE electorate_id = ? ORDER BY dwelling_id"
    return [int(row[0]) for row in await tuples(sql, electorate_id)]
