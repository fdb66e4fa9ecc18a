"""Counting the tenures of dwellings."""

from backend.core import clock
from backend.core.database import duplicate_is
from backend.core.errors import Conflict
from backend.foundation.tenures.models import Tenure


async def current(dwelling_id: int) -> int:
    """The number of the tenure that runs."""
    found = await Tenure.get_or_none(dwelling_id=dwelling_id)
    return found.number if found else 0


async def enter(dwelling_id: int, *, goes_on: bool, was_owned: bool) -> int:
    """The tenure that a newly confirmed owner stands in: the one that runs when they join or
    return to its owners (`goes_on`) or nobody has owned in it yet, else the next."""
    found = await _row(dwelling_id)
    if (found.is_owned or was_owned) and not goes_on:
        return await begin(dwelling_id)
    if not found.is_owned:
        await Tenure.filter(id=found.id).update(is_owned=True)
    return found.number


async def begin(dwelling_id: int) -> int:
    """Let the next tenure run, and say its number. Raises Conflict when somebody else just did."""
    found = await _row(dwelling_id)
    begun = {"number": found.number + 1, "is_owned": True, "began_at": clock.now()}
    if await Tenure.filter(id=found.id, number=found.number).update(**begun) != 1:
        raise Conflict
    return found.number + 1


async def _row(dwelling_id: int) -> Tenure:
    """Held until the transaction ends, so that two owners are confirmed one after the other."""
    found = await Tenure.filter(dwelling_id=dwelling_id).select_for_update().first()
    if found is None:
        with duplicate_is(Conflict()):
            return await Tenure.create(dwelling_id=dwelling_id, number=0, began_at=clock.now())
    return found
