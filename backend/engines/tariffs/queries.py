"""Reading tariffs and meters, and whose firm's they are."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from backend.core import paging
from backend.core.actor import Actor, Permission, Post, Role
from backend.core.database import below, rows
from backend.core.errors import Conflict, Invalid, NotFound
from backend.core.schemas import Page
from backend.engines.tariffs import rules
from backend.engines.tariffs.models import Basis as Basis
from backend.engines.tariffs.models import Period as Period
from backend.engines.tariffs.models import Reading as Reading
from backend.engines.tariffs.models import Tariff as Tariff
from backend.engines.tariffs.models import TariffVersion as TariffVersion
from backend.engines.tariffs.permissions import P
from backend.engines.tariffs.rules import MOST_FEN as MOST_FEN
from backend.engines.tariffs.rules import Span as Span
from backend.engines.tariffs.rules import Step as Step
from backend.engines.tariffs.rules import by_area as by_area
from backend.engines.tariffs.rules import fixed as fixed
from backend.engines.tariffs.rules import half_up as half_up
from backend.engines.tariffs.rules import metered as metered
from backend.engines.tariffs.rules import parts_of as parts_of
from backend.engines.tariffs.rules import price_text as price_text
from backend.engines.tariffs.rules import quantity_text as quantity_text
from backend.engines.tariffs.rules import span_called as span_called
from backend.engines.tariffs.rules import span_of as span_of
from backend.engines.tariffs.rules import yuan as yuan
from backend.engines.tariffs.schemas import (
    MeterOut,
    ReadingQuery,
    Round,
    RoundQuery,
    StepBody,
    TariffOut,
    TariffQuery,
    VersionOut,
)
from backend.engines.tariffs.schemas import Milli as Milli
from backend.engines.tariffs.schemas import PeriodKey as PeriodKey
from backend.engines.tariffs.schemas import ReadingNew as ReadingNew
from backend.engines.tariffs.schemas import ReadingOut as ReadingOut
from backend.engines.tariffs.schemas import VersionNew as VersionNew
from backend.foundation.areas import queries as areas
from backend.foundation.departments import queries as departments

_METERS = (
    "FROM areas_area a CROSS JOIN areas_dwelling d ON d.area_id = a.id "
    "LEFT JOIN tariffs_reading r ON r.tariff_id = ? AND r.dwelling_id = d.id AND r.period = ? "
    "AND r.live_key IS NOT NULL WHERE a.path >= ? AND a.path < ?"
)


# -- whose ---------------------------------------------------------------------------------------
def stands_for(actor: Actor, permission: Permission, unit_id: int, area_path: str) -> bool:
    """Whether the actor does this for the firm at the area."""
    return actor.is_system or any(
        _is_of(post, permission, unit_id) and post.covers(area_path) for post in actor.posts
    )


def _is_of(post: Post, permission: Permission, unit_id: int) -> bool:
    """An accountant without a firm is the county's, and looks at all of them."""
    is_countys = post.unit_id is None and post.role is Role.ACCOUNTANT
    return post.role in permission.roles and (post.unit_id == unit_id or is_countys)


def scope(actor: Actor, permission: Permission) -> tuple[str, list[Any]]:
    """A condition on a table `b` with `unit_id` joined to its areas `a`, and its parameters."""
    if actor.is_system:
        return "1 = 1", []
    tests, params = ["1 = 0"], []
    for post in actor.posts:
        if post.role not in permission.roles:
            continue
        if post.unit_id is not None:
            tests.append("(b.unit_id = ? AND a.path >= ? AND a.path < ?)")
            params += [post.unit_id, *below(post.area_path)]
        elif post.role is Role.ACCOUNTANT:
            tests.append("(a.path >= ? AND a.path < ?)")
            params += [*below(post.area_path)]
    return f"({' OR '.join(tests)})", params


def visible_to(actor: Actor, permission: Permission = P.READ) -> QuerySet[Tariff]:
    """The tariffs of the actor's firm at the actor's areas."""
    if actor.is_system:
        return Tariff.all()
    chosen = Q(id__lt=0)
    for post in actor.posts:
        is_countys = post.unit_id is None and post.role is Role.ACCOUNTANT
        if post.role not in permission.roles or (post.unit_id is None and not is_countys):
            continue
        first, end = below(post.area_path)
        here = Q(area__path__gte=first, area__path__lt=end)
        chosen |= here if post.unit_id is None else here & Q(unit_id=post.unit_id)
    return Tariff.filter(chosen)


