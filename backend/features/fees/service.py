"""Paying bills, one payee per payment and every amount from our own books; giving money back."""

from collections.abc import Sequence

from backend.core import clock
from backend.core.actor import SYSTEM, Actor
from backend.core.database import duplicate_is, transaction
from backend.core.errors import Conflict, Invalid, NotFound
from backend.engines.bills import queries as bills
from backend.engines.bills import service as owing
from backend.engines.bills.queries import Bill, BillsNotPayable, BillStatus
from backend.engines.demands import service as demands
from backend.engines.demands.service import PlaceBody, ReportBody
from backend.engines.ledgers.service import NotEnough
from backend.engines.orders import service as orders
from backend.engines.orders.queries import Kind, Party
from backend.engines.payments import queries as payments
from backend.engines.payments import service as paying
from backend.engines.payments.queries import PaymentOut
from backend.engines.payments.service import AlreadyPaid, CounterBody, Line, Payment
from backend.engines.refunds import service as refunds
from backend.engines.refunds.service import RefundLine
from backend.features.fees import queries, rules
from backend.features.fees.models import Agreement, BillRefund, live_key
from backend.features.fees.permissions import P
from backend.features.fees.schemas import (
    AgreementBody,
    DisputeBody,
    Disputed,
    HomeFees,
    PayBody,
    RefundAsked,
    RefundBody,
    TakeBody,
    TopUpBody,
)
from backend.foundation.areas import queries as areas
from backend.foundation.audit import service as audit
from backend.foundation.departments import queries as departments
from backend.foundation.holdings import queries as holdings
from backend.foundation.residents.queries import Relation

TOO_MUCH = "账单已缴清，多付退回"
DISPUTE = orders.register_kind(
    Kind(
        "fee",
        "账单异议",
        "对物业费、水费等账单有疑问",
        party=Party.PROPERTY,
        icon="complaint",
        is_listed=False,
    )
)


# -- paying --------------------------------------------------------------------------------------
async def pay(actor: Actor, body: PayBody) -> PaymentOut:
    """Open one payment for several bills of the actor's; from the balance it is paid at once.

    Raises NotFound, BillsNotPayable, NotEnough, Invalid for bills of several firms or, from a
    balance, several dwellings.
    """
    found = await _mine(actor, body.bill_ids)
    await _let_go(actor, found)
    if body.from_balance and len({(one.dwelling_id, one.tenure) for one in found}) > 1:
        raise Invalid(fields={"bill_ids": "从预存余额支付时，一次只能支付一户的账单"})
    payment = await _open(actor, found)
    if body.from_balance:
        account = bills.prepaid_account(found[0].dwelling_id, found[0].tenure)
        payment = await paying.pay_from_balance(actor, payment.id, account)
    return await payments.shown(actor, payment)


async def _mine(actor: Actor, bill_ids: Sequence[int]) -> list[Bill]:
    """The bills, all of them the actor's own. Raises NotFound."""
    keys = {one.key for one in await holdings.of_user(actor.user_id)}
    found = await Bill.filter(id__in=list(set(bill_ids)))
    mine = [one for one in found if (one.dwelling_id, one.tenure) in keys]
    if len(mine) != len(set(bill_ids)):
        raise NotFound("没有这笔账单")
    return mine


async def _let_go(actor: Actor, found: Sequence[Bill]) -> None:
    """Close the actor's own payment that was begun with these bills and not finished."""
    for payment_id in sorted({one.payment_id for one in found if one.payment_id}):
        payment = await payments.get(SYSTEM, payment_id)
        if payment.payer_id == actor.user_id:
            await _close(payment_id)


async def _close(payment_id: int) -> None:
    """Free the bills of an open payment at once. Raises BillsNotPayable when it was just paid."""
    try:
        await paying.close(SYSTEM, payment_id)
    except AlreadyPaid as error:
        raise BillsNotPayable from error
    await owing.free(payment_id)


async def _open(actor: Actor, found: Sequence[Bill]) -> Payment:
    """Claim the bills and open their payment, in the transaction at hand."""
    where = {(one.unit_id, one.area_id) for one in found}
    if len({unit_id for unit_id, _ in where}) > 1:
        raise Invalid(fields={"bill_ids": "不同收费单位的账单请分开支付"})
    unit_id, area_id = min(where)
    return await _open_at(actor, unit_id, await areas.path_of(area_id), [one.id for one in found])


async def _open_at(
    actor: Actor, unit_id: int, area_path: str, bill_ids: Sequence[int], *more: Line
) -> Payment:
    payee = await payee_of(unit_id)
    claimed = await owing.claim(bill_ids) if bill_ids else []
    lines = [Line(rules.of_bill(one.id), one.title, one.owed, payee.account) for one in claimed]
    lines += more
    payment = await paying.open_payment(
        actor,
        purpose=rules.PURPOSE,
        payee_id=payee.id,
        title=_title([one.title for one in lines]),
        lines=lines,
        area_path=area_path,
    )
    await owing.held_by(bill_ids, payment.id)
    return payment


