"""Accountants are told of what disagrees."""

from backend.core.actor import Role
from backend.core.events import on
from backend.engines.payments.queries import yuan
from backend.engines.quarantines import messages, service
from backend.engines.quarantines.events import Quarantined
from backend.engines.quarantines.models import Quarantine
from backend.engines.quarantines.states import QuarantineStatus
from backend.foundation.areas.events import AreaMoved
from backend.foundation.identity import queries as identity
from backend.foundation.notify import service as notify

MOST_TOLD = 20


@on(Quarantined)
async def tell_accountants(fact: Quarantined) -> None:
    one = await Quarantine.get(id=fact.quarantine_id)
    if one.status is not QuarantineStatus.OPEN:
        return
    found = await identity.people_at(one.area_path, [Role.ACCOUNTANT])
    told = dict.fromkeys(p.user_id for p in found if p.unit_id in (None, one.unit_id))
    for user_id in list(told)[:MOST_TOLD]:
        await notify.send(
            messages.KEPT,
            to=user_id,
            link=messages.STAFF.format(one.id),
            number=one.number,
            amount=yuan(one.amount),
            why=one.why.label,
        )


@on(AreaMoved)
async def follow_area(event: AreaMoved) -> None:
    await service.follow_move(event.from_path, event.to_path)
