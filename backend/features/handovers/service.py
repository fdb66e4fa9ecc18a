"""Settling up between owners: nothing goes over without the word of whoever it concerns."""

from typing import Any

from backend.core import clock
from backend.core.actor import Actor
from backend.core.database import duplicate_is
from backend.core.errors import Conflict, Forbidden, NotFound
from backend.core.states import make
from backend.engines.bills import queries as bills
from backend.engines.bills import service as owing
from backend.engines.ledgers import queries as books
from backend.engines.ledgers import service as ledgers
from backend.engines.ledgers.service import Leg
from backend.engines.tariffs import queries as tariffs
from backend.engines.tariffs.queries import yuan
from backend.features.handovers import messages, queries
from backend.features.handovers.models import Handover, Kind
from backend.features.handovers.permissions import P
from backend.features.handovers.schemas import Answered, HandoverNew, HandoverOut, PayOut
from backend.features.handovers.states import MOVES
from backend.foundation.areas import queries as areas
from backend.foundation.audit import service as audit
from backend.foundation.departments import queries as departments
from backend.foundation.holdings import queries as holdings
from backend.foundation.notify import service as notify
from backend.foundation.notify.service import Template
from backend.foundation.residents import queries as register
from backend.foundation.residents.queries import Relation
from backend.foundation.tenures import service as tenures


async def ask(actor: Actor, body: HandoverNew) -> HandoverOut:
    """Ask for a settlement. Raises NotFound for who has no part in it, Conflict when there is
    nothing to settle or it is asked for already."""
    home = await areas.dwelling(body.dwelling_id)
    path = home.area.path or ""
    if not (await _was_owner(actor, body) if body.kind is not Kind.BILLS else False):
        await _demand_staff(actor, body, path)
    runs = await tenures.current(home.id)
    if body.former > runs or (body.former == runs and not await _is_left(body)):
        raise Conflict("这户没有更换过业主")
    amount = await _amount(body)
    if not amount:
        raise Conflict("没有需要结算的金额")
    with duplicate_is(Conflict("已经申请过，正在办理")):
        made = await Handover.create(
            dwelling_id=home.id,
            area_id=home.area_id,
            former=body.former,
            tenure=runs,
            kind=body.kind,
            amount=amount,
            live_key=f"{home.id}:{body.former}:{body.kind.value}",
            asked_by=actor.user_id,
            asked_at=clock.now(),
        )
    await audit.record(actor, "handovers.asked", f"handover:{made.id}", path, amount=amount)
    if made.kind is not Kind.REFUND:
        await _tell(made, messages.ASKED, made.tenure)
    return (await queries.shown(actor, [await queries.get(actor, made.id)]))[0]


async def _is_left(body: HandoverNew) -> bool:
    """The owners have gone and nobody has come yet: what they had prepaid can go back to them."""
    return body.kind is Kind.REFUND and not await register.owners_at(body.dwelling_id)


async def _was_owner(actor: Actor, body: HandoverNew) -> bool:
    return any(
        one.key == (body.dwelling_id, body.former) and one.relation is Relation.OWNER
        for one in await holdings.of_user(actor.user_id)
    )


async def _demand_staff(actor: Actor, body: HandoverNew, path: str) -> None:
    """A manager of the firm may ask for anything but giving the balance to somebody else."""
    if body.kind is Kind.BALANCE or not await _is_firms(actor, path):
        raise NotFound("没有这户")


async def _is_firms(actor: Actor, path: str) -> bool:
    firm = await departments.property_of(path)
    return firm is not None and tariffs.stands_for(actor, P.PAY_OUT, firm.id, path)


async def _amount(body: HandoverNew) -> int:
    if body.kind is Kind.BILLS:
        return (await queries.debts(body.dwelling_id, body.former))[1]
    return await books.balance(bills.prepaid_account(body.dwelling_id, body.former))


async def confirm(actor: Actor, handover_id: int, body: Answered) -> HandoverOut:
    """The present owner agrees: the balance, or the debts, are theirs now.

    Raises NotFound, Forbidden, WrongState, StaleVersion, NotEnough when it was spent meanwhile,
    Conflict when the debts are others by now.
    """
    one = await queries.get(actor, handover_id)
    if not one.may_confirm:
        raise Forbidden("须由现业主确认")
    if await tenures.current(one.dwelling_id) != one.tenure:
        raise Conflict("房屋已再次过户，请重新申请")
    await _end(actor, one, "confirm", body.version)
    if one.kind is Kind.BALANCE:
        await _move_balance(one, bills.prepaid_account(one.dwelling_id, one.tenure))
    else:
        await _take_over(one)
    for side in (one.former, one.tenure):
        await _tell(one, messages.DONE, side)
    return (await queries.shown(actor, [one]))[0]


async def _take_over(one: Handover) -> None:
    ids, owed = await queries.debts(one.dwelling_id, one.former)
    if owed != one.amount or await owing.take_over(ids, one.tenure) != len(ids):
        raise Conflict("欠费金额已变化，请重新申请")


async def _move_balance(one: Handover, to: str) -> None:
    legs = [
        Leg(bills.prepaid_account(one.dwelling_id, one.former), -one.amount),
        Leg(to, one.amount),
    ]
    await ledgers.post(f"handover:{one.id}", legs, kind="handover", memo=one.kind.label)


async def pay_out(actor: Actor, handover_id: int, body: PayOut) -> HandoverOut:
    """A cashier gives the former owner the balance back in cash. Raises NotFound, WrongState,
    StaleVersion, NotEnough when it was spent meanwhile."""
    one = await queries.get(actor, handover_id)
    path = await areas.path_of(one.area_id)
    firm = await departments.property_of(path)
    if one.kind is not Kind.REFUND or firm is None or not await _is_firms(actor, path):
        raise NotFound("没有这条结算")
    await _end(actor, one, "pay-out", body.version, receipt_no=body.receipt_no)
    await _move_balance(one, f"cash:{firm.id}")
    said = {"amount": one.amount, "receipt_no": body.receipt_no}
    await audit.record(actor, "handovers.paid_out", f"handover:{one.id}", path, **said)
    await _tell(one, messages.DONE, one.former)
    return (await queries.shown(actor, [one]))[0]


async def drop(actor: Actor, handover_id: int, body: Answered) -> HandoverOut:
    """One of the sides does not want it. Raises NotFound, Forbidden, WrongState, StaleVersion."""
    one = await queries.get(actor, handover_id)
    await _end(actor, one, "drop", body.version)
    return (await queries.shown(actor, [one]))[0]


async def _end(actor: Actor, one: Handover, move: str, version: int, **more: Any) -> None:
    ended: dict[str, Any] = {"ended_by": actor.user_id, "ended_at": clock.now(), "live_key": None}
    await make(one, MOVES[move], actor, version=version, **ended, **more)


async def _tell(one: Handover, template: Template, tenure: int) -> None:
    place = (await areas.places([one.dwelling_id]))[one.dwelling_id]
    said = {"place": place, "kind": one.kind.label, "amount": yuan(one.amount)}
    for user_id in await holdings.users_of(one.dwelling_id, tenure):
        await notify.send(template, to=user_id, link="/pages/fees/index", **said)


async def forget(user_id: int) -> None:
    """A person left, an owner or one of the firm: what was settled stays, nobody asked for it."""
    await Handover.filter(asked_by=user_id).update(asked_by=0)
    await Handover.filter(ended_by=user_id).update(ended_by=None)
