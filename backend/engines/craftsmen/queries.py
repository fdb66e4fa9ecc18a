"""Reading craftsmen, and finding who suits a need."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from backend.core import clock, paging
from backend.core.actor import Actor
from backend.core.database import below
from backend.core.errors import Invalid, NotFound
from backend.core.schemas import Page
from backend.core.states import moves_open_to
from backend.engines.craftsmen import rules
from backend.engines.craftsmen.models import (
    CraftCall,
    CraftSkill,
    Craftsman,
    Engagement,
    sealed_where,
)
from backend.engines.craftsmen.permissions import COMMUNITY, P
from backend.engines.craftsmen.rules import Offer, Part, Skill
from backend.engines.craftsmen.schemas import (
    CraftsmanOut,
    Need,
    OfferOut,
    Reason,
    ReviewQuery,
    SkillOut,
)
from backend.engines.craftsmen.states import CALL_MOVES, MOVES, CallStatus, CraftsmanStatus
from backend.foundation.areas import queries as areas
from backend.foundation.files import queries as files
from backend.foundation.holdings import queries as holdings
from backend.foundation.residents import queries as residents

__all__ = [
    "CALL_MOVES",
    "COMMUNITY",
    "CallStatus",
    "CraftCall",
    "Craftsman",
    "CraftsmanStatus",
    "Need",
    "P",
    "Reason",
    "Skill",
    "rules",
    "sealed_where",
]


def _reviewed(actor: Actor) -> Q:
    scope = Q(id__lt=0)
    for path in actor.paths(P.REVIEW):
        first, end = below(path)
        scope |= Q(area_path__gte=first, area_path__lt=end)
    return scope


async def visible_to(actor: Actor) -> QuerySet[Craftsman]:
    """One's own registration, those of one's post, and who serves where one lives."""
    if actor.is_system:
        return Craftsman.all()
    homes = await residents.dwellings_of(actor.user_id)
    near = sorted({part for home in homes for part in along(home.area_path)})
    serving = Q(status=CraftsmanStatus.ACTIVE, serves_path__in=near or ["-"])
    return Craftsman.filter(Q(user_id=actor.user_id) | serving | _reviewed(actor))


def along(path: str) -> list[str]:
    """The paths of a place, outermost first."""
    parts = [part for part in path.split("/") if part]
    return [f"/{'/'.join(parts[: depth + 1])}/" for depth in range(len(parts))]


async def get(actor: Actor, craftsman_id: int) -> Craftsman:
    """The craftsman. Raises NotFound."""
    found = await (await visible_to(actor)).filter(id=craftsman_id).first()
    if found is None:
        raise NotFound("没有这位师傅")
    return found


async def mine(actor: Actor) -> CraftsmanOut:
    """One's own registration. Raises NotFound."""
    found = await Craftsman.get_or_none(user_id=actor.user_id)
    if found is None:
        raise NotFound("您还没有登记")
    return (await shown(actor, [found]))[0]


async def detail(actor: Actor, craftsman_id: int) -> CraftsmanOut:
    return (await shown(actor, [await get(actor, craftsman_id)]))[0]


async def reviews(actor: Actor, query: ReviewQuery) -> Page[CraftsmanOut]:
    """Registrations at the actor's places, by where they stand."""
    chosen = Craftsman.filter(_reviewed(actor), status=query.status)
    if query.cursor:
        chosen = chosen.filter(id__lt=paging.decode(query.cursor, int)[0])
    found = await chosen.order_by("-id").limit(query.limit + 1)
    items, after = paging.cut(found, query.limit, lambda one: (one.id,))
    return Page(items=await shown(actor, items), next=after)


async def of_user(user_id: int) -> Craftsman | None:
    return await Craftsman.get_or_none(user_id=user_id)


async def craftsman_of(craftsman_id: int) -> Craftsman:
    return await Craftsman.get(id=craftsman_id)


async def can_do(one: Craftsman, skill: Skill, day: date) -> bool:
    """Whether a craftsman offers a skill, with whatever paper it wants good on the day."""
    good = Q(expires_on=None) | Q(expires_on__gte=day)
    return await CraftSkill.filter(good, craftsman_id=one.id, skill=skill).exists()


async def shown(actor: Actor, found: Sequence[Craftsman]) -> list[CraftsmanOut]:
    """Craftsmen as the actor may read them, with three statements for all of them."""
    skills: defaultdict[int, list[CraftSkill]] = defaultdict(list)
    for skill in await CraftSkill.filter(craftsman_id__in=[one.id for one in found]).order_by("id"):
        skills[skill.craftsman_id].append(skill)
    links = await files.links(
        one.file_id for held in skills.values() for one in held if one.file_id
    )
    places = await areas.full_names(along(one.area_path)[:4][-1] for one in found)
    return [
        _shown(actor, one, skills[one.id], links, places[along(one.area_path)[:4][-1]])
        for one in found
    ]


def _shown(
    actor: Actor,
    one: Craftsman,
    skills: list[CraftSkill],
    links: dict[int, files.FileLink],
    place: str,
) -> CraftsmanOut:
    is_inside = one.may(actor, P.OWN) or actor.may(P.REVIEW, one.area_path)
    return CraftsmanOut(
        id=one.id,
        called=one.called,
        text="" if one.is_hidden and not is_inside else one.text,
        place=place,
        reach=one.reach,
        reach_name=one.reach.label,
        week=[[Part(part) for part in day] for day in one.week],
        skills=[_skill(skill, links, is_inside=is_inside) for skill in skills],
        stars=_stars(one.stars_sum, one.stars_count),
        stars_count=one.stars_count,
        done=one.done,
        status=one.status,
        status_name=one.status.label,
        reason=one.reason,
        is_mine=one.may(actor, P.OWN),
        submitted_at=one.submitted_at,
        moves=moves_open_to(MOVES, one, actor),
        version=one.version,
    )


