"""Reading surveys: what reaches a person, what staff keep, and what the answers add up to."""

import json
from collections.abc import Sequence
from typing import Any

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from backend.core import clock, crypto, paging
from backend.core.actor import SYSTEM, Actor
from backend.core.database import below, rows
from backend.core.errors import Forbidden, NotFound
from backend.core.schemas import Page
from backend.core.states import moves_open_to
from backend.engines.surveys import rules
from backend.engines.surveys.models import Reach, Survey, SurveyAnswer, SurveyMark, SurveyStatus
from backend.engines.surveys.permissions import P
from backend.engines.surveys.rules import Per, Question
from backend.engines.surveys.schemas import (
    CountOut,
    LineOut,
    QuestionBody,
    QuestionResult,
    Results,
    SurveyCard,
    SurveyOut,
    SurveyQuery,
)
from backend.engines.surveys.schemas import SurveyNew as SurveyNew
from backend.engines.surveys.states import MOVES, SEEN
from backend.foundation.areas import queries as areas
from backend.foundation.files import queries as files
from backend.foundation.identity import queries as identity
from backend.foundation.residents import queries as residents
from backend.foundation.residents.queries import Home

MOST_TEXTS = 200
_SHEETS = "SELECT sheet FROM surveys_answer WHERE survey_id = ? ORDER BY id"


def _managed(actor: Actor) -> Q:
    scope = Q(id__lt=0)
    for path in actor.paths(P.MANAGE):
        first, end = below(path)
        scope |= Q(area_path__gte=first, area_path__lt=end)
    return scope


def visible_to(actor: Actor, homes: Sequence[Home]) -> QuerySet[Survey]:
    """What reaches the person of these dwellings, and what staff keep at their areas."""
    if actor.is_system:
        return Survey.all()
    reached = Q(reach=Reach.EVERYONE) | Q(
        area_path__in=areas.paths_above([h.area_path for h in homes])
    )
    return Survey.filter((Q(status__in=list(SEEN)) & reached) | _managed(actor))


async def get(actor: Actor, survey_id: int) -> Survey:
    """The survey. Raises NotFound for one that neither reaches the actor nor is theirs to keep."""
    homes = await residents.dwellings_of(actor.user_id)
    found = await visible_to(actor, homes).filter(id=survey_id).first()
    if found is None:
        raise NotFound("没有这份问卷")
    return found


async def managed(actor: Actor, survey_id: int) -> Survey:
    """A survey that the actor keeps. Raises NotFound."""
    found = await get(actor, survey_id)
    if not actor.may(P.MANAGE, found.area_path):
        raise NotFound("没有这份问卷")
    return found


async def by_code(actor: Actor, code_id: int) -> Survey:
    """The survey that a printed code is of. Raises NotFound."""
    found = await Survey.get_or_none(code_id=code_id)
    if found is None:
        raise NotFound("没有这份问卷")
    return await get(actor, found.id)


async def listed(actor: Actor, query: SurveyQuery) -> Page[SurveyCard]:
    """A page of surveys, latest first. Raises NotFound for an unknown area."""
    if query.state == "managed":
        chosen = Survey.filter(_managed(actor)).exclude(status=SurveyStatus.DROPPED)
        if query.area_id is not None:
            first, end = below(await areas.path_of(query.area_id))
            chosen = chosen.filter(area_path__gte=first, area_path__lt=end)
    else:
        chosen = await _reaching(actor, query)
    if query.cursor:
        chosen = chosen.filter(id__lt=paging.decode(query.cursor, int)[0])
    found = await chosen.order_by("-id").limit(query.limit + 1)
    items, after = paging.cut(found, query.limit, lambda one: (one.id,))
    return Page(items=await _cards(actor, items), next=after)


async def _reaching(actor: Actor, query: SurveyQuery) -> QuerySet[Survey]:
    """Those that ask the residents of the actor's homes, and everyone at the place looked at."""
    homes = [one.area_path for one in await residents.dwellings_of(actor.user_id)]
    here = [*homes, *([await areas.path_of(query.area_id)] if query.area_id else [])]
    reached = Q(area_path__in=areas.paths_above(homes)) if homes else Q(id__lt=0)
    reached |= (
        Q(reach=Reach.EVERYONE, area_path__in=areas.paths_above(here)) if here else Q(id__lt=0)
    )
    now = clock.now()
    running = Q(status=SurveyStatus.OPEN) & (Q(closes_at=None) | Q(closes_at__gt=now))
    over = Q(status=SurveyStatus.CLOSED) | Q(status=SurveyStatus.OPEN, closes_at__lte=now)
    return Survey.filter(reached, running if query.state == "open" else over)


