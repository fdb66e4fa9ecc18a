"""Rewarding what residents did by the rules of the place, and changing the rules."""

from fractions import Fraction
from typing import Any

from tortoise.exceptions import IntegrityError

from backend.core import clock
from backend.core.actor import Actor
from backend.core.database import is_duplicate, move_paths, transaction
from backend.core.errors import NotFound, StaleVersion
from backend.engines.awards import service as awards
from backend.engines.hours import queries as hours
from backend.foundation.audit import service as audit
from backend.oversight.rewards import queries, rules
from backend.oversight.rewards.models import RewardChange, RewardRule
from backend.oversight.rewards.permissions import P
from backend.oversight.rewards.rules import KINDS
from backend.oversight.rewards.schemas import RewardOut, RuleBody


async def reward(
    code: str,
    user_id: int | None,
    path: str,
    *,
    key: str,
    count: Fraction = Fraction(1),
    partner_id: int | None = None,
) -> None:
    """Award what the rules of the place give for `count` of a kind, once for a key.

    Nothing for nobody, for who is no resident, and for staff of the place.
    """
    terms = queries.terms_of(await queries.rule_at(path, code), code)
    amount = rules.points_for(terms, count)
    if not user_id or not amount or not await queries.can_earn(user_id, path):
        return
    deed = awards.Deed(
        user_id,
        amount,
        KINDS[code].title,
        code,
        path,
        partner_id,
        daily=terms.daily,
        monthly=terms.monthly,
    )
    await awards.award(deed, key=key)


async def reward_hours(hour_id: int) -> None:
    """Reward the minutes of a service as they stand, and take back what was given for others.

    The events that ask for it are no more than a reason to look: they may come in any order.
    """
    hour = await hours.held(hour_id)
    keys = [f"hour:{hour_id}", *(f"hour:{hour_id}:{n}" for n in range(1, hour.changes + 1))]
    for former in keys[:-1]:
        await undo(former, "服务时长已更正")
    count = Fraction(hour.minutes, 60)
    await reward("hours_confirmed", hour.user_id, hour.area_path, key=keys[-1], count=count)


async def undo(key: str, grounds: str) -> None:
    """What was rewarded under this key was no deed after all."""
    await awards.undo(key, grounds)


async def set_rule(actor: Actor, area_id: int, code: str, body: RuleBody) -> RewardOut:
    """Set an area's own rule; what was awarded stays. Raises NotFound, StaleVersion."""
    path = await queries.overseen(actor, area_id)
    if not actor.may(P.SET, path):
        raise NotFound("没有这个区域")
    queries.kind(code)
    seen = await queries.shown(path, code)
    before = vars(queries.terms_of(await queries.rule_at(path, code), code))
    after = body.model_dump(include=set(before))
    if body.version != seen.version or not await _written(area_id, path, code, seen, after):
        raise StaleVersion(version=seen.version)
    await RewardChange.create(
        area_id=area_id,
        area_path=path,
        kind=code,
        before=before,
        after=after,
        grounds=body.grounds,
        changed_by=actor.user_id,
        at=clock.now(),
    )
    facts = {"kind": code, "before": before, "after": after, "grounds": body.grounds}
    await audit.record(actor, "rewards.rule_set", f"area:{area_id}", path, **facts)
    return await queries.shown(path, code)


async def _written(
    area_id: int, path: str, code: str, seen: RewardOut, after: dict[str, Any]
) -> bool:
    """Whether the rule was still as it was seen."""
    if seen.is_own:
        own = RewardRule.filter(area_id=area_id, kind=code, version=seen.version)
        return bool(await own.update(**after, version=seen.version + 1))
    try:
        async with transaction():
            await RewardRule.create(area_id=area_id, area_path=path, kind=code, **after)
    except IntegrityError as error:
        if not is_duplicate(error):
            raise
        return False
    return True


async def follow_area(from_path: str, to_path: str) -> None:
    await move_paths("rewards_rule", from_path, to_path)
    await move_paths("rewards_change", from_path, to_path)
