"""Reading wishes: by circle for neighbours, wholly for the writer, the claimer, the community."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from backend.core import crypto, paging
from backend.core.actor import Actor
from backend.core.database import below, rows
from backend.core.errors import NotFound
from backend.core.schemas import Page, PageQuery
from backend.core.states import moves_open_to
from backend.engines.wishes import rules
from backend.engines.wishes.models import Wish, WishClaim, phone_indexes
from backend.engines.wishes.permissions import COMMUNITY, P
from backend.engines.wishes.rules import Circle, Handover
from backend.engines.wishes.schemas import (
    ClaimOut,
    Figures,
    FiguresQuery,
    PersonOut,
    ReviewQuery,
    Say,
    Shares,
    WallQuery,
    WishDetail,
    WishOut,
)
from backend.engines.wishes.states import CLAIM_MOVES, LIVE, MOVES, SHOWN, ClaimStatus, WishStatus
from backend.foundation.areas import queries as areas
from backend.foundation.files import queries as files
from backend.foundation.holdings import queries as holdings
from backend.foundation.identity import queries as identity
from backend.foundation.residents import queries as residents

__all__ = [
    "CLAIM_MOVES",
    "COMMUNITY",
    "MOVES",
    "ClaimOut",
    "ClaimStatus",
    "Handover",
    "P",
    "PersonOut",
    "Say",
    "Shares",
    "Wish",
    "WishClaim",
    "rules",
]

HIDDEN = "（内容正在审核）"
_TAKEN = (
    "SELECT COUNT(*) AS n FROM wishes_claim c JOIN wishes_wish w ON w.id = c.wish_id "
    "WHERE w.area_path >= ? AND w.area_path < ? AND c.status <> 'released'"
)
_COUNTS = (
    "SELECT status, COUNT(*) AS n FROM wishes_wish "
    "WHERE area_path >= ? AND area_path < ? GROUP BY status"
)


@dataclass(frozen=True)
class Kin:
    """Who cannot claim from whom: who lives together is one party."""

    users: frozenset[int] = frozenset()
    phones: frozenset[str] = frozenset()

    def includes(self, wish: Wish) -> bool:
        return wish.publisher_id in self.users or wish.phone_index in self.phones


async def kin_of(actor: Actor) -> Kin:
    phone = await identity.phone_of(actor.user_id)
    users = await holdings.housemates(actor.user_id)
    return Kin(frozenset(users), frozenset(phone_indexes(phone) if phone else ()))


async def circles_of(actor: Actor, prefix: str = "") -> Q:
    """What of the wishes of neighbours the actor sees: those open to where they live; to who
    lives nowhere, those open to the whole city. `prefix` for what belongs to wishes."""
    homes = await residents.dwellings_of(actor.user_id)
    seen: dict[str, Any] = {"circle": Circle.CITY}
    if homes:
        seen = {"open_path__in": sorted({part for one in homes for part in _along(one.area_path)})}
    seen |= {"status__in": list(SHOWN)}
    return Q(**{f"{prefix}{name}": value for name, value in seen.items()})


def _along(path: str) -> list[str]:
    parts = [part for part in path.split("/") if part]
    return [f"/{'/'.join(parts[: depth + 1])}/" for depth in range(len(parts))]


def _reviewed(actor: Actor) -> Q:
    scope = Q(id__lt=0)
    for path in actor.paths(P.REVIEW):
        first, end = below(path)
        scope |= Q(area_path__gte=first, area_path__lt=end)
    return scope


async def visible_to(actor: Actor) -> QuerySet[Wish]:
    """One's own wishes, those one claims, those open to where one lives, those of one's post."""
    if actor.is_system:
        return Wish.all()
    own = Q(publisher_id=actor.user_id) | Q(claims__claimer_id=actor.user_id)
    return Wish.filter(own | await circles_of(actor) | _reviewed(actor)).distinct()


async def get(actor: Actor, wish_id: int) -> Wish:
    """The wish. Raises NotFound."""
    found = await (await visible_to(actor)).filter(id=wish_id).first()
    if found is None:
        raise NotFound("没有这个微心愿")
    found.is_kin = (await kin_of(actor)).includes(found)
    return found


async def claim_of(claim_id: int) -> WishClaim:
    """A claim, with its wish, for what the house does about it."""
    return await WishClaim.get(id=claim_id).select_related("wish")


async def wish_of(wish_id: int) -> Wish:
    return await Wish.get(id=wish_id)


# -- lists ---------------------------------------------------------------------------------------


async def _page(chosen: QuerySet[Wish], actor: Actor, query: PageQuery) -> Page[WishOut]:
    if query.cursor:
        chosen = chosen.filter(id__lt=paging.decode(query.cursor, int)[0])
    found = await chosen.order_by("-id").limit(query.limit + 1)
    items, after = paging.cut(found, query.limit, lambda one: (one.id,))
    return Page(items=await shown(actor, items), next=after)


async def wall(actor: Actor, query: WallQuery) -> Page[WishOut]:
    """Wishes of neighbours near enough, latest first."""
    chosen = Wish.filter(await circles_of(actor), status=query.status, is_hidden=False)
    if query.category is not None:
        chosen = chosen.filter(category=query.category)
    if query.circle is not None:
        chosen = chosen.filter(circle=query.circle)
    return await _page(chosen, actor, query)


async def mine(actor: Actor, query: PageQuery) -> Page[WishOut]:
    """What one wrote oneself, latest first."""
    return await _page(Wish.filter(publisher_id=actor.user_id), actor, query)


async def reviews(actor: Actor, query: ReviewQuery) -> Page[WishOut]:
    """Wishes at the actor's places, by where they stand."""
    return await _page(Wish.filter(_reviewed(actor), status=query.status), actor, query)


