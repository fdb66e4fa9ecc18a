"""Holding a fair: each step of its life, with what it takes from the engines."""

import asyncio
from datetime import timedelta
from typing import Any

from backend.core import clock, printing
from backend.core.actor import SYSTEM, Actor
from backend.core.errors import Conflict, NotFound
from backend.core.http import Download
from backend.core.states import check
from backend.engines.fairs import queries as fairs
from backend.engines.fairs import service as life
from backend.engines.fairs.queries import MOVES, Fair, FairStatus
from backend.engines.stalls import queries as stalls
from backend.engines.surveys import queries as survey_queries
from backend.engines.surveys import service as surveys
from backend.engines.surveys.queries import SurveyNew
from backend.features.fairs import queries, rules
from backend.features.fairs.permissions import P
from backend.features.fairs.schemas import (
    ArrangeBody,
    FairEdit,
    FairNew,
    FairOut,
    MoveBody,
    NeedsNew,
    PosterQuery,
    ReasonBody,
    SummaryBody,
    SurveyBody,
)
from backend.foundation.areas import queries as areas
from backend.foundation.areas.queries import Level
from backend.foundation.codes import service as codes


class NobodyAnswered(Conflict):
    code, title = "nobody_answered", "还没有人填写需求问卷"


class NoStalls(Conflict):
    code, title = "no_stalls", "至少要有一个摊位上了地图，才能预告"


# -- the theme -----------------------------------------------------------------------------------
async def create(actor: Actor, body: FairNew) -> FairOut:
    """A draft. Raises NotFound for an area that is not the actor's, or is no community."""
    area = await areas.get(body.area_id)
    if not actor.may(P.RUN, area.path or "") or area.level != Level.COMMUNITY:
        raise NotFound("没有这个社区")
    fair = await life.draft(actor, area, title=body.title, theme=body.theme)
    return await queries.shown(actor, fair)


async def edit(actor: Actor, fair_id: int, body: FairEdit) -> FairOut:
    fair = await fairs.run_by(actor, fair_id)
    await life.move(actor, fair, "edit", body.version, title=body.title, theme=body.theme)
    return await queries.shown(actor, fair)


async def ask_needs(actor: Actor, fair_id: int, body: NeedsNew) -> FairOut:
    """Ask residents what they need. Raises NotFound, WrongState, Conflict the second time."""
    fair = await fairs.run_by(actor, fair_id)
    check(fair, MOVES["survey"], actor)
    if fair.needs_survey_id is not None:
        raise Conflict("已经发过需求问卷")
    survey_id = await _ask(
        actor,
        fair,
        title=f"{fair.title}需求调查",
        intro="您的意见决定集市摆哪些摊。",
        questions=rules.needs_questions(list(dict.fromkeys(body.services))),
        days=rules.NEEDS_DAYS,
    )
    await life.move(actor, fair, "edit", needs_survey_id=survey_id)
    return await queries.shown(actor, fair)


async def _ask(
    actor: Actor, fair: Fair, *, title: str, intro: str, questions: list[dict[str, Any]], days: int
) -> int:
    asked = {
        "area_id": fair.area_id,
        "title": title,
        "intro": intro,
        "questions": questions,
        "is_public": True,
        "closes_at": clock.now() + timedelta(days=days),
        "reach": "residents" if fair.opened_at is None else "everyone",
    }
    body = SurveyNew.model_validate(asked)
    made = await surveys.create(actor, body, subject=life.subject(fair.id))
    await surveys.publish(actor, made.id)
    return int(made.id)


async def finish_needs(actor: Actor, fair_id: int, body: SurveyBody) -> FairOut:
    """The survey is heard: from here on the theme answers it. Raises NobodyAnswered."""
    fair = await fairs.run_by(actor, fair_id)
    check(fair, MOVES["survey"], actor, body.version)
    if fair.needs_survey_id is None:
        raise NobodyAnswered("请先发需求问卷")
    survey = await survey_queries.current(fair.needs_survey_id)
    if not survey.answers:
        raise NobodyAnswered
    if survey_queries.is_running(survey):
        await surveys.close(SYSTEM, survey.id)
    await life.move(actor, fair, "survey", body.version, needs=body.needs)
    return await queries.shown(actor, fair)


async def step(actor: Actor, fair_id: int, name: str, body: MoveBody) -> FairOut:
    """`submit`, `prepare`, `retract`: moves that ask for nothing more."""
    fair = await fairs.run_by(actor, fair_id)
    await life.move(actor, fair, name, body.version)
    return await queries.shown(actor, fair)


async def approve(actor: Actor, fair_id: int, body: MoveBody) -> FairOut:
    """The street agrees to the theme."""
    fair = await fairs.staffed_by(actor, fair_id)
    said = {"decided_by": actor.user_id, "reason": ""}
    await life.move(actor, fair, "approve", body.version, **said)
    return await queries.shown(actor, fair)


async def send_back(actor: Actor, fair_id: int, body: ReasonBody) -> FairOut:
    """The street wants the theme changed."""
    fair = await fairs.staffed_by(actor, fair_id)
    said = {"decided_by": actor.user_id, "reason": body.reason}
    await life.move(actor, fair, "return", body.version, **said)
    return await queries.shown(actor, fair)


