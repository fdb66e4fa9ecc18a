"""Making surveys and answering them."""

import asyncio
from collections.abc import Sequence
from typing import Any

from backend.core import clock, live, printing, spreadsheets
from backend.core.actor import SYSTEM, Actor
from backend.core.database import again, duplicate_is, execute, transaction
from backend.core.errors import Conflict, Forbidden, Invalid, NotFound
from backend.core.events import emit
from backend.core.http import Download
from backend.core.states import make
from backend.engines.surveys import queries, rules
from backend.engines.surveys.events import SurveyAnswered, SurveyClosed, SurveyOpened
from backend.engines.surveys.models import (
    Per,
    Reach,
    Survey,
    SurveyAnswer,
    SurveyMark,
    new_answer_id,
)
from backend.engines.surveys.permissions import P
from backend.engines.surveys.schemas import (
    AnswerBody,
    QuestionBody,
    SurveyEdit,
    SurveyNew,
    SurveyOut,
)
from backend.engines.surveys.states import MOVES
from backend.foundation.areas import queries as areas
from backend.foundation.audit import service as audit
from backend.foundation.codes import service as codes
from backend.foundation.files import service as files
from backend.foundation.residents import queries as residents

# Checked and counted in one statement: what comes at the last moment or later is not taken.
_COUNT = (
    "UPDATE surveys_survey SET answers = answers + 1 "
    "WHERE id = ? AND status = 'open' AND (closes_at IS NULL OR closes_at > ?)"
)


class AlreadyAnswered(Conflict):
    code, title = "already_answered", "已经填写过了"


class SurveyOver(Conflict):
    code, title = "survey_over", "问卷已结束"


# -- making --------------------------------------------------------------------------------------
async def create(actor: Actor, body: SurveyNew, subject: str = "") -> Survey:
    """A draft. `subject` is what a room above makes it for. Raises NotFound, Invalid."""
    path = await areas.path_of(body.area_id)
    if not actor.may(P.MANAGE, path):
        raise NotFound("没有这个区域")
    made = await Survey.create(
        **_columns(body),
        area_id=body.area_id,
        area_path=path,
        subject=subject,
        created_by=actor.user_id,
        created_at=clock.now(),
    )
    await _attach(actor, made.id, _pictures(body.questions))
    await audit.record(actor, "surveys.created", f"survey:{made.id}", path)
    return made


def _columns(body: SurveyNew) -> dict[str, Any]:
    questions = [one.model_dump(mode="json") for one in body.questions]
    if wrong := rules.faults(rules.read(questions)):
        raise Invalid(fields=wrong)
    if body.closes_at is not None and body.closes_at <= clock.now():
        raise Invalid(fields={"closes_at": "截止时间要晚于现在"})
    plain = ("title", "intro", "per", "reach", "is_anonymous", "is_public", "closes_at")
    return {name: getattr(body, name) for name in plain} | {"questions": questions}


def _pictures(questions: Sequence[QuestionBody]) -> list[int]:
    found = [option.file_id for one in questions for option in one.options if option.file_id]
    return list(dict.fromkeys(found))


async def _attach(actor: Actor, survey_id: int, file_ids: list[int]) -> None:
    if file_ids:
        await files.attach(actor, file_ids, f"survey:{survey_id}")


async def edit(actor: Actor, survey_id: int, body: SurveyEdit) -> SurveyOut:
    """Write the draft anew. Raises NotFound, WrongState once it is open, StaleVersion, Invalid."""
    survey = await queries.managed(actor, survey_id)
    known = _pictures([QuestionBody.model_validate(one) for one in survey.questions])
    await make(survey, MOVES["edit"], actor, version=body.version, **_columns(body))
    more = [one for one in _pictures(body.questions) if one not in known]
    await _attach(actor, survey.id, more)
    return await queries.shown(actor, survey)


async def publish(actor: Actor, survey_id: int, version: int | None = None) -> SurveyOut:
    """Let it be answered from now on. Raises NotFound, WrongState, Invalid when it is too late."""
    survey = await queries.managed(actor, survey_id)
    if survey.closes_at is not None and survey.closes_at <= clock.now():
        raise Invalid(fields={"closes_at": "截止时间已过，请先修改"})
    area = await areas.get(survey.area_id)
    label = f"问卷：{survey.title}"[:40]
    key = f"survey:{survey.id}"
    code = await codes.issue(actor, codes.CodeKind.SURVEY, area, label=label, live_key=key)
    now = clock.now()
    await make(survey, MOVES["open"], actor, version=version, opened_at=now, code_id=code.id)
    await audit.record(actor, "surveys.opened", key, survey.area_path)
    await emit(SurveyOpened(survey.id, survey.subject))
    return await queries.shown(actor, survey)


async def close(actor: Actor, survey_id: int, version: int | None = None) -> SurveyOut:
    """Take no more answers. Raises NotFound, WrongState."""
    survey = await queries.managed(actor, survey_id)
    await make(survey, MOVES["close"], actor, version=version, closed_at=clock.now())
    if survey.code_id is not None:
        await codes.withdraw(survey.code_id)
    await audit.record(actor, "surveys.closed", f"survey:{survey.id}", survey.area_path)
    await emit(SurveyClosed(survey.id, survey.subject))
    return await queries.shown(actor, survey)


