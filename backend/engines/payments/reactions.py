"""What follows from payments, and from what happens to people and places."""

from backend.core.events import on
from backend.engines.payments import messages, service
from backend.engines.payments.events import PaymentSucceeded
from backend.engines.payments.models import Payment
from backend.engines.payments.queries import yuan
from backend.engines.payments.rules import SURPLUS
from backend.foundation.areas.events import AreaMoved
from backend.foundation.identity.events import UserErased
from backend.foundation.notify import service as notify


@on(PaymentSucceeded)
async def tell_payer(fact: PaymentSucceeded) -> None:
    payment = await Payment.get(id=fact.payment_id)
    if payment.payer_id is None or payment.method is None or payment.purpose == SURPLUS:
        return
    await notify.send(
        messages.PAID,
        to=payment.payer_id,
        link=messages.DETAIL.format(payment.id),
        title=payment.title,
        amount=yuan(payment.amount),
        method=payment.method.label,
        payee=payment.payee_name,
        at=payment.paid_at,
    )


@on(UserErased)
async def forget_person(event: UserErased) -> None:
    await service.forget(event.user_id)


@on(AreaMoved)
async def follow_area(event: AreaMoved) -> None:
    await service.follow_move(event.from_path, event.to_path)