def _title(titles: Sequence[str]) -> str:
    return titles[0] if len(titles) == 1 else f"{titles[0]}等 {len(titles)} 项"


async def payee_of(unit_id: int) -> paying.Payee:
    """The firm as whom money is owed to."""
    return await paying.payee("firm", unit_id, (await departments.get(unit_id)).name)


# -- the balance ---------------------------------------------------------------------------------
async def top_up(actor: Actor, body: TopUpBody) -> PaymentOut:
    """Open a payment onto the balance of one's dwelling. Raises NotFound, Conflict for a place
    that no firm looks after."""
    mine = await holdings.mine(actor.user_id, body.dwelling_id)
    if not mine.is_current:
        raise NotFound("没有这户")
    path = (await areas.dwelling(mine.dwelling_id)).area.path or ""
    firm = await departments.property_of(path)
    if firm is None:
        raise Conflict("本小区没有物业公司，不能预存")
    line = await _top_up_line(mine.dwelling_id, mine.tenure, body.amount)
    payment = await _open_at(actor, firm.id, path, [], line)
    return await payments.shown(actor, payment)


async def _top_up_line(dwelling_id: int, tenure: int, amount: int) -> Line:
    place = (await areas.places([dwelling_id]))[dwelling_id]
    account = bills.prepaid_account(dwelling_id, tenure)
    return Line(rules.of_top_up(dwelling_id, tenure), f"预存 {place}", amount, account)


async def agree(actor: Actor, body: AgreementBody) -> HomeFees:
    """Let new bills be paid from the balance by themselves, or no more. The owner's to say.

    Raises NotFound for anybody else.
    """
    mine = await holdings.mine(actor.user_id, body.dwelling_id)
    if not mine.is_current or mine.relation is not Relation.OWNER:
        raise NotFound("只有业主本人可以设置")
    key = live_key(*mine.key)
    if not body.is_on:
        await Agreement.filter(live_key=key).update(live_key=None, ended_at=clock.now())
    elif not await Agreement.filter(live_key=key).exists():
        with duplicate_is(Conflict()):
            await Agreement.create(
                dwelling_id=mine.dwelling_id,
                tenure=mine.tenure,
                user_id=actor.user_id,
                live_key=key,
                agreed_at=clock.now(),
            )
    homes = (await queries.overview(actor)).homes
    return next(one for one in homes if (one.dwelling_id, one.tenure) == mine.key)


async def pay_by_itself(bill_id: int) -> bool:
    """Pay a new bill from the balance where its owner agreed; False when there is too little, the
    bill is held or paid, or nobody agreed."""
    bill = await Bill.get(id=bill_id)
    key = live_key(bill.dwelling_id, bill.tenure)
    if not await Agreement.filter(live_key=key).exists():
        return False
    payee = await payee_of(bill.unit_id)
    path = await areas.path_of(bill.area_id)
    try:
        async with transaction():
            (held,) = await owing.claim([bill.id])
            line = Line(rules.of_bill(held.id), held.title, held.owed, payee.account)
            payment = await paying.charge(
                bills.prepaid_account(bill.dwelling_id, bill.tenure),
                key=f"fees:auto:{bill.id}:{held.version}",
                purpose=rules.PURPOSE,
                payee_id=payee.id,
                title=f"{held.title}（预存自动缴费）",
                lines=[line],
                area_path=path,
            )
            await owing.held_by([bill.id], payment.id)
    except (NotEnough, BillsNotPayable):
        return False
    return True


# -- the counter ---------------------------------------------------------------------------------
async def take(actor: Actor, body: TakeBody) -> PaymentOut:
    """Take money at the counter: for bills, whoever began to pay them by phone and did not finish,
    and onto the balance. Raises NotFound, Invalid, BillsNotPayable, ReceiptTaken."""
    unit_id = await queries.counter_unit(actor, body.dwelling_id)
    if not body.bill_ids and body.top_up is None:
        raise Invalid(fields={"bill_ids": "请选择账单，或填写预存金额"})
    found = await Bill.filter(id__in=body.bill_ids, dwelling_id=body.dwelling_id, unit_id=unit_id)
    if len(found) != len(set(body.bill_ids)):
        raise NotFound("没有这笔账单")
    for payment_id in sorted({one.payment_id for one in found if one.payment_id}):
        await _close(payment_id)
    more: list[Line] = []
    if body.top_up is not None:
        tenure = await queries.tenure_of(body.dwelling_id)
        more = [await _top_up_line(body.dwelling_id, tenure, body.top_up)]
    home = await areas.dwelling(body.dwelling_id)
    path = home.area.path or ""
    payment = await _open_at(SYSTEM, unit_id, path, [one.id for one in found], *more)
    receipt_no = body.receipt_no or rules.receipt(payment.id, f"S{clock.today():%y%m%d}")
    money = CounterBody(method=body.method, receipt_no=receipt_no)
    payment = await paying.record_at_counter(actor, payment.id, money)
    return await payments.shown(actor, payment)