async def figures(query: FiguresQuery) -> Figures:
    """How many there are at and below an area. Raises NotFound."""
    ends = below(await areas.path_of(query.area_id))
    counts = {row["status"]: int(row["n"]) for row in await rows(_COUNTS, *ends)}
    taken = int((await rows(_TAKEN, *ends))[0]["n"])
    return Figures(
        open=counts.get(WishStatus.OPEN, 0),
        claimed=taken,
        confirmed=counts.get(WishStatus.CONFIRMED, 0),
    )


# -- one -----------------------------------------------------------------------------------------


async def detail(actor: Actor, wish_id: int) -> WishDetail:
    """One wish. Raises NotFound."""
    return await detailed(actor, await get(actor, wish_id))


async def detailed(actor: Actor, one: Wish) -> WishDetail:
    (base,) = await shown(actor, [one])
    is_whole = one.may(actor, P.PUBLISH) or actor.may(P.REVIEW, one.area_path)
    chosen = WishClaim.filter(wish_id=one.id)
    if not is_whole:
        chosen = chosen.filter(claimer_id=actor.user_id)
    claims = await chosen.order_by("-id").select_related("wish")
    return WishDetail(
        **dict(base),
        claims=await claims_shown(actor, claims),
        person=_masked(one) if is_whole else None,
    )


def _masked(one: Wish) -> PersonOut:
    name, phone, place = one.opened()
    return PersonOut(name=crypto.mask_name(name), phone=crypto.mask_phone(phone), place=place)


async def shown(actor: Actor, found: Sequence[Wish]) -> list[WishOut]:
    """Wishes as the actor may read them, with five statements for all of them."""
    links = await files.links(part for one in found for part in one.file_ids)
    places = await areas.full_names(_compound(one.area_path) for one in found)
    kin = await kin_of(actor) if found else Kin()
    made = []
    for one in found:
        one.is_kin = kin.includes(one)
        photos = [links[part] for part in one.file_ids if part in links]
        made.append(_shown(actor, one, places[_compound(one.area_path)], photos))
    return made


