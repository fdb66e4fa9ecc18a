"""Proposing, confirming, correcting hours; issuing certificates."""

import asyncio
from dataclasses import dataclass
from datetime import date, datetime

from tortoise.exceptions import IntegrityError

from backend.core import clock, crypto, printing, slips
from backend.core.actor import Actor
from backend.core.database import execute, is_duplicate, move_paths, transaction
from backend.core.errors import Conflict, Invalid
from backend.core.events import emit
from backend.core.http import Download
from backend.core.slips import Slip
from backend.core.states import check, make
from backend.engines.hours import messages, queries, rules
from backend.engines.hours.events import HoursConfirmed, HoursCorrected
from backend.engines.hours.models import Certificate, HourChange, ServiceHour
from backend.engines.hours.queries import HourOut
from backend.engines.hours.rules import served as served
from backend.engines.hours.schemas import (
    CertificateNew,
    CertificateOut,
    ConfirmBody,
    CorrectBody,
    RejectBody,
)
from backend.engines.hours.states import MOVES
from backend.foundation.audit import service as audit
from backend.foundation.identity import queries as identity
from backend.foundation.notify import service as notify
from backend.foundation.residents import queries as residents

MOST_CERTIFICATES = 100
TITLE = "志愿服务证明"


class NothingServed(Conflict):
    code, title = "nothing_served", "这段时间还没有已确认的服务时长"


@dataclass(frozen=True)
class Service:
    """What somebody did, as the room above saw it."""

    key: str
    user_id: int
    owner_kind: str
    owner_id: int
    title: str
    area_path: str
    served_on: date
    minutes: int
    note: str = ""


# -- hours -----------------------------------------------------------------------------------------
async def propose(done: Service) -> ServiceHour:
    """Write hours down for their host to confirm; the same key again changes nothing."""
    known = await queries.of_key(done.key)
    if known is not None:
        return known
    try:
        async with transaction():
            return await ServiceHour.create(
                **vars(done), proposed=done.minutes, created_at=clock.now()
            )
    except IntegrityError as error:
        if not is_duplicate(error):
            raise
        return await ServiceHour.get(key=done.key)


async def confirm(actor: Actor, hour: ServiceHour, body: ConfirmBody, *, is_staff: bool) -> HourOut:
    """Say that these minutes were served; others than proposed with grounds. For the host of what
    was done: the room above has checked it. Raises Forbidden for one's own, Invalid, WrongState.
    """
    minutes = hour.minutes if body.minutes is None else body.minutes
    check(hour, MOVES["confirm"], actor, body.version)
    if minutes <= 0:
        raise Invalid(fields={"minutes": "时长为 0，请改为实际时长或不予认可"})
    if minutes != hour.proposed:
        await _write_down(actor, hour, minutes, body.reason)
    changed = {"minutes": minutes, "reason": body.reason, "changes": hour.changes}
    await make(hour, MOVES["confirm"], actor, confirmed_at=clock.now(), **changed)
    await _record(actor, hour, "confirmed")
    facts = (hour.owner_kind, hour.owner_id, hour.area_path)
    await emit(HoursConfirmed(hour.id, hour.user_id or 0, minutes, *facts))
    await _tell(hour, messages.CONFIRMED)
    return (await queries.shown(actor, [hour], is_staff=is_staff))[0]


async def correct(actor: Actor, hour: ServiceHour, body: CorrectBody, *, is_staff: bool) -> HourOut:
    """Put confirmed minutes right, with grounds; 0 takes them back. Raises as `confirm`."""
    check(hour, MOVES["correct"], actor, body.version)
    before = hour.minutes
    if body.minutes == before:
        raise Invalid(fields={"minutes": "与现在的时长相同"})
    await _write_down(actor, hour, body.minutes, body.reason)
    number = hour.changes + 1
    changed = {"minutes": body.minutes, "reason": body.reason, "changes": number}
    await make(hour, MOVES["correct"], actor, **changed)
    await _record(actor, hour, "corrected")
    facts = (hour.owner_kind, hour.owner_id, hour.area_path)
    await emit(HoursCorrected(hour.id, number, hour.user_id or 0, before, body.minutes, *facts))
    await _tell(hour, messages.CORRECTED, reason=body.reason)
    return (await queries.shown(actor, [hour], is_staff=is_staff))[0]