def marks_of(actor: Actor, homes: Sequence[Home]) -> list[str]:
    """What the person's answers are marked with."""
    return [f"person:{actor.user_id}", *(f"dwelling:{one.dwelling_id}" for one in homes)]


async def _cards(actor: Actor, found: Sequence[Survey]) -> list[SurveyCard]:
    if not found:
        return []
    homes = await residents.dwellings_of(actor.user_id)
    marks = SurveyMark.filter(
        survey_id__in=[one.id for one in found], who__in=marks_of(actor, homes)
    )
    done = {one.survey_id for one in await marks}
    names = await areas.full_names(one.area_path for one in found)
    return [SurveyCard(**_card(one, names[one.area_path], one.id in done)) for one in found]


def _card(one: Survey, area_name: str, has_answered: bool) -> dict[str, Any]:  # noqa: FBT001
    return {
        "id": one.id,
        "title": one.title,
        "area_name": area_name,
        "status": one.status,
        "status_name": one.status.label,
        "per": one.per,
        "per_name": one.per.label,
        "is_anonymous": one.is_anonymous,
        "count": len(one.questions),
        "answers": one.answers,
        "has_answered": has_answered,
        "closes_at": one.closes_at,
        "version": one.version,
    }


async def shown(actor: Actor, one: Survey) -> SurveyOut:
    """The survey in full, as this person may deal with it."""
    homes = homes_in(await residents.dwellings_of(actor.user_id), one)
    marks = SurveyMark.filter(survey_id=one.id, who__in=marks_of(actor, homes))
    done = {one.who for one in await marks}
    names = await areas.full_names([one.area_path])
    why_not = _why_not(one, actor, homes, done)
    questions = rules.read(one.questions)
    pictures = await files.links(o.file_id for q in questions for o in q.options if o.file_id)
    return SurveyOut(
        **_card(one, names[one.area_path], bool(done)),
        area_id=one.area_id,
        subject=one.subject,
        intro=one.intro,
        reach=one.reach,
        is_public=one.is_public,
        questions=[QuestionBody.model_validate(each) for each in one.questions],
        pictures=list(pictures.values()),
        why_not=why_not,
        may_see_results=_may_see_results(actor, one),
        opened_at=one.opened_at,
        closed_at=one.closed_at,
        moves=moves_open_to(MOVES, one, actor),
    )


def homes_in(homes: Sequence[Home], one: Survey) -> list[Home]:
    """Those of the dwellings that the survey asks."""
    return [home for home in homes if home.area_path.startswith(one.area_path)]


def is_running(one: Survey) -> bool:
    """Whether an answer that comes now is in time."""
    is_late = one.closes_at is not None and one.closes_at <= clock.now()
    return one.status is SurveyStatus.OPEN and not is_late


def _why_not(one: Survey, actor: Actor, homes: Sequence[Home], done: set[str]) -> str:
    if not is_running(one):
        return "还没有开始" if one.status is SurveyStatus.DRAFT else "问卷已结束"
    if not homes and (one.reach is Reach.RESIDENTS or one.per is Per.DWELLING):
        return "请先认证本小区的住址"
    if one.per is Per.PERSON and f"person:{actor.user_id}" in done:
        return "您已经填写过"
    if one.per is Per.DWELLING and all(f"dwelling:{h.dwelling_id}" in done for h in homes):
        return "您家已经填写过"
    return ""


def _may_see_results(actor: Actor, one: Survey) -> bool:
    return actor.may(P.MANAGE, one.area_path) or (one.is_public and one.status in SEEN)


# -- what was answered ---------------------------------------------------------------------------
async def results(actor: Actor, survey_id: int) -> Results:
    """What the answers add up to at this moment; what was written is for staff only.

    Raises NotFound, Forbidden where the counts are not public.
    """
    one = await get(actor, survey_id)
    if not _may_see_results(actor, one):
        raise Forbidden("这份问卷的结果不公开")
    sheets = await sheets_of(one)
    is_hidden = one.is_anonymous and len(sheets) < rules.FEWEST
    is_staff = actor.may(P.MANAGE, one.area_path)
    questions = [] if is_hidden else rules.read(one.questions)
    return Results(
        survey_id=one.id,
        answers=len(sheets),
        is_hidden=is_hidden,
        questions=[_result(each, sheets, with_texts=is_staff) for each in questions],
    )


