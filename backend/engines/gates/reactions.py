"""What follows from what happens to gates."""

from backend.core.actor import SYSTEM
from backend.core.events import on
from backend.engines.gates import messages, queries
from backend.engines.gates.events import GateSilent
from backend.engines.gates.permissions import P
from backend.foundation.identity import queries as identity
from backend.foundation.notify import service as notify

DESK = "/pages/parking/desk"


@on(GateSilent)
async def tell_the_staff(event: GateSilent) -> None:
    gate = await queries.get(SYSTEM, event.gate_id)
    found = await identity.people_at(gate.lot.area.path or "", P.READ.roles)
    staff = {one.user_id for one in found if one.unit_id in (None, gate.lot.unit_id)}
    for user_id in sorted(staff):
        await notify.send(messages.SILENT, to=user_id, link=DESK, lot=gate.lot.name, gate=gate.name)
