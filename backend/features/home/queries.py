"""The first page: few constant statements, plain dicts."""

from typing import Any

from backend.core.actor import Actor, Role
from backend.core.database import rows
from backend.core.errors import Invalid, NotFound
from backend.engines.boards import queries as boards
from backend.features.home.rules import BY_DEFAULT, SERVICES, Service
from backend.features.home.schemas import HomeQuery
from backend.foundation.areas import queries as areas
from backend.foundation.identity import queries as identity
from backend.foundation.residents import queries as residents

_CHOSEN = "SELECT `key` FROM home_service WHERE community_id = ? ORDER BY sort, id"


async def home(actor: Actor, query: HomeQuery) -> dict[str, Any]:
    """Shape: schemas.Home. Raises NotFound for an unknown area or one above communities, Invalid
    when neither an area is named nor a dwelling known."""
    path = await _path(actor, query.area_id)
    above = {row["level"]: row for row in await areas.along(path)}
    community = above.get("community")
    if community is None:
        raise NotFound("请选择社区")
    compound = above.get("compound")
    return {
        "community": _named(community),
        "compound": _named(compound) if compound else None,
        "secretary": await _secretary(community),
        "services": [vars(one) for one in await services(community["id"])],
        "mine": await boards.my_open(actor),
        "activity": await boards.lately(community["id"]),
    }


async def _path(actor: Actor, area_id: int | None) -> str:
    if area_id is not None:
        return await areas.path_of(area_id)
    homes = await residents.dwellings_of(actor.user_id)
    if not homes:
        raise Invalid(fields={"area_id": "请扫社区码，或选择社区"})
    return homes[0].area_path


def _named(area: dict[str, Any]) -> dict[str, Any]:
    return {"id": area["id"], "name": area["name"]}


async def _secretary(community: dict[str, Any]) -> dict[str, Any] | None:
    """The community's own one, with the office's number."""
    people = await identity.people_at(community["path"], [Role.SECRETARY])
    own = next((one for one in people if one.area_id == community["id"]), None)
    return own and {"name": own.name, "phone": community["contact"].get("phone")}


async def services(community_id: int) -> list[Service]:
    """The tiles a community shows, in its order."""
    chosen = [row["key"] for row in await rows(_CHOSEN, community_id)] or BY_DEFAULT
    return [SERVICES[key] for key in chosen if key in SERVICES]
