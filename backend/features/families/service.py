"""Giving back what a household shared."""

from backend.engines.points import queries as bank
from backend.engines.points import service as points
from backend.features.families import messages, queries, rules
from backend.foundation.notify import service as notify
from backend.foundation.tenures import service as tenures

MEMO = "家庭账户退回"


async def end_empty(dwelling_id: int) -> None:
    """Of every tenure of a dwelling whose household has no member any more: give back what it
    shared. Nothing where somebody is left, and nothing a second time."""
    for tenure in range(await tenures.current(dwelling_id) + 1):
        account = bank.household(dwelling_id, tenure)
        # Whoever still puts something in has ended when this goes on, and sees that it is over.
        if await points.held(account) and not await bank.owners(account):
            await _give_back(account)


async def _give_back(account: str) -> None:
    await points.end_due(account)
    total, key = await points.held(account), f"points:ended:{await queries.last_entry(account)}"
    given = await queries.givers(account)
    if total and not given:
        await points.give_up(account, MEMO, key=key)
    elif total:
        for user_id, amount in sorted(rules.shares(total, given).items()):
            await points.pass_to(account, user_id, amount, MEMO, key=f"{key}:{user_id}")
            said = {"amount": amount}
            await notify.send(messages.RETURNED, to=user_id, link=messages.MINE, **said)
