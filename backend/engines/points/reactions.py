"""What follows from transfers, ends and faults, from people leaving and areas moving."""

from typing import Any

from backend.core.actor import Role
from backend.core.events import on
from backend.engines.points import messages, queries, service
from backend.engines.points.events import PointsExpired, PointsTransferred, ProofFailed
from backend.engines.points.models import PointProof
from backend.foundation.areas import queries as areas
from backend.foundation.areas.events import AreaMoved
from backend.foundation.identity import queries as identity
from backend.foundation.identity.events import UserErased
from backend.foundation.notify import service as notify


@on(PointsTransferred)
async def tell_relative(event: PointsTransferred) -> None:
    if event.to_id is None:
        return
    names = await identity.names([event.from_id])
    name = names[event.from_id].name
    await notify.send(
        messages.GIVEN, to=event.to_id, link=messages.MINE, name=name, amount=event.amount
    )


@on(PointsExpired)
async def tell_owners(event: PointsExpired) -> None:
    for user_id in await queries.owners(event.account):
        await notify.send(messages.ENDED, to=user_id, link=messages.MINE, amount=event.amount)


@on(ProofFailed)
async def cry_out(event: ProofFailed) -> None:
    """Whoever looks after a county is told at once."""
    proof = await PointProof.get(id=event.proof_id)
    said: dict[str, Any] = {"day": proof.day, "count": len(proof.faults), "first": proof.faults[0]}
    told: set[int] = set()
    for path in await areas.counties():
        found = await identity.people_at(path, [Role.COUNTY_OFFICE, Role.ADMINISTRATOR])
        told |= {one.user_id for one in found}
    for user_id in sorted(told):
        await notify.send(messages.FAULT, to=user_id, **said)


@on(UserErased)
async def forget(event: UserErased) -> None:
    await service.forget(event.user_id)


@on(AreaMoved)
async def follow_area(event: AreaMoved) -> None:
    await service.follow_area(event.from_path, event.to_path)