# -- what follows from payments ------------------------------------------------------------------
async def apply(payment_id: int) -> int:
    """Put a paid payment's lines towards their bills; say how many fen were too much.

    What is too much (the bill was paid otherwise meanwhile) goes back the way it came.
    """
    payment = await payments.get(SYSTEM, payment_id)
    too_much = 0
    for line in await payments.lines_of(payment_id):
        bill_id = rules.bill_in(line.subject)
        if bill_id is None:
            continue
        done = await owing.apply_payment(bill_id, payment_id, line.amount)
        if done.excess:
            key = f"fees:excess:{payment.id}:{bill_id}"
            back = [RefundLine(line.subject, done.excess)]
            await refunds.refund(SYSTEM, payment.id, key=key, lines=back, reason=TOO_MUCH)
            too_much += done.excess
        if done.rival is not None:
            await _close_quietly(done.rival)
    return too_much


async def _close_quietly(payment_id: int) -> None:
    """Another payment that holds bills paid meanwhile; when money is on its way it comes back."""
    try:
        await paying.close(SYSTEM, payment_id)
    except AlreadyPaid:
        return


# -- giving back ---------------------------------------------------------------------------------
async def refund(actor: Actor, bill_id: int, body: RefundBody) -> RefundAsked:
    """Give money of a bill back, the latest payments first. Raises NotFound, Conflict for more than
    was paid."""
    bill = await bills.staffs(actor, bill_id, P.REFUND)
    paid = await queries.refundable(bill)
    if body.amount > sum(paid.values()):
        raise Conflict("超过了这笔账单已收的金额", left=sum(paid.values()))
    left, asked = body.amount, []
    for payment_id, amount in paid.items():
        if part := min(left, amount):
            asked.append(await _refund_part(actor, bill, payment_id, part, body))
            left -= part
    path = await areas.path_of(bill.area_id)
    said = {"amount": body.amount, "reason": body.reason}
    await audit.record(actor, "fees.refund_asked", f"bill:{bill.id}", path, **said)
    return RefundAsked(bill_id=bill.id, refund_ids=asked, amount=body.amount)


async def _refund_part(
    actor: Actor, bill: Bill, payment_id: int, amount: int, body: RefundBody
) -> int:
    number = await BillRefund.filter(bill_id=bill.id, payment_id=payment_id).count()
    asked = await refunds.refund(
        actor,
        payment_id,
        key=f"fees:bill:{bill.id}:{payment_id}:{number}",
        lines=[RefundLine(rules.of_bill(bill.id), amount)],
        reason=body.reason,
    )
    with duplicate_is(Conflict()):
        await BillRefund.create(
            bill_id=bill.id,
            payment_id=payment_id,
            refund_id=asked.id,
            amount=amount,
            is_owed_again=body.is_owed_again,
            asked_by=actor.user_id,
            asked_at=clock.now(),
        )
    return int(asked.id)


async def end_refund(refund_id: int, *, is_done: bool) -> None:
    """The money is back, or it came to nothing: an excess given back by itself is no bill's."""
    known = await BillRefund.get_or_none(refund_id=refund_id)
    if known is None or not await BillRefund.filter(id=known.id, is_open=True).update(
        is_open=False
    ):
        return
    if is_done:
        await owing.apply_refund(
            known.bill_id,
            refund_id,
            known.payment_id,
            known.amount,
            is_owed_again=known.is_owed_again,
        )


# -- disputes ------------------------------------------------------------------------------------
async def dispute(actor: Actor, bill_id: int, body: DisputeBody) -> Disputed:
    """Have an order look into a bill: reminders and late fees rest until it ends.

    Raises NotFound, Conflict when an order does already.
    """
    (bill,) = await _mine(actor, [bill_id])
    if bill.is_disputed or bill.status is not BillStatus.UNPAID:
        raise Conflict("这笔账单已有异议在处理，或已缴清")
    current = {one.key for one in await holdings.of_user(actor.user_id) if one.is_current}
    at_home = (bill.dwelling_id, bill.tenure) in current
    place = PlaceBody(dwelling_id=bill.dwelling_id) if at_home else PlaceBody(area_id=bill.area_id)
    text = f"账单 {owing.number(bill)}（{bill.title}）：{body.text}"
    order = await demands.report(
        actor,
        ReportBody(
            kind=DISPUTE.key,
            title=f"{bill.title}有异议"[:40],
            text=text[:2000],
            place=place,
            file_ids=body.file_ids,
        ),
    )
    await owing.dispute(bill.id, order.id)
    return Disputed(bill_id=bill.id, order_id=order.id)


async def forget(user_id: int) -> None:
    """The person has left: their agreements end, without a name."""
    now = clock.now()
    await Agreement.filter(user_id=user_id, live_key__isnull=False).update(
        live_key=None, ended_at=now
    )
    await Agreement.filter(user_id=user_id).update(user_id=None)
