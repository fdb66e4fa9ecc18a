"""What follows for passes from money, time and people leaving."""

from datetime import datetime
from typing import Any

from backend.core.actor import SYSTEM
from backend.core.events import on
from backend.engines.passes import messages, queries, service
from backend.engines.passes.events import PassActivated, PassEnded, PassExpiring
from backend.engines.payments.events import PaymentClosed, PaymentSucceeded
from backend.foundation.identity.events import UserErased
from backend.foundation.notify import service as notify

MINE = "/pages/parking/index"


@on(PaymentSucceeded)
async def pay(event: PaymentSucceeded) -> None:
    if event.purpose == service.PURPOSE:
        await service.pay(event.payment_id)


@on(PaymentClosed)
async def drop(event: PaymentClosed) -> None:
    if event.purpose == service.PURPOSE:
        await service.drop(event.payment_id)


@on(PassActivated)
async def tell_active(event: PassActivated) -> None:
    await _tell(messages.ACTIVATED, event.pass_id, until=datetime.fromisoformat(event.valid_until))


@on(PassExpiring)
async def tell_expiring(event: PassExpiring) -> None:
    template = messages.EXPIRED if event.is_over else messages.EXPIRING
    await _tell(template, event.pass_id, until=datetime.fromisoformat(event.valid_until))


@on(PassEnded)
async def tell_ended(event: PassEnded) -> None:
    await _tell(messages.ENDED, event.pass_id, reason=event.reason)


async def _tell(template: messages.Template, pass_id: int, **facts: Any) -> None:
    found = await queries.get(SYSTEM, pass_id)
    await notify.send(
        template,
        to=found.owner_id,
        link=MINE,
        plate=queries.plate_shown(found, in_plain=False) or "",
        lot=found.lot.name,
        **facts,
    )


@on(UserErased)
async def forget(event: UserErased) -> None:
    await service.forget(event.user_id)