async def reject(actor: Actor, hour: ServiceHour, body: RejectBody, *, is_staff: bool) -> HourOut:
    """Say that nothing was served, and why. Raises as `confirm`."""
    await make(hour, MOVES["reject"], actor, reason=body.reason)
    await _record(actor, hour, "rejected")
    await _tell(hour, messages.REJECTED, reason=body.reason)
    return (await queries.shown(actor, [hour], is_staff=is_staff))[0]


async def _write_down(actor: Actor, hour: ServiceHour, minutes: int, reason: str) -> None:
    if not reason:
        raise Invalid(fields={"reason": "与签到签退的时长不同，请写明理由"})
    await HourChange.create(
        hour=hour,
        before=hour.minutes,
        after=minutes,
        reason=reason,
        made_by=actor.user_id,
        made_at=clock.now(),
    )


async def _record(actor: Actor, hour: ServiceHour, what: str) -> None:
    subject = f"hour:{hour.id}"
    await audit.record(actor, f"hours.{what}", subject, hour.area_path, minutes=hour.minutes)


async def _tell(hour: ServiceHour, template: messages.Template, **values: str) -> None:
    said = {"title": hour.title, "spoken": rules.spoken(hour.minutes), **values}
    await notify.send(template, to=hour.user_id or 0, link=messages.PAGE, **said)


# -- certificates ----------------------------------------------------------------------------------
async def issue(actor: Actor, body: CertificateNew) -> CertificateOut:
    """Certify one's own confirmed hours of some days. Raises NothingServed, Conflict."""
    minutes, services = await queries.within(actor.user_id, body.since, body.until)
    if not minutes:
        raise NothingServed
    if await Certificate.filter(user_id=actor.user_id).count() >= MOST_CERTIFICATES:
        raise Conflict(f"最多保留 {MOST_CERTIFICATES} 份证明")
    made = await Certificate.create(
        number=rules.new_number(),
        user_id=actor.user_id,
        name_index=crypto.blind_index(await _name(actor), field=queries.NAME),
        since=body.since,
        until=body.until,
        minutes=minutes,
        services=services,
        issued_at=clock.now(),
    )
    return queries.certificate_shown(made)


async def _name(actor: Actor) -> str:
    """As the register has it, else as the account has it."""
    for one in await residents.household(actor.user_id):
        if one.is_me and one.name:
            return one.name
    return (await identity.names([actor.user_id]))[actor.user_id].name


async def paper(actor: Actor, certificate_id: int) -> Download:
    """One's own certificate as PDF, with what it counts as it stands now. Raises NotFound."""
    one = await queries.certificate(actor, certificate_id)
    found = await queries.services(actor.user_id, one.since, one.until)
    number = rules.printed(one.number)
    wanted = Slip(
        title=TITLE,
        number=number,
        facts=[
            ("姓名", await _name(actor)),
            ("服务次数", f"{one.services} 次"),
            ("服务期间", f"{one.since} 至 {one.until}"),
            ("出具日期", _day(one.issued_at)),
        ],
        lines=[(f"{each.served_on} {each.title}", rules.spoken(each.minutes)) for each in found],
        total=rules.spoken(one.minutes),
        words="已确认的服务时长",
        foot=f"凭编号 {number} 可在小程序“志愿服务 · 核验证明”里查验本证明，查验不显示姓名。",
        columns=("服务", "时长"),
    )
    return Download(await asyncio.to_thread(slips.slip, wanted), printing.PDF, f"{number}.pdf")


def _day(moment: datetime) -> str:
    return clock.local(moment).date().isoformat()


async def follow_area(from_path: str, to_path: str) -> None:
    await move_paths("hours_hour", from_path, to_path)


async def forget(user_id: int) -> None:
    """A person left: the community's figures stay, nameless; certificates go."""
    await execute("UPDATE hours_hour SET user_id = NULL WHERE user_id = ?", user_id)
    await HourChange.filter(made_by=user_id).update(made_by=0)
    await Certificate.filter(user_id=user_id).delete()
