"""What is closed here, or paid in another way, is closed at WeChat too."""

from backend.core.events import on
from backend.engines.checkouts import service
from backend.engines.payments.events import PaymentClosed, PaymentSucceeded


@on(PaymentClosed)
async def close_there(fact: PaymentClosed) -> None:
    await service.hasten(fact.payment_id)


@on(PaymentSucceeded)
async def close_the_other_way(fact: PaymentSucceeded) -> None:
    await service.hasten(fact.payment_id)
