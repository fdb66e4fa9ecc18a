"""Choosing what a community shows."""

from backend.core import clock
from backend.core.actor import Actor
from backend.core.errors import Invalid, NotFound
from backend.features.home.models import CommunityService
from backend.features.home.permissions import P
from backend.features.home.rules import SERVICES
from backend.features.home.schemas import ChooseBody
from backend.foundation.areas import queries as areas
from backend.foundation.audit import service as audit


async def choose(actor: Actor, body: ChooseBody) -> int:
    """Replace the services of the community the area lies in; answers with the community's id.

    Raises NotFound for an area that is not the actor's, Invalid for a service there is not.
    """
    path = await areas.path_of(body.area_id)
    community = next((one for one in await areas.along(path) if one["level"] == "community"), None)
    if community is None or not actor.may(P.CHOOSE, community["path"]):
        raise NotFound("没有这个社区")
    keys = list(dict.fromkeys(body.keys))
    if unknown := [key for key in keys if key not in SERVICES]:
        raise Invalid(fields={"keys": f"没有这项服务：{unknown[0]}"})
    await CommunityService.filter(community_id=community["id"]).delete()
    now = clock.now()
    await CommunityService.bulk_create(
        CommunityService(
            community_id=community["id"],
            key=key,
            sort=sort,
            chosen_by=actor.user_id,
            chosen_at=now,
        )
        for sort, key in enumerate(keys)
    )
    subject = f"community:{community['id']}"
    await audit.record(actor, "home.chosen", subject, community["path"], services=keys)
    return int(community["id"])
