"""Who is told of awards, what follows from people leaving and areas moving."""

from typing import Any

from backend.core.actor import Role
from backend.core.events import on
from backend.engines.awards import messages, queries, service
from backend.engines.awards.events import AwardGranted, AwardHeld, AwardRuled
from backend.engines.awards.models import Award
from backend.foundation.areas.events import AreaMoved
from backend.foundation.identity import queries as identity
from backend.foundation.identity.events import UserErased
from backend.foundation.notify import service as notify


@on(AwardGranted)
async def tell_earner(event: AwardGranted) -> None:
    await _tell(messages.GRANTED, await Award.get(id=event.award_id))


@on(AwardHeld)
async def ask_for_review(event: AwardHeld) -> None:
    """The secretaries are asked, except for whom it is about; the earner knows that it waits."""
    one = await Award.get(id=event.award_id)
    await _tell(messages.WAITS, one)
    found = await identity.people_at(one.area_path, [Role.SECRETARY])
    link, why = messages.REVIEW.format(one.id), "、".join(queries.reasons(one))
    for user_id in {each.user_id for each in found} - {one.user_id, one.partner_id}:
        said = {"title": one.title, "amount": one.amount, "why": why}
        await notify.send(messages.HELD, to=user_id, link=link, **said)


@on(AwardRuled)
async def tell_ruling(event: AwardRuled) -> None:
    template = messages.RULED.get(event.move)
    if template is not None:
        one = await Award.get(id=event.award_id)
        await _tell(template, one, grounds=one.grounds)


async def _tell(template: messages.Template, one: Award, **values: Any) -> None:
    said = {"title": one.title, "amount": one.amount} | values
    await notify.send(template, to=one.user_id or 0, link=messages.MINE, **said)


@on(UserErased)
async def forget(event: UserErased) -> None:
    await service.forget(event.user_id)


@on(AreaMoved)
async def follow_area(event: AreaMoved) -> None:
    await service.follow_area(event.from_path, event.to_path)