async def get(actor: Actor, tariff_id: int, permission: Permission = P.READ) -> Tariff:
    """The tariff with its `area`. Raises NotFound."""
    found = await visible_to(actor, permission).filter(id=tariff_id).prefetch_related("area")
    if not found:
        raise NotFound("没有这个收费项目")
    return found[0]


async def tariff_with_area(tariff_id: int) -> Tariff:
    """A tariff with its `area`, for rooms that have checked whose it is."""
    return await Tariff.get(id=tariff_id).prefetch_related("area")


async def many(tariff_ids: Iterable[int]) -> dict[int, Tariff]:
    """Tariffs by id, for rooms that have checked whose they are."""
    return {one.id: one for one in await Tariff.filter(id__in=sorted(set(tariff_ids)))}


# -- tariffs -------------------------------------------------------------------------------------
async def listed(actor: Actor, query: TariffQuery) -> Page[TariffOut]:
    """A page of tariffs, latest first. Raises NotFound for an unknown area."""
    chosen = visible_to(actor)
    if query.area_id is not None:
        first, end = below(await areas.path_of(query.area_id))
        chosen = chosen.filter(area__path__gte=first, area__path__lt=end)
    if query.cursor:
        chosen = chosen.filter(id__lt=paging.decode(query.cursor, int)[0])
    found = await chosen.order_by("-id").limit(query.limit + 1).prefetch_related("area")
    items, after = paging.cut(found, query.limit, lambda one: (one.id,))
    return Page(items=await shown(items), next=after)


async def shown(found: Sequence[Tariff]) -> list[TariffOut]:
    """Tariffs with all their prices; each comes with its `area`."""
    prices: defaultdict[int, list[TariffVersion]] = defaultdict(list)
    ids = [one.id for one in found]
    for row in await TariffVersion.filter(tariff_id__in=ids).order_by("-valid_from"):
        prices[row.tariff_id].append(row)
    firms = await departments.names(one.unit_id for one in found)
    places = await areas.full_names(one.area.path or "" for one in found)
    return [
        TariffOut(
            id=one.id,
            unit_id=one.unit_id,
            unit_name=firms.get(one.unit_id, ""),
            area_id=one.area_id,
            area_name=places[one.area.path or ""],
            name=one.name,
            basis=one.basis,
            basis_name=one.basis.label,
            period=one.period,
            period_name=one.period.label,
            due_days=one.due_days,
            meter_unit=one.meter_unit,
            meter_digits=one.meter_digits,
            late_rate=one.late_rate,
            late_cap=one.late_cap,
            is_active=one.is_active,
            versions=[_version(one, row) for row in prices[one.id]],
            version=one.version,
        )
        for one in found
    ]


def _version(tariff: Tariff, row: TariffVersion) -> VersionOut:
    return VersionOut(
        id=row.id,
        valid_from=row.valid_from,
        price=row.price,
        steps=[StepBody(**one) for one in row.steps],
        words=price_words(tariff, row),
        basis_note=row.basis_note,
    )


def price_words(tariff: Tariff, row: TariffVersion) -> str:
    """`1.25 元/㎡·月`, `15.00 元/月`, `3.20 元/吨（0–12 吨）…`: a price in plain words."""
    if tariff.basis is Basis.AREA:
        return f"{rules.price_text(row.price)} 元/㎡·月"
    if tariff.basis is Basis.FIXED:
        return f"{rules.price_text(row.price)} 元/月"
    unit, low, words = tariff.meter_unit, "0", []
    for step in row.ladder:
        high = None if step.up_to is None else rules.quantity_text(step.up_to)
        within = f"{low}–{high} {unit}" if high else f"{low} {unit}以上"
        many = f"（{within}）" if len(row.ladder) > 1 else ""
        words.append(f"{rules.price_text(step.price)} 元/{unit}{many}")
        low = high or low
    return "，".join(words)


async def price_at(tariff: Tariff, day: date) -> TariffVersion | None:
    """The price that holds on the day."""
    return (
        await TariffVersion.filter(tariff_id=tariff.id, valid_from__lte=day)
        .order_by("-valid_from")
        .first()
    )


