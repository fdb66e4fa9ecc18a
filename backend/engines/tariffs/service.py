"""Changing tariffs, and entering what meters read."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tortoise.expressions import F

from backend.core import clock
from backend.core.actor import Actor
from backend.core.database import duplicate_is
from backend.core.errors import Conflict, Invalid, NotFound, StaleVersion
from backend.engines.tariffs import queries, rules
from backend.engines.tariffs.models import Reading, Tariff, TariffVersion, reading_key
from backend.engines.tariffs.permissions import P
from backend.engines.tariffs.rules import Basis, Span
from backend.engines.tariffs.schemas import (
    ReadingNew,
    ReadingOut,
    TariffChange,
    TariffNew,
    TariffOut,
    VersionNew,
)
from backend.foundation.areas import queries as areas
from backend.foundation.audit import service as audit
from backend.foundation.departments import queries as departments


# -- tariffs -------------------------------------------------------------------------------------
async def create(actor: Actor, body: TariffNew) -> TariffOut:
    """Add a tariff with its first price. Raises NotFound for an area beyond the actor's firm's,
    Invalid for a price from the middle of a period."""
    area = await areas.get(body.area_id)
    unit_id = await _firm(actor, area.path or "")
    _from_first_day(body.first, body.period)
    given = body.model_dump(exclude={"area_id", "first"})
    tariff = await Tariff.create(
        area_id=area.id, unit_id=unit_id, created_by=actor.user_id, **given
    )
    await _price(actor, tariff.id, body.first)
    path = area.path or ""
    await audit.record(actor, "tariffs.created", f"tariff:{tariff.id}", path, unit=unit_id)
    return await _shown(actor, tariff.id)


async def _firm(actor: Actor, path: str) -> int:
    """The firm that the actor manages here: the one engaged for the place, if it is among several.

    Raises NotFound when there is none."""
    held = {
        post.unit_id
        for post in actor.posts
        if post.role in P.MANAGE.roles and post.unit_id and post.covers(path)
    }
    engaged = await departments.property_of(path)
    if engaged is not None and engaged.id in held:
        return int(engaged.id)
    if not held:
        raise NotFound("没有这个区域，或不归您的公司管理")
    return min(held)


def _from_first_day(body: VersionNew, period: rules.Period) -> None:
    if rules.span_of(period, body.valid_from).first != body.valid_from:
        raise Invalid(fields={"valid_from": "须为一个收费周期的第一天"})


async def _price(actor: Actor, tariff_id: int, body: VersionNew) -> None:
    with duplicate_is(Conflict("这一天起已有价格，请另选生效日")):
        await TariffVersion.create(
            tariff_id=tariff_id,
            valid_from=body.valid_from,
            price=body.price or 0,
            steps=[one.model_dump() for one in body.steps],
            basis_note=body.basis_note,
            created_by=actor.user_id,
        )


async def _shown(actor: Actor, tariff_id: int) -> TariffOut:
    return (await queries.shown([await queries.get(actor, tariff_id, P.MANAGE)]))[0]


async def reprice(actor: Actor, tariff_id: int, body: VersionNew) -> TariffOut:
    """A new price from a day on, which comes after all prices there are: what has been billed
    stays as it is. Raises NotFound, Invalid, Conflict."""
    tariff = await queries.get(actor, tariff_id, P.MANAGE)
    if (tariff.basis is Basis.METER) != bool(body.steps):
        raise Invalid(fields={"price": "按表计量填阶梯价，其他方式填单价"})
    _from_first_day(body, tariff.period)
    if await TariffVersion.filter(tariff_id=tariff.id, valid_from__gte=body.valid_from).exists():
        raise Conflict("新价格须晚于已有的价格")
    await _price(actor, tariff.id, body)
    said = {"valid_from": body.valid_from.isoformat()}
    await audit.record(
        actor, "tariffs.repriced", f"tariff:{tariff.id}", tariff.area.path or "", **said
    )
    return await _shown(actor, tariff.id)


async def change(actor: Actor, tariff_id: int, body: TariffChange) -> TariffOut:
    """Change its name, when it is due, the late fee; or end it. Raises NotFound, StaleVersion."""
    tariff = await queries.get(actor, tariff_id, P.MANAGE)
    given: dict[str, Any] = body.model_dump(exclude_none=True, exclude={"version"})
    if given.get("late_rate", tariff.late_rate) and not given.get("late_cap", tariff.late_cap):
        raise Invalid(fields={"late_cap": "设违约金须同时设上限"})
    seen = Tariff.filter(id=tariff.id, version=body.version)
    if await seen.update(version=F("version") + 1, **given) != 1:
        raise StaleVersion(version=tariff.version)
    path = tariff.area.path or ""
    await audit.record(actor, "tariffs.changed", f"tariff:{tariff.id}", path, fields=sorted(given))
    return await _shown(actor, tariff.id)


# -- meters --------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Wrong:
    """Which of several readings is wrong (counted from 0), in which field, and why."""

    index: int
    field: str
    message: str


async def enter(actor: Actor, tariff_id: int, body: ReadingNew) -> ReadingOut:
    """Enter what a dwelling's meter reads. Raises NotFound, Invalid for figures that cannot be
    true, Conflict for a period that has a reading."""
    tariff = await queries.get(actor, tariff_id, P.METER)
    made, wrong = await enter_all(actor, tariff, [body])
    if wrong:
        raise Invalid(fields={wrong[0].field: wrong[0].message})
    return (await queries.readings_shown(made))[0]


async def enter_all(
    actor: Actor, tariff: Tariff, bodies: list[ReadingNew]
) -> tuple[list[Reading], list[Wrong]]:
    """Enter many readings, or none of them and what is wrong with each.

    Raises Conflict when one of the periods has a reading already.
    """
    homes = await areas.dwellings_within(
        tariff.area.path or "", [one.dwelling_id for one in bodies]
    )
    before = await queries.last_values(tariff.id, homes, max(one.read_on for one in bodies))
    good: list[Reading] = []
    wrong: list[Wrong] = []
    for index, body in enumerate(bodies):
        if body.dwelling_id not in homes:
            wrong.append(Wrong(index, "dwelling_id", "不在这个收费项目的范围内"))
            continue
        found = _reading(actor, tariff, body, before.get(body.dwelling_id, body.previous))
        if isinstance(found, Reading):
            good.append(found)
        else:
            wrong.append(Wrong(index, *found))
    if not wrong:
        with duplicate_is(Conflict("这一期已有读数，请用更正")):
            await Reading.bulk_create(good, batch_size=500)
        keys = [one.live_key for one in good]
        good = await Reading.filter(live_key__in=keys) if len(keys) < 500 else good
    return good, wrong


def _reading(
    actor: Actor, tariff: Tariff, body: ReadingNew, previous: int | None
) -> Reading | tuple[str, str]:
    """The row, or the field that is wrong and why."""
    span = rules.span_called(tariff.period, body.period)
    if tariff.basis is not Basis.METER or span is None:
        return "period", "这个收费项目没有这样的周期，或不按表计量"
    if not span.first <= body.read_on <= clock.today():
        return "read_on", "抄表日不能早于周期开始，也不能晚于今天"
    if previous is None:
        return "previous", "第一次抄表须填起始读数"
    try:
        usage = rules.usage_of(previous, body.seen, tariff.dial)
    except rules.Unlikely as error:
        return "value", str(error)
    return Reading(
        tariff_id=tariff.id,
        previous=previous,
        usage=usage,
        live_key=reading_key(tariff.id, body.dwelling_id, span.key),
        entered_by=actor.user_id,
        entered_at=clock.now(),
        **body.model_dump(exclude={"previous"}),
    )


async def correct(actor: Actor, reading_id: int, body: ReadingNew) -> ReadingOut:
    """Put another reading in the place of the dwelling's latest; the wrong one is kept.

    For rooms that have checked that nothing rests on it. Raises NotFound, Invalid, Conflict.
    """
    wrong = await Reading.get_or_none(id=reading_id)
    if wrong is None:
        raise NotFound("没有这条读数")
    tariff = await queries.get(actor, wrong.tariff_id, P.METER)
    if (wrong.dwelling_id, wrong.period) != (body.dwelling_id, body.period):
        raise Invalid(fields={"period": "只能更正同一户同一期的读数"})
    later = Reading.filter(tariff_id=tariff.id, dwelling_id=wrong.dwelling_id)
    if await later.filter(live_key__isnull=False, read_on__gt=wrong.read_on).exists():
        raise Conflict("只能更正最近一次读数")
    found = _reading(actor, tariff, body, wrong.previous)
    if not isinstance(found, Reading):
        raise Invalid(fields={found[0]: found[1]})
    if await Reading.filter(id=wrong.id, live_key=found.live_key).update(live_key=None) != 1:
        raise Conflict("这条读数已被更正")
    found.corrects_id = wrong.id
    await found.save()
    path = tariff.area.path or ""
    await audit.record(actor, "tariffs.reading_corrected", f"reading:{found.id}", path, of=wrong.id)
    return (await queries.readings_shown([found]))[0]


async def reading_of(reading_id: int) -> Reading:
    """Raises NotFound."""
    found = await Reading.get_or_none(id=reading_id)
    if found is None:
        raise NotFound("没有这条读数")
    return found


def spans(tariff: Tariff, keys: Iterable[str]) -> dict[str, Span | None]:
    """Periods by their keys; None for what is no period of the tariff."""
    return {key: rules.span_called(tariff.period, key) for key in keys}