async def sheets_of(one: Survey) -> list[dict[str, Any]]:
    """Every answer sheet, in no order that tells anything."""
    found = await rows(_SHEETS, one.id)
    return [_json(row["sheet"]) for row in found]


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str | bytes) else value


def _result(
    question: Question, sheets: Sequence[dict[str, Any]], *, with_texts: bool
) -> QuestionResult:
    found = rules.tally(question, sheets)
    means, lines = found.get("means", {}), found.get("lines", {})
    return QuestionResult(
        key=question.key,
        kind=question.kind,
        title=question.title,
        answered=found["answered"],
        options=_counts(question, found.get("counts", {}), means),
        rows=[
            LineOut(
                key=row.key, text=row.text, options=_counts(question, lines.get(row.key, {}), {})
            )
            for row in question.rows
        ],
        mean=found.get("mean"),
        median=found.get("median"),
        low=found.get("low"),
        high=found.get("high"),
        texts=found["texts"][:MOST_TEXTS] if with_texts else [],
    )


def _counts(question: Question, counts: dict[str, int], means: dict[str, str]) -> list[CountOut]:
    """By option, also those nobody chose; of scales and days by value, in order."""
    names = {one.key: one.text for one in question.options}
    if question.kind is rules.Kind.SCALE:
        low, high = rules.scale(question)
        names = {str(value): str(value) for value in range(low, high + 1)}
    if question.kind is rules.Kind.DATE:
        names = {value: value for value in sorted(counts)}
    return [
        CountOut(key=key, text=text, count=counts.get(key, 0), mean=means.get(key))
        for key, text in names.items()
    ]


async def table(one: Survey) -> tuple[list[str], list[list[Any]]]:
    """Header and rows of the export: a row per answer sheet, names masked, none if anonymous."""
    questions = rules.read(one.questions)
    found = await SurveyAnswer.filter(survey_id=one.id).order_by("id")
    people = await identity.names(row.user_id for row in found if row.user_id)
    places = await areas.places(row.dwelling_id for row in found if row.dwelling_id)
    header = ["日期", *([] if one.is_anonymous else ["姓名", "住处"])]
    header += [title for question in questions for title in _titles(question)]
    lines: list[list[Any]] = []
    for row in found:
        line: list[Any] = [row.day.isoformat()]
        if not one.is_anonymous:
            known = people.get(row.user_id or 0)
            name = crypto.mask_name(known.name) if known else "已注销用户"
            line += [name, places.get(row.dwelling_id or 0, "")]
        lines.append(line + [cell for question in questions for cell in _cells(question, row)])
    return header, lines


def _titles(question: Question) -> list[str]:
    if question.kind is rules.Kind.MATRIX:
        return [f"{question.title}：{row.text}" for row in question.rows]
    return [question.title]


def _cells(question: Question, row: SurveyAnswer) -> list[Any]:
    value, names = row.sheet.get(question.key), {one.key: one.text for one in question.options}
    if question.kind is rules.Kind.MATRIX:
        return [names.get((value or {}).get(line.key, ""), "") for line in question.rows]
    other = row.sheet.get(question.key + rules.OTHER)
    if isinstance(value, list):
        text = ("→" if question.kind is rules.Kind.RANKING else "；").join(
            names[one] for one in value
        )
    elif question.kind is rules.Kind.SINGLE and value is not None:
        text = names[value]
    else:
        return [value]
    return [f"{text}（{other}）" if other else text]


async def due(limit: int) -> list[int]:
    """Surveys whose time is over and that nobody has closed."""
    late = Survey.filter(status=SurveyStatus.OPEN, closes_at__lte=clock.now())
    return [one.id for one in await late.limit(limit).only("id")]


async def about(user_id: int) -> dict[str, Any]:
    """What the room keeps about a person; which anonymous sheet is theirs nobody can tell."""
    marks = SurveyMark.filter(who=f"person:{user_id}").select_related("survey").order_by("id")
    sheets = {row.survey_id: row.sheet for row in await SurveyAnswer.filter(user_id=user_id)}
    return {
        "参与过的问卷": [
            {"问卷": mark.survey.title, "回答": sheets.get(mark.survey_id, "匿名，无法对应到您")}
            for mark in await marks
        ]
    }


async def current(survey_id: int) -> Survey:
    """The survey, for the house itself. Raises NotFound."""
    return await get(SYSTEM, survey_id)
