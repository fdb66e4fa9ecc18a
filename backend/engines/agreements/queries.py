"""Reading balances and agreements: only a car's own people do."""

from typing import Any

from backend.core.actor import Actor
from backend.core.schemas import PageQuery
from backend.engines.agreements import rules
from backend.engines.agreements.models import Mandate, TopUp
from backend.engines.agreements.schemas import AgreementOut, StatementOut
from backend.engines.agreements.schemas import BalanceOut as BalanceOut
from backend.engines.ledgers import queries as ledgers
from backend.engines.vehicles import queries as vehicles


async def running(vehicle_id: int) -> Mandate | None:
    """The car's agreement, unless it was taken back."""
    return await Mandate.get_or_none(vehicle_id=vehicle_id, is_running=True)


async def balance(actor: Actor, vehicle_id: int) -> BalanceOut:
    """Balance and agreement of one of the actor's cars. Raises NotFound."""
    car = await vehicles.own(actor, vehicle_id)
    return await shown(actor, car.id)


async def shown(actor: Actor, vehicle_id: int) -> BalanceOut:
    found = await running(vehicle_id)
    return BalanceOut(
        vehicle_id=vehicle_id,
        balance=await ledgers.balance(rules.account_of(vehicle_id)),
        agreement=found
        and AgreementOut(
            most_per_stay=found.most_per_stay,
            agreed_at=found.agreed_at,
            is_mine=found.user_id == actor.user_id,
        ),
        terms=rules.TERMS,
        text=rules.TEXT,
    )


async def statement(actor: Actor, vehicle_id: int, query: PageQuery) -> StatementOut:
    """What came into and went out of a car's balance. Raises NotFound."""
    car = await vehicles.own(actor, vehicle_id)
    account = rules.account_of(car.id)
    page = await ledgers.statement(account, query.limit, query.cursor)
    left = await ledgers.balance(account)
    return StatementOut(balance=left, items=page.items, next=page.next)


async def about(user_id: int) -> dict[str, Any]:
    """Everything the room keeps about a person, in plain words for their own export."""
    agreed = await Mandate.filter(user_id=user_id).order_by("id")
    paid = await TopUp.filter(user_id=user_id).order_by("id")
    return {
        "无感出行": [
            {"单次上限（分）": one.most_per_stay, "开通": one.agreed_at, "关闭": one.revoked_at}
            for one in agreed
        ],
        "停车余额充值": [{"金额（分）": one.amount, "时间": one.created_at} for one in paid],
    }
