"""Reading pledges: everybody those that are published, their makers and the staff the rest."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from backend.core import clock, crypto, paging
from backend.core.actor import Actor
from backend.core.database import below, rows
from backend.core.errors import NotFound
from backend.core.schemas import Page
from backend.core.states import moves_open_to
from backend.features.pledges.models import Pledge, PledgeStep, PledgeVoice
from backend.features.pledges.permissions import P
from backend.features.pledges.schemas import (
    PledgeCard,
    PledgeOut,
    PledgesQuery,
    StepOut,
    VoiceOut,
    WallOut,
)
from backend.features.pledges.states import MOVES, PUBLIC, STEP_MOVES, S, T
from backend.foundation.areas import queries as areas
from backend.foundation.departments import queries as departments
from backend.foundation.files import queries as files
from backend.foundation.files.queries import FileLink
from backend.foundation.identity import queries as identity
from backend.foundation.residents import queries as residents

HIDDEN = "（内容审核中，暂不显示）"
MOST_VOICES = 50
_WALL = (
    "SELECT COALESCE(SUM(kind = 'project'), 0) AS projects, COALESCE(SUM(kind = 'promise'), 0) "
    "AS promises, COALESCE(SUM(status = 'kept'), 0) AS kept FROM pledges_pledge "
    "WHERE status IN ('published', 'kept') AND area_path >= ? AND area_path < ?"
)
_STEPS = (
    "SELECT COALESCE(SUM(s.status = 'confirmed'), 0) AS steps_confirmed, "
    "COALESCE(SUM(s.yes + s.no), 0) AS voices FROM pledges_pledge p "
    "JOIN pledges_step s ON s.pledge_id = p.id WHERE p.status IN ('published', 'kept') "
    "AND p.area_path >= ? AND p.area_path < ?"
)


def _at(path: str) -> Q:
    first, end = below(path)
    return Q(area_path__gte=first, area_path__lt=end)


def _run(actor: Actor) -> Q:
    scope = Q(id__lt=0)
    for path in ("/",) if actor.is_system else actor.paths(P.RUN):
        scope |= _at(path)
    return scope


def _own(actor: Actor) -> Q:
    units = [post.unit_id for post in actor.posts if post.unit_id]
    return Q(user_id=actor.user_id) | Q(unit_id__in=units or [0])


def visible_to(actor: Actor) -> QuerySet[Pledge]:
    """Published ones are everybody's to see; others their makers' and the staff's."""
    return Pledge.filter(Q(status__in=list(PUBLIC)) | _own(actor) | _run(actor))


async def get(actor: Actor, pledge_id: int) -> Pledge:
    """Raises NotFound."""
    found = await visible_to(actor).filter(id=pledge_id).first()
    if found is None:
        raise NotFound("没有这个承诺")
    return found


async def step(actor: Actor, step_id: int) -> PledgeStep:
    """A step with its pledge, as the actor may see it. Raises NotFound."""
    found = await PledgeStep.get_or_none(id=step_id)
    if found is None:
        raise NotFound("没有这一步")
    found.pledge = await get(actor, found.pledge_id)
    return found


async def lives_there(actor: Actor, pledge: Pledge) -> bool:
    homes = await residents.dwellings_of(actor.user_id)
    return any(one.area_path.startswith(pledge.area_path) for one in homes)


async def listed(actor: Actor, query: PledgesQuery) -> Page[PledgeCard]:
    """A page of pledges, latest first. Raises NotFound for an unknown area."""
    chosen = visible_to(actor)
    if query.mine:
        chosen = chosen.filter(_own(actor))
    elif query.waiting:
        chosen = chosen.filter(_run(actor), status=S.PROPOSED)
    else:
        chosen = chosen.filter(status__in=list(PUBLIC), is_hidden=False)
    if query.status is not None:
        chosen = chosen.filter(status=query.status)
    if query.kind is not None:
        chosen = chosen.filter(kind=query.kind)
    if query.area_id is not None:
        chosen = chosen.filter(_at(await areas.path_of(query.area_id)))
    if query.cursor:
        chosen = chosen.filter(id__lt=paging.decode(query.cursor, int)[0])
    found = await chosen.order_by("-id").limit(query.limit + 1)
    items, after = paging.cut(found, query.limit, lambda one: (one.id,))
    whole = await _gathered(items)
    return Page(items=[PledgeCard(**_card(one, whole)) for one in items], next=after)


class _Whole(NamedTuple):
    """What is loaded beside pledges, for all of them at once."""

    steps: dict[int, list[PledgeStep]]
    places: dict[str, str]
    units: dict[int, str]
    people: dict[int, Any]


async def _gathered(found: Sequence[Pledge]) -> _Whole:
    steps: defaultdict[int, list[PledgeStep]] = defaultdict(list)
    for one in await PledgeStep.filter(pledge_id__in=[each.id for each in found]).order_by("id"):
        steps[one.pledge_id].append(one)
    return _Whole(
        steps,
        await areas.full_names(one.area_path for one in found),
        await departments.names(one.unit_id for one in found if one.unit_id),
        await identity.names(one.user_id for one in found if one.user_id),
    )


def _party(one: Pledge, whole: _Whole) -> str:
    if one.unit_id:
        return whole.units.get(one.unit_id, "")
    if one.party:
        return one.party
    return (
        crypto.mask_name(whole.people[one.user_id].name) if one.user_id in whole.people else "居民"
    )