# -- meters --------------------------------------------------------------------------------------
async def readings(actor: Actor, tariff_id: int, query: ReadingQuery) -> Page[ReadingOut]:
    """What the meters of a tariff read, latest entries first. Raises NotFound."""
    tariff = await get(actor, tariff_id)
    chosen = Reading.filter(tariff_id=tariff.id)
    if query.period is not None:
        chosen = chosen.filter(period=query.period)
    if query.dwelling_id is not None:
        chosen = chosen.filter(dwelling_id=query.dwelling_id)
    if query.cursor:
        chosen = chosen.filter(id__lt=paging.decode(query.cursor, int)[0])
    found = await chosen.order_by("-id").limit(query.limit + 1)
    items, after = paging.cut(found, query.limit, lambda one: (one.id,))
    return Page(items=await readings_shown(items), next=after)


async def readings_shown(found: Sequence[Reading]) -> list[ReadingOut]:
    places = await areas.places(one.dwelling_id for one in found)
    return [
        ReadingOut(
            id=one.id,
            dwelling_id=one.dwelling_id,
            place=places.get(one.dwelling_id, ""),
            period=one.period,
            read_on=one.read_on,
            previous=one.previous,
            value=one.value,
            usage=one.usage,
            note=one.note,
            is_corrected=one.live_key is None,
            corrects_id=one.corrects_id,
            entered_at=one.entered_at,
        )
        for one in found
    ]


async def last_values(tariff_id: int, dwelling_ids: Collection[int], day: date) -> dict[int, int]:
    """What each dwelling's meter read at its last reading that counts before the day."""
    counted = Reading.filter(tariff_id=tariff_id, live_key__isnull=False, read_on__lt=day)
    chosen = (
        counted.filter(dwelling_id__in=list(dwelling_ids)) if len(dwelling_ids) < 500 else counted
    )
    return dict(await chosen.order_by("read_on", "id").values_list("dwelling_id", "value"))


async def meter_round(actor: Actor, tariff_id: int, query: RoundQuery) -> Round:
    """The meters of a tariff, door by door. Raises NotFound, Invalid, Conflict for a tariff that
    asks for no meter."""
    tariff = await get(actor, tariff_id, P.METER)
    if tariff.basis is not Basis.METER:
        raise Conflict("这个收费项目不按表计量")
    if rules.span_called(tariff.period, query.period) is None:
        raise Invalid(fields={"period": f"应为{tariff.period.label}的周期"})
    here = await _house(tariff, query.area_id)
    params = (tariff.id, query.period, *below(here))
    (count,) = await rows(f"SELECT COUNT(*) AS total, COUNT(r.id) AS `read` {_METERS}", *params)
    wanted = {None: "", True: " AND r.id IS NOT NULL", False: " AND r.id IS NULL"}[query.is_read]
    after = paging.decode(query.cursor, int)[0] if query.cursor else 0
    found = await rows(
        f"SELECT d.id {_METERS}{wanted} AND d.id > ? ORDER BY d.id LIMIT ?",
        *params,
        after,
        query.limit + 1,
    )
    ids, following = paging.cut([row["id"] for row in found], query.limit, lambda one: (one,))
    items = await _meters(tariff.id, query.period, ids)
    return Round(items=items, next=following, total=count["total"], read=count["read"])


async def _house(tariff: Tariff, area_id: int | None) -> str:
    """The path of a house within the tariff's area, or of all of it. Raises NotFound."""
    whole = tariff.area.path or ""
    path = whole if area_id is None else await areas.path_of(area_id)
    if not path.startswith(whole):
        raise NotFound("不在这个收费项目的范围内")
    return path


async def _meters(tariff_id: int, period: str, ids: Sequence[int]) -> list[MeterOut]:
    counted = Reading.filter(tariff_id=tariff_id, dwelling_id__in=ids or [0])
    found = await counted.filter(live_key__isnull=False).order_by("read_on", "id")
    places = await areas.places(ids)
    now = [one for one in found if one.period == period]
    shown = {one.dwelling_id: one for one in await readings_shown(now)}
    before = {one.dwelling_id: one for one in found if one.period < period}
    return [
        MeterOut(
            dwelling_id=one,
            place=places[one],
            previous=before[one].value if one in before else None,
            usual=before[one].usage if one in before else None,
            reading=shown.get(one),
        )
        for one in ids
    ]
