"""Whatever may have taken the last member from a household."""

from backend.core.events import on
from backend.features.families import service
from backend.foundation.holdings.events import DwellingHandedOver
from backend.foundation.residents.events import BindingDecided, BindingEnded


@on(BindingEnded)
async def look_who_left(event: BindingEnded) -> None:
    await service.end_empty(event.dwelling_id)


@on(BindingDecided)
async def look_who_came(event: BindingDecided) -> None:
    """A new owner begins a new tenure, and so another household."""
    if event.is_confirmed:
        await service.end_empty(event.dwelling_id)


@on(DwellingHandedOver)
async def look_who_sold(event: DwellingHandedOver) -> None:
    """Who stays belongs to the new tenure from now on."""
    await service.end_empty(event.dwelling_id)