# -- getting ready -------------------------------------------------------------------------------
async def arrange(actor: Actor, fair_id: int, body: ArrangeBody) -> FairOut:
    """Set time, place, map and rules. Raises Invalid, Conflict for a map too small for its
    stalls."""
    fair = await fairs.run_by(actor, fair_id)
    await _check_map(fair, body)
    await life.arrange(actor, fair, **body.model_dump())
    return await queries.shown(actor, fair)


async def _check_map(fair: Fair, body: ArrangeBody) -> None:
    for one in await stalls.accepted(fair.id):
        if (one.map_column or 0) > body.map_columns or (one.map_row or 0) > body.map_rows:
            raise Conflict(f"「{stalls.called(one)}」在新地图之外，请先移动它")


async def preview(actor: Actor, fair_id: int, body: MoveBody) -> FairOut:
    """Announce it, seven days ahead. Raises PreviewTooLate, NoStalls, Invalid."""
    fair = await fairs.run_by(actor, fair_id)
    return await _preview(actor, fair, body.version, "")


async def preview_urgently(actor: Actor, fair_id: int, body: ReasonBody) -> FairOut:
    """The street lets it be announced later, with grounds that everybody reads."""
    fair = await fairs.staffed_by(actor, fair_id)
    return await _preview(actor, fair, body.version, body.reason)


async def _preview(actor: Actor, fair: Fair, version: int | None, emergency: str) -> FairOut:
    name = "preview-urgently" if emergency else "preview"
    check(fair, MOVES[name], actor, version)
    if not any(one.spot_key for one in await stalls.accepted(fair.id)):
        raise NoStalls
    await life.preview(actor, fair, version, emergency=emergency)
    return await queries.shown(actor, fair)


async def cancel(actor: Actor, fair_id: int, body: ReasonBody) -> FairOut:
    """Give it up; whoever has heard of it hears why."""
    fair = await fairs.run_by(actor, fair_id)
    await life.cancel(actor, fair, body.version, body.reason)
    return await queries.shown(actor, fair)


# -- the day, and after --------------------------------------------------------------------------
async def open_doors(actor: Actor, fair_id: int, body: MoveBody) -> FairOut:
    fair = await fairs.run_by(actor, fair_id)
    await life.open_doors(actor, fair, body.version)
    return await queries.shown(actor, fair)


async def close(actor: Actor, fair_id: int, body: MoveBody) -> FairOut:
    fair = await fairs.run_by(actor, fair_id)
    await life.close(actor, fair, body.version)
    return await queries.shown(actor, fair)


async def ask_satisfaction(fair_id: int) -> None:
    """It is open: whoever comes can say how it was."""
    fair = await fairs.get(SYSTEM, fair_id)
    if fair.satisfaction_survey_id is not None or fair.status is not FairStatus.OPEN:
        return
    survey_id = await _ask(
        SYSTEM,
        fair,
        title=f"{fair.title}满意度",
        intro="一分钟，告诉我们哪里好、哪里还要改。",
        questions=rules.satisfaction_questions(),
        days=rules.SATISFACTION_DAYS,
    )
    await Fair.filter(id=fair.id).update(satisfaction_survey_id=survey_id)


async def review(actor: Actor, fair_id: int, body: SummaryBody) -> FairOut:
    """Publish what it came to: the figures stand as they are now."""
    fair = await fairs.run_by(actor, fair_id)
    found = await queries.all_figures(fair)
    visitors = next((one.value for one in found if one.key == "visitors"), 0)
    kept = {"figures": [one._asdict() for one in found], "visitors": visitors}
    said = {"summary": body.summary, "reviewed_at": clock.now()}
    await life.move(actor, fair, "review", body.version, **kept, **said)
    return await queries.shown(actor, fair)


# -- paper ---------------------------------------------------------------------------------------
async def posters(actor: Actor, fair_id: int, query: PosterQuery) -> Download:
    """The fair's poster, or one for each stall, as PDF. Raises NotFound before the preview and
    after the end."""
    fair = await fairs.run_by(actor, fair_id)
    fairs.demand_status(fair, fairs.ANNOUNCED)
    cards = [await _poster(fair)] if query.what == "fair" else await _stall_cards(fair)
    drawn = await asyncio.to_thread(printing.posters, cards)
    return Download(drawn, printing.PDF, f"fair-{fair.id}-{query.what}.pdf")


async def _poster(fair: Fair) -> printing.Card:
    area = await areas.get(fair.area_id)
    when = clock.spoken(fair.starts_at) if fair.starts_at else ""
    note = f"{when} · {fair.place}\n扫码签到，看摊位地图"
    return printing.Card(area.name, fair.title, note, await codes.qr(fair.code_id or 0))


async def _stall_cards(fair: Fair) -> list[printing.Card]:
    return [
        printing.Card(
            stalls.called(one), fair.title, "扫码打卡，逛一个算一个", await codes.qr(one.code_id)
        )
        for one in await stalls.accepted(fair.id)
        if one.code_id is not None
    ]
