"""What follows from refunds, and from what happens to people and places."""

from backend.core.actor import Role
from backend.core.events import on
from backend.engines.payments.queries import yuan
from backend.engines.refunds import messages, service
from backend.engines.refunds.events import RefundStuck, RefundSucceeded
from backend.engines.refunds.models import Refund
from backend.foundation.areas.events import AreaMoved
from backend.foundation.identity import queries as identity
from backend.foundation.identity.events import UserErased
from backend.foundation.notify import service as notify

MOST_TOLD = 20


@on(RefundSucceeded)
async def tell_payer(fact: RefundSucceeded) -> None:
    one = await Refund.get(id=fact.refund_id)
    if one.payer_id is None:
        return
    await notify.send(
        messages.REFUNDED,
        to=one.payer_id,
        link=messages.DETAIL.format(one.payment_id),
        title=one.title,
        amount=yuan(one.amount),
        method=one.method.label,
        reason=one.reason,
    )


@on(RefundStuck)
async def tell_accountants(fact: RefundStuck) -> None:
    """Those of the unit, and those who look after all units there."""
    one = await Refund.get(id=fact.refund_id)
    found = await identity.people_at(one.area_path, [Role.ACCOUNTANT])
    told = dict.fromkeys(p.user_id for p in found if p.unit_id in (None, one.unit_id))
    for user_id in list(told)[:MOST_TOLD]:
        await notify.send(
            messages.STUCK,
            to=user_id,
            link=messages.STAFF.format(one.id),
            title=one.title,
            amount=yuan(one.amount),
            why=fact.why,
        )


@on(UserErased)
async def forget_person(event: UserErased) -> None:
    await service.forget(event.user_id)


@on(AreaMoved)
async def follow_area(event: AreaMoved) -> None:
    await service.follow_move(event.from_path, event.to_path)
