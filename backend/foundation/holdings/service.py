"""A dwelling changes hands."""

from backend.core.actor import Actor
from backend.core.errors import Invalid, NotFound
from backend.core.events import emit
from backend.foundation.areas import queries as areas
from backend.foundation.audit import service as audit
from backend.foundation.holdings.events import DwellingHandedOver
from backend.foundation.holdings.permissions import P
from backend.foundation.holdings.schemas import HandedOver, HandOver
from backend.foundation.residents import queries as register
from backend.foundation.residents import service as residents
from backend.foundation.residents.queries import End
from backend.foundation.tenures import service as tenures


async def hand_over(actor: Actor, body: HandOver) -> HandedOver:
    """Begin a new tenure. Raises NotFound for a dwelling beyond the actor's, Invalid for bindings
    that are not of it, Conflict when somebody else just did."""
    home = await areas.dwelling(body.dwelling_id)
    path = home.area.path or ""
    if not actor.may(P.HAND_OVER, path):
        raise NotFound("没有这户")
    former = await tenures.current(home.id)
    for binding_id in dict.fromkeys(body.leaving):
        await _leave(actor, home.id, binding_id, body.reason)
    number = await tenures.begin(home.id)
    staying = await residents.carry_over(home.id, number)
    await audit.record(actor, "holdings.handed_over", f"dwelling:{home.id}", path, tenure=number)
    await emit(DwellingHandedOver(home.id, former, number, actor.user_id))
    return HandedOver(dwelling_id=home.id, tenure=number, staying=staying)


async def _leave(actor: Actor, dwelling_id: int, binding_id: int, reason: str) -> None:
    binding = await register.binding(actor, binding_id)
    if binding.dwelling_id != dwelling_id:
        raise Invalid(fields={"leaving": "只能填写这一户的绑定"})
    await residents.end(actor, binding_id, End(reason=reason))