def _stars(total: int, count: int) -> float | None:
    return round(total / count, 1) if count else None


def _skill(one: CraftSkill, links: dict[int, files.FileLink], *, is_inside: bool) -> SkillOut:
    return SkillOut(
        skill=one.skill,
        name=one.skill.label,
        price=one.price,
        paper=rules.LICENCES.get(one.skill, ""),
        expires_on=one.expires_on,
        is_good=one.expires_on is None or one.expires_on >= clock.today(),
        number=one.plain_number() if is_inside else "",
        photo=links.get(one.file_id or 0) if is_inside else None,
    )


# -- who suits -----------------------------------------------------------------------------------


async def home_of(actor: Actor) -> residents.Home:
    """Where the actor lives. Raises Invalid for who lives nowhere."""
    homes = await residents.dwellings_of(actor.user_id)
    if not homes:
        raise Invalid(fields={"place": "请先绑定住房并等社区确认"})
    return homes[0]


def check_day(day: date) -> None:
    """Raise Invalid for a day that is over or too far off."""
    ahead = (day - clock.today()).days
    if not 0 <= ahead <= rules.MOST_DAYS:
        raise Invalid(fields={"day": f"请选择今天起 {rules.MOST_DAYS} 天内的日期"})


async def offers(actor: Actor, need: Need) -> Page[OfferOut]:
    """Who could come to where the actor lives, best first, and why. Raises Invalid."""
    check_day(need.day)
    home = await home_of(actor)
    ranked = await suiting(actor.user_id, home.area_path, need)
    known = {one.id: one for one in await Craftsman.filter(id__in=[o.craftsman_id for o in ranked])}
    items = [
        OfferOut(
            craftsman_id=one.craftsman_id,
            called=known[one.craftsman_id].called,
            text="" if known[one.craftsman_id].is_hidden else known[one.craftsman_id].text,
            price=one.price,
            stars=_stars(one.stars_sum, one.stars_count),
            stars_count=one.stars_count,
            why=rules.reasons(one, need.skill, need.day, need.part),
        )
        for one in ranked[: rules.MOST_ASKED]
    ]
    return Page(items=items)


async def suiting(
    user_id: int, area_path: str, need: Need, besides: Collection[int] = ()
) -> list[Offer]:
    """Whoever could come, best first, but for those of one's own home and `besides`."""
    held = CraftSkill.filter(
        Q(expires_on=None) | Q(expires_on__gte=need.day),
        skill=need.skill,
        craftsman__status=CraftsmanStatus.ACTIVE,
        craftsman__serves_path__in=along(area_path),
    )
    found = await held.select_related("craftsman")
    kin = await holdings.housemates(user_id)
    taken = Engagement.filter(day=need.day, part=need.part)
    busy = {one.craftsman_id for one in await taken.only("craftsman_id", "id")}
    levels = {one["path"]: one for one in await areas.along(area_path)}
    return rules.ranked(
        [
            _offer(one, levels)
            for one in found
            if one.craftsman_id not in busy
            and one.craftsman_id not in besides
            and one.craftsman.user_id not in kin
            and need.part in one.craftsman.week[need.day.weekday()]
        ]
    )


def _offer(one: CraftSkill, levels: dict[str, dict[str, Any]]) -> Offer:
    who = one.craftsman
    theirs = [path for path in along(who.area_path) if path in levels]
    shared = levels[theirs[-1]] if theirs else {"level": "", "name": ""}
    return Offer(
        craftsman_id=who.id,
        shared=shared["level"],
        shared_name=shared["name"],
        stars_sum=who.stars_sum,
        stars_count=who.stars_count,
        done=who.done,
        price=one.price,
        licensed_until=one.expires_on,
    )


async def ending(day: date, limit: int) -> list[CraftSkill]:
    """Papers that run out by the day and were not reminded of."""
    found = CraftSkill.filter(
        Q(reminded_for=None), expires_on__lte=day, craftsman__user_id__isnull=False
    )
    return await found.order_by("expires_on").limit(limit).select_related("craftsman")


async def about(user_id: int) -> dict[str, Any]:
    """Everything the room keeps about a person, in plain words for their own export."""
    one = await Craftsman.get_or_none(user_id=user_id)
    called = await CraftCall.filter(caller_id=user_id).order_by("id")
    said: dict[str, Any] = {
        "请师傅": [
            {
                "手艺": each.skill.label,
                "说明": each.text,
                "地址和电话": each.opened(),
                "日期": each.day,
                "状态": each.status.label,
                "评价": each.stars and f"{each.stars} 星 {each.rating}",
            }
            for each in called
        ]
    }
    if one is not None:
        skills = await CraftSkill.filter(craftsman_id=one.id)
        said["能工巧匠登记"] = {
            "称呼": one.called,
            "介绍": one.text,
            "状态": one.status.label,
            "手艺": [(each.skill.label, each.price, each.plain_number()) for each in skills],
        }
    return said
