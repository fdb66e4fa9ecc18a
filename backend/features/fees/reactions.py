"""What follows from payments, refunds, orders and new bills."""

from backend.core import clock
from backend.core.events import on
from backend.core.jobs import enqueue, job
from backend.engines.bills import service as owing
from backend.engines.bills.events import BillsIssued
from backend.engines.bills.queries import Bill, BillStatus
from backend.engines.orders.events import (
    OrderClosed,
    OrderFact,
    OrderRated,
    OrderReopened,
    OrderWithdrawn,
)
from backend.engines.payments.events import PaymentClosed, PaymentSucceeded
from backend.engines.refunds.events import RefundFailed, RefundSucceeded
from backend.engines.tariffs.queries import yuan
from backend.features.fees import messages, rules, service
from backend.foundation.areas import queries as areas
from backend.foundation.holdings import queries as holdings
from backend.foundation.identity.events import UserErased
from backend.foundation.notify import service as notify

PAGE = "/pages/fees/bill?id={}"
TOLD_AT_ONCE = 50
"""Bills whose holders one job tells: a job must not take long."""


@on(PaymentSucceeded)
async def apply_payment(fact: PaymentSucceeded) -> None:
    if fact.purpose != rules.PURPOSE:
        return
    too_much = await service.apply(fact.payment_id)
    if too_much and fact.payer_id is not None:
        await notify.send(messages.TOO_MUCH, to=fact.payer_id, amount=yuan(too_much))


@on(PaymentSucceeded)
async def use_balance(fact: PaymentSucceeded) -> None:
    """Money came onto a balance: what its owner agreed to pay from it can be paid now."""
    topped_up = [rules.top_up_in(one) for one in fact.subjects] if _is_ours(fact) else []
    for home in filter(None, topped_up):
        owed = Bill.filter(dwelling_id=home[0], tenure=home[1], status=BillStatus.UNPAID)
        for bill in await owed.order_by("due_on", "id"):
            await enqueue(pay_by_itself, bill_id=bill.id)


def _is_ours(fact: PaymentSucceeded | PaymentClosed) -> bool:
    return fact.purpose == rules.PURPOSE


@on(PaymentClosed)
async def free_bills(fact: PaymentClosed) -> None:
    if _is_ours(fact):
        await owing.free(fact.payment_id)


@on(RefundSucceeded)
async def apply_refund(fact: RefundSucceeded) -> None:
    await service.end_refund(fact.refund_id, is_done=True)


@on(RefundFailed)
async def drop_refund(fact: RefundFailed) -> None:
    await service.end_refund(fact.refund_id, is_done=False)


@on(OrderClosed)
async def end_dispute(fact: OrderClosed) -> None:
    await _end_dispute(fact)


@on(OrderRated)
async def end_dispute_rated(fact: OrderRated) -> None:
    await _end_dispute(fact)


@on(OrderWithdrawn)
async def end_dispute_withdrawn(fact: OrderWithdrawn) -> None:
    await _end_dispute(fact)


async def _end_dispute(fact: OrderFact) -> None:
    if fact.kind != service.DISPUTE.key:
        return
    for bill_id in await owing.end_dispute(fact.order_id):
        bill = await Bill.get(id=bill_id)
        if fact.reporter_id is not None:
            said = {"title": bill.title, "amount": yuan(bill.owed)}
            link = PAGE.format(bill.id)
            await notify.send(messages.DISPUTE_ENDED, to=fact.reporter_id, link=link, **said)


@on(OrderReopened)
async def dispute_again(fact: OrderReopened) -> None:
    if fact.kind == service.DISPUTE.key:
        await owing.dispute_again(fact.order_id)


@on(BillsIssued)
async def tell_holders(fact: BillsIssued) -> None:
    ids = fact.bill_ids
    for start in range(0, len(ids), TOLD_AT_ONCE):
        await enqueue(tell_issued, bill_ids=ids[start : start + TOLD_AT_ONCE])


@job()
async def tell_issued(bill_ids: list[int]) -> None:
    """Tell the holders of new bills, and pay those that are to be paid by themselves."""
    found = await Bill.filter(id__in=bill_ids, status=BillStatus.UNPAID).order_by("id")
    places = await areas.places(one.dwelling_id for one in found)
    for bill in found:
        said = {"title": bill.title, "place": places[bill.dwelling_id], "amount": yuan(bill.owed)}
        due = clock.spoken_day(bill.due_on)
        for user_id in await holdings.users_of(bill.dwelling_id, bill.tenure):
            link = PAGE.format(bill.id)
            await notify.send(messages.ISSUED, to=user_id, link=link, due=due, **said)
        await enqueue(pay_by_itself, bill_id=bill.id)


@job()
async def pay_by_itself(bill_id: int) -> None:
    if not await service.pay_by_itself(bill_id):
        return
    bill = await Bill.get(id=bill_id)
    place = (await areas.places([bill.dwelling_id]))[bill.dwelling_id]
    said = {"title": bill.title, "place": place, "amount": yuan(bill.owed)}
    for user_id in await holdings.users_of(bill.dwelling_id, bill.tenure):
        link = PAGE.format(bill.id)
        await notify.send(messages.PAID_BY_ITSELF, to=user_id, link=link, **said)


@on(UserErased)
async def forget(event: UserErased) -> None:
    await service.forget(event.user_id)