async def drop(actor: Actor, survey_id: int, version: int | None = None) -> SurveyOut:
    """Give a draft up. Raises NotFound, WrongState."""
    survey = await queries.managed(actor, survey_id)
    await make(survey, MOVES["drop"], actor, version=version)
    return await queries.shown(actor, survey)


async def run_out(survey_id: int) -> None:
    """Its time has come, unless somebody closed it meanwhile."""
    survey = await queries.current(survey_id)
    if survey.status in MOVES["close"].sources and not queries.is_running(survey):
        await close(SYSTEM, survey_id)


# -- answering -----------------------------------------------------------------------------------
async def answer(actor: Actor, survey_id: int, body: AnswerBody) -> SurveyOut:
    """Hand an answer sheet in, once.

    It opens its own transaction and keeps no idempotency key: that would lie beside the anonymous
    sheet with a person and a moment. The mark that somebody has answered does the same service.
    Raises NotFound, Forbidden, AlreadyAnswered, SurveyOver, Invalid by question.
    """
    return await again(lambda: _answer(actor, survey_id, body), safely=True)


async def _answer(actor: Actor, survey_id: int, body: AnswerBody) -> SurveyOut:
    async with transaction():
        survey = await queries.get(actor, survey_id)
        dwelling_id = await _of_whom(actor, survey, body.dwelling_id)
        sheet, wrong = rules.checked(rules.read(survey.questions), body.answers)
        if wrong:
            raise Invalid(fields={f"answers.{key}": said for key, said in wrong.items()})
        if await execute(_COUNT, survey.id, clock.now()) != 1:
            raise SurveyOver
        is_of_home = survey.per is Per.DWELLING
        who = f"dwelling:{dwelling_id}" if is_of_home else f"person:{actor.user_id}"
        with duplicate_is(AlreadyAnswered()):
            await SurveyMark.create(survey_id=survey.id, who=who)
        user_id = None if survey.is_anonymous else actor.user_id
        await SurveyAnswer.create(
            id=new_answer_id(),
            survey_id=survey.id,
            day=clock.today(),
            sheet=sheet,
            user_id=user_id,
            dwelling_id=None if survey.is_anonymous else dwelling_id,
        )
        await emit(SurveyAnswered(survey.id, survey.subject, user_id))
        live.tell([survey.created_by], {"type": "survey", "survey_id": survey.id})
    return await queries.shown(actor, await queries.get(actor, survey_id))


async def _of_whom(actor: Actor, survey: Survey, wanted: int | None) -> int | None:
    """The dwelling that is answered for; None for a person without one. Raises Forbidden, Invalid,
    SurveyOver."""
    if not queries.is_running(survey):
        raise SurveyOver
    homes = queries.homes_in(await residents.dwellings_of(actor.user_id), survey)
    ids = list(dict.fromkeys(one.dwelling_id for one in homes))
    if not ids:
        if survey.reach is Reach.RESIDENTS or survey.per is Per.DWELLING:
            raise Forbidden("请先认证本小区的住址")
        return None
    if wanted is None and len(ids) > 1 and survey.per is Per.DWELLING:
        raise Invalid(fields={"dwelling_id": "请选择为哪一户填写"})
    if wanted is not None and wanted not in ids:
        raise NotFound("没有这户")
    return wanted or ids[0]


async def forget(user_id: int) -> None:
    """A person left: answers stay nameless, and so does that they answered."""
    await SurveyAnswer.filter(user_id=user_id).update(user_id=None, dwelling_id=None)
    await SurveyMark.filter(who=f"person:{user_id}").delete()


# -- paper ---------------------------------------------------------------------------------------
async def export(actor: Actor, survey_id: int) -> Download:
    """Every answer sheet as .xlsx; that it was taken out is recorded. Raises NotFound, Conflict
    while there are too few anonymous ones."""
    survey = await queries.managed(actor, survey_id)
    header, lines = await queries.table(survey)
    if survey.is_anonymous and len(lines) < rules.FEWEST:
        raise Conflict(f"匿名答卷满 {rules.FEWEST} 份后才能导出")
    detail = {"rows": len(lines)}
    await audit.record(actor, "surveys.exported", f"survey:{survey.id}", survey.area_path, **detail)
    content = await asyncio.to_thread(spreadsheets.write, "答卷", header, lines)
    return Download(content, spreadsheets.XLSX, f"survey-{survey.id}.xlsx")


async def poster(actor: Actor, survey_id: int) -> Download:
    """A poster with the survey's code as PDF. Raises NotFound, also when it is not open."""
    survey = await queries.managed(actor, survey_id)
    if survey.code_id is None:
        raise NotFound("问卷开始后才有海报")
    area = await areas.get(survey.area_id)
    note = f"{survey.per.label}{'，匿名填写' if survey.is_anonymous else ''}"
    if survey.closes_at is not None:
        note += f"\n截止 {clock.spoken(survey.closes_at)}"
    card = printing.Card(area.name, survey.title, note, await codes.qr(survey.code_id))
    drawn = await asyncio.to_thread(printing.posters, [card])
    return Download(drawn, printing.PDF, f"survey-{survey.id}.pdf")


async def scanned(actor: Actor, scene: str) -> SurveyOut:
    """The survey that a phone's scan leads to. Raises NotFound."""
    code = await codes.read(scene)
    return await queries.shown(actor, await queries.by_code(actor, code.id))