def _card(one: Pledge, whole: _Whole) -> dict[str, Any]:
    steps = whole.steps[one.id]
    ahead = sorted(each.due_on for each in steps if each.status is T.PLANNED)
    return {
        "id": one.id,
        "kind": one.kind,
        "kind_name": one.kind.label,
        "title": one.title,
        "party": _party(one, whole),
        "area_name": whole.places[one.area_path],
        "status": one.status,
        "status_name": one.status.label,
        "steps_done": sum(each.status is T.CONFIRMED for each in steps),
        "steps": len(steps),
        "next_due": ahead[0] if ahead else None,
        "is_late": one.status is S.PUBLISHED and bool(ahead) and ahead[0] < clock.today(),
        "created_at": one.created_at,
    }


async def one(actor: Actor, pledge_id: int) -> PledgeOut:
    """A pledge with its steps and what residents say. Raises NotFound."""
    pledge = await get(actor, pledge_id)
    whole = await _gathered([pledge])
    is_near = pledge.is_by(actor) or pledge.may(actor, P.RUN)
    card = _card(pledge, whole)
    if pledge.is_hidden and not is_near:
        card["title"] = HIDDEN
    return PledgeOut(
        **card,
        text=HIDDEN if pledge.is_hidden and not is_near else pledge.text,
        wanted=pledge.wanted,
        reason=pledge.reason,
        is_mine=pledge.is_by(actor),
        step_list=await _steps(actor, pledge, whole.steps[pledge.id], is_near=is_near),
        moves=moves_open_to(MOVES, pledge, actor),
        version=pledge.version,
    )


async def _steps(
    actor: Actor, pledge: Pledge, steps: list[PledgeStep], *, is_near: bool
) -> list[StepOut]:
    links = await files.links(part for each in steps for part in each.file_ids)
    said = PledgeVoice.filter(step_id__in=[each.id for each in steps]).order_by("-id")
    voices: defaultdict[int, list[PledgeVoice]] = defaultdict(list)
    for voice in await said:
        voices[voice.step_id].append(voice)
    may_speak = await lives_there(actor, pledge) and not pledge.is_by(actor)
    made = []
    for each in steps:
        each.pledge = pledge
        mine = next((v for v in voices[each.id] if v.user_id == actor.user_id), None)
        is_open = may_speak and mine is None and each.status is T.SAID
        shown = _step(actor, each, links, is_near=is_near)
        made.append(
            StepOut(
                **shown,
                my_voice=mine and mine.is_kept,
                can_speak=is_open and pledge.status is S.PUBLISHED,
                voices=[_voice(actor, v) for v in voices[each.id][:MOST_VOICES]],
            )
        )
    return made


def _step(
    actor: Actor, one: PledgeStep, links: dict[int, FileLink], *, is_near: bool
) -> dict[str, Any]:
    names = "id title due_on status reason yes no version"
    facts: dict[str, Any] = {each: getattr(one, each) for each in names.split()}
    return facts | {
        "is_late": _is_late(one, clock.today()),
        "status_name": one.status.label,
        "proof": HIDDEN if one.is_hidden and not is_near else one.proof,
        "photos": [links[part] for part in one.file_ids if part in links],
        "moves": moves_open_to(STEP_MOVES, one, actor) if one.pledge.status is S.PUBLISHED else [],
    }


def _is_late(one: PledgeStep, today: date) -> bool:
    return one.status is T.PLANNED and one.due_on < today


def _voice(actor: Actor, one: PledgeVoice) -> VoiceOut:
    is_mine = one.user_id is not None and one.user_id == actor.user_id
    return VoiceOut(
        id=one.id,
        is_kept=one.is_kept,
        text=HIDDEN if one.is_hidden and not is_mine else one.text,
        said_at=one.said_at,
        is_mine=is_mine,
    )


async def wall(area_id: int) -> WallOut:
    """The figures of an area. Raises NotFound."""
    path = await areas.path_of(area_id)
    first, second = await rows(_WALL, *below(path)), await rows(_STEPS, *below(path))
    return WallOut(**{name: int(value) for name, value in (first[0] | second[0]).items()})


class ToJudge(NamedTuple):
    text: str
    openid: str


async def to_judge(kind: str, row_id: int, writer_id: int) -> ToJudge | None:
    """What moderation is to look at; None when it is gone or its writer has no WeChat."""
    row: Any = await TEXTS[kind].get_or_none(id=row_id)
    openid = await identity.openid_of(writer_id)
    if row is None or openid is None:
        return None
    text = {"pledge": "{0.title}\n{0.text}", "step": "{0.proof}", "voice": "{0.text}"}[kind]
    return ToJudge(text.format(row), openid)


TEXTS = {"pledge": Pledge, "step": PledgeStep, "voice": PledgeVoice}


async def about(user_id: int) -> dict[str, Any]:
    """Everything the room keeps about a person, in plain words for their own export."""
    made = await Pledge.filter(user_id=user_id).order_by("id")
    said = await PledgeVoice.filter(user_id=user_id).order_by("id")
    return {
        "承诺": [
            {"标题": one.title, "状态": one.status.label, "时间": one.created_at} for one in made
        ],
        "对承诺的确认": [
            {"认可": one.is_kept, "意见": one.text, "时间": one.said_at} for one in said
        ],
    }
