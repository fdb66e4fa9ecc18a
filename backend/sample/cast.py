"""Who can be played in the demo: everybody in it has an openid that stays, `demo-resident-1`."""

from typing import Any

from backend.core.actor import Role
from backend.core.database import marks, rows
from backend.core.errors import NotFound
from backend.foundation.areas import queries as areas
from backend.foundation.areas.models import Area, Level
from backend.foundation.identity import queries as identity
from backend.foundation.identity import service as sessions
from backend.foundation.identity.schemas import SignedIn
from backend.sample.city import City
from backend.sample.people import People, Worker
from backend.sample.schemas import (
    SIDES,
    DemoLogin,
    Info,
    PeopleQuery,
    PhoneSide,
    SampleCode,
    SampleCodes,
    SamplePeople,
    SamplePerson,
    Side,
)
from backend.settings import settings

_ROLES: dict[Side, tuple[Role, ...]] = {
    "worker": (
        Role.SOCIAL_WORKER,
        Role.GRID_OFFICER,
        Role.WELFARE_POST,
        Role.BUILDING_HEAD,
        Role.DEPARTMENT_HANDLER,
    ),
    "property": (Role.PROPERTY_MANAGER, Role.PROPERTY_STAFF),
    "dispatcher": (Role.STREET_DISPATCHER, Role.SECRETARY, Role.COUNTY_OFFICE),
    "cashier": (Role.CASHIER,),
    "finance": (Role.ACCOUNTANT,),
}
_PHONES: dict[Side, PhoneSide] = {
    "resident": "resident",
    "worker": "worker",
    "dispatcher": "worker",
    "property": "property",
    "cashier": "property",
    "finance": "property",
    "merchant": "property",
}
"""On which phone of the frame a side is played."""
_IN_FRONT = 2
"""So many of each role stand in the front row."""


def openid(side: str, number: int) -> str:
    return f"demo-{side}-{number}"


def name_phones(city: City, crowd: People) -> None:
    """Give everybody an openid, numbered so that the first of each side can play together: they
    live in, or work for, the first compound."""
    compound = city.at(Level.COMPOUND)[0]
    stage: dict[str, list[int]] = {
        "resident": [one.user_id for one in crowd.neighbours],
        "merchant": crowd.merchants,
    }
    for side, roles in _ROLES.items():
        stage[side] = [one.user_id for one in _ranked(crowd, roles, compound)]
    playing = {user_id for ids in stage.values() for user_id in ids}
    stage["newcomer"] = [
        one.id for one in crowd.users if one.id not in playing and one.real_name is None
    ]
    for side_, ids in stage.items():
        for number, user_id in enumerate(ids, start=1):
            crowd.users[user_id - 1].openid = openid(side_, number)


def _ranked(crowd: People, roles: tuple[Role, ...], compound: Area) -> list[Worker]:
    """Two of each role who work for the compound, then all the others."""
    path, front = compound.path or "", []
    for role in roles:
        own = [one for one in crowd.of(role) if _works_at(one, path)]
        # Those with one post first: what they see is easier to follow.
        front += sorted(own, key=lambda one: len(one.posts) > 1 and role is Role.SOCIAL_WORKER)[
            :_IN_FRONT
        ]
    known = {one.user_id for one in front}
    rest = [one for role in roles for one in crowd.of(role) if one.user_id not in known]
    return front + rest


def _works_at(worker: Worker, path: str) -> bool:
    return any(post.covers(path) or post.area_path.startswith(path) for post in worker.posts)