def _compound(path: str) -> str:
    """As much of the place as neighbours read: the fourth level, never the building."""
    return _along(path)[:4][-1] if path.strip("/") else path


def _shown(actor: Actor, one: Wish, place: str, photos: list[files.FileLink]) -> WishOut:
    is_kept_back = one.is_hidden and not (
        one.may(actor, P.PUBLISH) or actor.may(P.REVIEW, one.area_path)
    )
    return WishOut(
        **{name: getattr(one, name) for name in _PLAIN.split()},
        whose_name=one.whose.label,
        place=place,
        category_name=one.category.label,
        title=HIDDEN if is_kept_back else one.title,
        text=HIDDEN if is_kept_back else one.text,
        photos=[] if is_kept_back else photos,
        handover_name=one.handover.label,
        is_mine=one.may(actor, P.PUBLISH),
        circle_name=one.circle.label if one.circle else "",
        next_circle=_next(one),
        status_name=one.status.label,
        moves=moves_open_to(MOVES, one, actor),
    )


_PLAIN = (
    "id whose category is_hidden handover is_for_other needed taken unit share_value "
    "circle widens_at status reason until submitted_at opened_at version"
)


def _next(one: Wish) -> str:
    if one.circle is None or one.widens_at is None:
        return ""
    wider = list(Circle)
    return wider[min(wider.index(one.circle) + 1, len(wider) - 1)].label


async def claims_shown(actor: Actor, found: Sequence[WishClaim]) -> list[ClaimOut]:
    """Claims with their wishes beside them."""
    links = await files.links(part for one in found for part in one.file_ids)
    names = await identity.names(one.claimer_id for one in found if one.claimer_id)
    return [_claim(actor, one, links, names) for one in found]


def _claim(
    actor: Actor, one: WishClaim, links: dict[int, files.FileLink], names: dict[int, identity.Name]
) -> ClaimOut:
    known = names.get(one.claimer_id or 0)
    is_kept_back = one.is_hidden and not (
        one.may(actor, P.CLAIM) or actor.may(P.REVIEW, one.wish.area_path)
    )
    return ClaimOut(
        **{name: getattr(one, name) for name in _CLAIMED.split()},
        title=one.wish.title,
        category_name=one.wish.category.label,
        handover=one.wish.handover,
        handover_name=one.wish.handover.label,
        claimer=crypto.mask_name(known.name) if known else "已注销用户",
        is_mine=one.claimer_id == actor.user_id,
        unit=one.wish.unit,
        note=HIDDEN if is_kept_back else one.note,
        status_name=one.status.label,
        photos=[links[part] for part in one.file_ids if part in links],
        progress_left=max(rules.MOST_PROGRESS - one.progress, 0),
        moves=moves_open_to(CLAIM_MOVES, one, actor),
    )


_CLAIMED = (
    "id wish_id shares shows_name status reason claimed_at due_at fulfilled_at confirmed_at version"
)


# -- for the house -------------------------------------------------------------------------------


async def claimers(wish_id: int) -> list[int]:
    """Whose claims of a wish are live."""
    found = await WishClaim.filter(wish_id=wish_id, status__in=list(LIVE))
    return [int(one.claimer_id) for one in found if one.claimer_id]


async def about(user_id: int) -> dict[str, Any]:
    """Every wish that a person wrote, in plain words for their own export."""
    wished = await Wish.filter(publisher_id=user_id).order_by("id")
    return {
        "微心愿": [
            {
                "心愿": one.title,
                "说明": one.text,
                "心愿人": _person(one),
                "状态": one.status.label,
                "时间": one.submitted_at,
            }
            for one in wished
        ],
    }


def _person(one: Wish) -> dict[str, str]:
    """Oneself in plain, somebody else masked."""
    name, phone, place = one.opened()
    if one.is_for_other:
        name, phone = crypto.mask_name(name), crypto.mask_phone(phone)
    return {"姓名": name, "电话": phone, "地址": place}
