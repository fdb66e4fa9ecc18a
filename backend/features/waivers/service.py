"""Asking for waivers and ruling on them."""

from typing import Any

from backend.core import clock
from backend.core.actor import Actor
from backend.core.errors import Conflict, Invalid, NotFound
from backend.core.states import make
from backend.engines.billings import service as billings
from backend.engines.bills import queries as bills
from backend.engines.bills import service as owing
from backend.engines.bills.queries import BillStatus
from backend.engines.tariffs import queries as tariffs
from backend.features.waivers import queries
from backend.features.waivers.models import Waiver, WaiverStatus
from backend.features.waivers.permissions import P
from backend.features.waivers.schemas import RulingBody, WaiverNew, WaiverOut
from backend.features.waivers.states import MOVES
from backend.foundation.areas import queries as areas
from backend.foundation.audit import service as audit

FREE = 20_000
"""Fen: what a manager waives of one bill without asking anybody."""


async def ask(actor: Actor, body: WaiverNew) -> WaiverOut:
    """Ask for a waiver. A manager's own of a small amount holds at once; everything else waits for
    a second person. Raises NotFound, Invalid, Conflict."""
    made = await (_of_bill(actor, body) if body.bill_id is not None else _standing(actor, body))
    made.asked_by, made.asked_at = actor.user_id, clock.now()
    await made.save()
    path = await areas.path_of(made.area_id)
    said = {"amount": made.amount, "percent": made.percent, "ground": made.ground.value}
    await audit.record(actor, "waivers.asked", f"waiver:{made.id}", path, **said)
    if made.bill_id and await _waived(made) <= FREE and _is_manager(actor, made.unit_id, path):
        now = clock.now()
        small = {"status": WaiverStatus.APPROVED, "ruled_by": actor.user_id, "ruled_at": now}
        await Waiver.filter(id=made.id).update(**small)
        await _do(actor, made)
        made = await Waiver.get(id=made.id)
    return (await queries.shown(actor, [made]))[0]


async def _waived(made: Waiver) -> int:
    """This one and all that was waived of the same bill: small ones do not add up unseen."""
    before = await Waiver.filter(bill_id=made.bill_id, status=WaiverStatus.APPROVED)
    return int(made.amount) + sum(int(one.amount) for one in before)


def _is_manager(actor: Actor, unit_id: int, path: str) -> bool:
    return tariffs.stands_for(actor, P.RULE, unit_id, path)


async def _of_bill(actor: Actor, body: WaiverNew) -> Waiver:
    bill = await bills.staffs(actor, body.bill_id or 0, P.ASK)
    amount = body.amount or 0
    if bill.status is not BillStatus.UNPAID:
        raise Conflict("只能减免待缴的账单")
    if amount > bill.owed:
        raise Invalid(fields={"amount": "不能超过还欠的金额"})
    return Waiver(
        unit_id=bill.unit_id,
        area_id=bill.area_id,
        dwelling_id=bill.dwelling_id,
        tariff_id=bill.tariff_id,
        bill_id=bill.id,
        amount=amount,
        ground=body.ground,
        note=body.note,
    )


async def _standing(actor: Actor, body: WaiverNew) -> Waiver:
    tariff = await tariffs.get(actor, body.tariff_id or 0, P.ASK)
    home = await areas.dwelling(body.dwelling_id or 0)
    if not (home.area.path or "").startswith(tariff.area.path or "?"):
        raise NotFound("这户不在这个收费项目的范围内")
    if body.until_on is not None and body.from_on is not None and body.until_on < body.from_on:
        raise Invalid(fields={"until_on": "不能早于开始日"})
    return Waiver(
        unit_id=tariff.unit_id,
        area_id=home.area_id,
        dwelling_id=home.id,
        tariff_id=tariff.id,
        percent=body.percent,
        from_on=body.from_on,
        until_on=body.until_on,
        ground=body.ground,
        note=body.note,
    )


async def approve(actor: Actor, waiver_id: int, body: RulingBody) -> WaiverOut:
    """A second person agrees: the bill is changed, or the discount stands from its day on.

    Raises NotFound, Forbidden for one's own, WrongState, StaleVersion, and what the bill says.
    """
    made = await _ruled(actor, waiver_id, "approve", body)
    await _do(actor, made)
    return (await queries.shown(actor, [made]))[0]


async def refuse(actor: Actor, waiver_id: int, body: RulingBody) -> WaiverOut:
    """A second person does not agree. Raises as `approve`, Invalid without a reason."""
    if not body.note:
        raise Invalid(fields={"note": "请写明不同意的理由"})
    return (await queries.shown(actor, [await _ruled(actor, waiver_id, "refuse", body)]))[0]


async def _ruled(actor: Actor, waiver_id: int, move: str, body: RulingBody) -> Waiver:
    made = await queries.get(actor, waiver_id, P.RULE)
    ruled: dict[str, Any] = {
        "ruled_by": actor.user_id,
        "ruled_at": clock.now(),
        "ruling": body.note,
    }
    await make(made, MOVES[move], actor, version=body.version, **ruled)
    path = await areas.path_of(made.area_id)
    await audit.record(actor, f"waivers.{move}", f"waiver:{made.id}", path)
    return made


async def withdraw(actor: Actor, waiver_id: int, body: RulingBody) -> WaiverOut:
    """Whoever asked takes it back."""
    made = await queries.get(actor, waiver_id, P.WITHDRAW)
    await make(made, MOVES["withdraw"], actor, version=body.version)
    return (await queries.shown(actor, [made]))[0]


async def _do(actor: Actor, made: Waiver) -> None:
    key = f"waiver:{made.id}"
    if made.bill_id is not None:
        note = f"{made.ground.label}：{made.note}"[:200]
        await owing.waive(actor, made.bill_id, made.amount, key=key, note=note)
    elif made.from_on is not None:
        await billings.add_discount(
            actor,
            tariff_id=made.tariff_id,
            dwelling_id=made.dwelling_id,
            percent=made.percent,
            ground=made.ground,
            from_on=made.from_on,
            until_on=made.until_on,
            key=key,
        )