# -- as the phones ask for it ------------------------------------------------------------------
_ACCOUNTS = "SELECT id, openid FROM identity_user WHERE openid IN ({}) AND erased_at IS NULL"
_POSTS = (
    "SELECT p.user_id, p.role, a.path FROM identity_post p JOIN areas_area a ON a.id = p.area_id "
    "WHERE p.user_id IN ({}) ORDER BY p.id DESC"
)
_HOMES = (
    "SELECT r.user_id, b.dwelling_id FROM residents_resident r "
    "JOIN residents_binding b ON b.resident_id = r.id "
    "WHERE b.status = 'confirmed' AND r.user_id IN ({}) ORDER BY b.id DESC"
)
_SHOPS = (
    "SELECT p.user_id, s.name FROM shops_staff p JOIN shops_shop s ON s.id = p.shop_id "
    "WHERE p.user_id IN ({}) ORDER BY s.id DESC"
)
_CODES = (
    "SELECT c.token, c.label, c.kind FROM codes_code c JOIN areas_area a ON a.id = c.area_id "
    "WHERE c.retired_at IS NULL AND (c.kind = 'community' OR (a.path >= ? AND a.path < ?)) "
    "ORDER BY CASE WHEN a.id = ? THEN 0 WHEN c.kind = 'community' THEN 2 ELSE 1 END, c.id LIMIT 40"
)


def _demand_demo() -> None:
    """Raises NotFound anywhere but in the demo."""
    if not settings().is_demo:
        raise NotFound


async def info() -> Info:
    _demand_demo()
    return Info(wechat_mock_url=settings().wechat_url, environment=settings().environment)


async def people(query: PeopleQuery) -> SamplePeople:
    """The people of a side, or some of every side, the front row first."""
    _demand_demo()
    sides = (query.side,) if query.side else SIDES
    found = [person for side in sides for person in await _of_side(side, query.limit)]
    return SamplePeople(found)


async def _of_side(side: Side, limit: int) -> list[SamplePerson]:
    wanted = [openid(side, number) for number in range(1, limit + 1)]
    ids = {
        row["openid"]: int(row["id"])
        for row in await rows(_ACCOUNTS.format(marks(wanted)), *wanted)
    }
    places = await _places(side, list(ids.values()))
    called = await identity.names(ids.values())
    return [
        SamplePerson(
            user_id=ids[one],
            openid=one,
            name=called[ids[one]].name,
            role_name="商户" if side == "merchant" else called[ids[one]].role,
            area_name=places.get(ids[one], ""),
            phone_side=_PHONES[side],
        )
        for one in wanted
        if one in ids
    ]


async def _places(side: Side, ids: list[int]) -> dict[int, str]:
    """Where each lives or works, by user."""
    if not ids:
        return {}
    if side == "merchant":
        shops = await rows(_SHOPS.format(marks(ids)), *ids)
        return {row["user_id"]: row["name"] for row in shops}
    if side == "resident":
        homes = await rows(_HOMES.format(marks(ids)), *ids)
        places = await areas.places(int(row["dwelling_id"]) for row in homes)
        return {row["user_id"]: places[row["dwelling_id"]] for row in homes}
    posts = await rows(_POSTS.format(marks(ids)), *ids)
    names = await areas.full_names(row["path"] for row in posts)
    return {row["user_id"]: names[row["path"]] for row in posts}


async def codes() -> SampleCodes:
    """The first resident's community, codes of their compound, the other communities."""
    compound = await first_compound()
    community = areas.ids_of(compound)[-2] if compound else 0
    found = await rows(_CODES, compound, compound[:-1] + "0", community)
    return SampleCodes(
        [SampleCode(label=row["label"], scene=row["token"], kind=row["kind"]) for row in found]
    )


async def first_compound() -> str:
    """The path of the compound that the first resident lives in; empty before the city is.

    Raises NotFound outside the demo.
    """
    _demand_demo()
    found: list[dict[str, Any]] = await rows(
        "SELECT path FROM areas_area WHERE level = ? ORDER BY id LIMIT 1", Level.COMPOUND.value
    )
    return str(found[0]["path"]) if found else ""


async def log_in(body: DemoLogin) -> SignedIn:
    """Log in as anybody. Raises NotFound outside the demo and for nobody."""
    _demand_demo()
    return await sessions.open_session(body.user_id, "演示")
