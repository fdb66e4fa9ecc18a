"""Reading service hours: one's own, for hosts those of what they held, of paper what it says."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from tortoise.queryset import QuerySet

from backend.core import clock, crypto, paging
from backend.core.actor import Actor
from backend.core.database import marks, rows
from backend.core.errors import NotFound
from backend.core.schemas import Page
from backend.core.states import moves_open_to
from backend.engines.hours import rules
from backend.engines.hours.models import Certificate, HourChange, ServiceHour
from backend.engines.hours.schemas import (
    CertificateOut,
    ChangeOut,
    CheckBody,
    CheckOut,
    HoursOut,
)
from backend.engines.hours.schemas import ConfirmBody as ConfirmBody
from backend.engines.hours.schemas import CorrectBody as CorrectBody
from backend.engines.hours.schemas import HourOut as HourOut
from backend.engines.hours.schemas import HoursQuery as HoursQuery
from backend.engines.hours.schemas import RejectBody as RejectBody
from backend.engines.hours.states import MOVES, H
from backend.foundation.identity import queries as identity

NAME = "certificate.name"
_SUMS = (
    "SELECT COALESCE(SUM(CASE WHEN status = 'confirmed' THEN minutes ELSE 0 END), 0) AS confirmed, "
    "COALESCE(SUM(CASE WHEN status = 'proposed' THEN minutes ELSE 0 END), 0) AS waiting, "
    "COALESCE(SUM(status = 'confirmed'), 0) AS services, COALESCE(SUM(CASE WHEN "
    "status = 'confirmed' AND served_on >= ? THEN minutes ELSE 0 END), 0) AS this_year "
    "FROM hours_hour WHERE user_id = ?"
)
_WITHIN = (
    "SELECT COALESCE(SUM(minutes), 0) AS minutes, COUNT(*) AS services FROM hours_hour "
    "WHERE user_id = ? AND status = 'confirmed' AND minutes > 0 "
    "AND served_on >= ? AND served_on <= ?"
)

_COUNTS = (
    "SELECT owner_id, COUNT(*) AS n FROM hours_hour WHERE owner_kind = ? "
    "AND status = 'proposed' AND owner_id IN ({}) GROUP BY owner_id"
)


async def mine(actor: Actor, query: HoursQuery) -> Page[HourOut]:
    """One's own hours, latest first."""
    return await _page(actor, ServiceHour.filter(user_id=actor.user_id), query, called=None)


async def my_sum(actor: Actor) -> HoursOut:
    """One's own sum, in minutes."""
    first = date(clock.today().year, 1, 1)
    found = (await rows(_SUMS, first, actor.user_id))[0]
    return HoursOut(**{name: int(value) for name, value in found.items()})


async def of_owner(
    actor: Actor, owner: tuple[str, int], query: HoursQuery, *, is_staff: bool
) -> Page[HourOut]:
    """Hours of a thing of the room above, which the actor held, latest first."""
    chosen = ServiceHour.filter(owner_kind=owner[0], owner_id=owner[1])
    return await _page(actor, chosen, query, called=is_staff)


async def _page(
    actor: Actor, chosen: QuerySet[ServiceHour], query: HoursQuery, *, called: bool | None
) -> Page[HourOut]:
    if query.status is not None:
        chosen = chosen.filter(status=query.status)
    if query.cursor:
        chosen = chosen.filter(id__lt=paging.decode(query.cursor, int)[0])
    found = await chosen.order_by("-id").limit(query.limit + 1)
    items, after = paging.cut(found, query.limit, lambda one: (one.id,))
    return Page(items=await shown(actor, items, is_staff=called), next=after)


async def waiting(owner: tuple[str, int], limit: int) -> list[ServiceHour]:
    """Hours of a room above's thing that wait to be confirmed, first come first."""
    chosen = ServiceHour.filter(owner_kind=owner[0], owner_id=owner[1], status=H.PROPOSED)
    return await chosen.order_by("id").limit(limit)


async def counts(owner_kind: str, owner_ids: Sequence[int]) -> dict[int, int]:
    """How many hours wait to be confirmed, by the room above's thing."""
    found = await rows(_COUNTS.format(marks(owner_ids)), owner_kind, *owner_ids)
    return {int(row["owner_id"]): int(row["n"]) for row in found}


async def of_key(key: str) -> ServiceHour | None:
    return await ServiceHour.get_or_none(key=key)


async def held(hour_id: int) -> ServiceHour:
    """The hours as they stand: nobody changes them until this transaction ends. For rooms above."""
    return await ServiceHour.filter(id=hour_id).select_for_update().get()


async def hosted(hour_id: int, owner_kind: str) -> ServiceHour:
    """Hours of a room above's thing, for its host. Raises NotFound."""
    found = await ServiceHour.get_or_none(id=hour_id, owner_kind=owner_kind)
    if found is None:
        raise NotFound("没有这条时长")
    found.is_hosted = True
    return found


async def shown(
    actor: Actor, found: Sequence[ServiceHour], *, is_staff: bool | None
) -> list[HourOut]:
    """`is_staff`: whether a host reads whole names; None for one's own eyes, without names."""
    ids = [one.id for one in found]
    history: defaultdict[int, list[ChangeOut]] = defaultdict(list)
    for row in await HourChange.filter(hour_id__in=ids).order_by("id") if ids else []:
        said = ChangeOut(before=row.before, after=row.after, reason=row.reason, at=row.made_at)
        history[row.hour_id].append(said)
    whole = {} if is_staff is None else await identity.names(one.user_id or 0 for one in found)
    made = []
    for one in found:
        one.is_hosted = is_staff is not None
        name = None
        if is_staff is not None:
            known = whole[one.user_id].name if one.user_id in whole else "已注销用户"
            name = known if is_staff or one.user_id is None else crypto.mask_name(known)
        made.append(_shown(actor, one, name, history[one.id]))
    return made


def _shown(actor: Actor, one: ServiceHour, name: str | None, history: list[ChangeOut]) -> HourOut:
    names = "id title owner_kind owner_id served_on proposed minutes note status reason version"
    facts: dict[str, Any] = {each: getattr(one, each) for each in names.split()}
    return HourOut(
        **facts,
        status_name=one.status.label,
        name=name,
        history=history,
        moves=moves_open_to(MOVES, one, actor),
    )


# -- certificates ----------------------------------------------------------------------------------
async def within(user_id: int, since: date, until: date) -> tuple[int, int]:
    """Confirmed minutes and services of these days, the last one included."""
    found = (await rows(_WITHIN, user_id, since, until))[0]
    return int(found["minutes"]), int(found["services"])


async def services(user_id: int, since: date, until: date) -> list[ServiceHour]:
    """The services that a certificate of these days counts, by day."""
    days = ServiceHour.filter(user_id=user_id, served_on__gte=since, served_on__lte=until)
    return await days.filter(status=H.CONFIRMED, minutes__gt=0).order_by("served_on", "id")


async def certificates(actor: Actor) -> Page[CertificateOut]:
    """One's own certificates, latest first."""
    found = await Certificate.filter(user_id=actor.user_id).order_by("-id").limit(100)
    return Page(items=[certificate_shown(one) for one in found])


async def certificate(actor: Actor, certificate_id: int) -> Certificate:
    """One's own certificate. Raises NotFound."""
    found = await Certificate.get_or_none(id=certificate_id, user_id=actor.user_id)
    if found is None:
        raise NotFound("没有这份证明")
    return found


def certificate_shown(one: Certificate) -> CertificateOut:
    names = "id since until minutes services issued_at"
    facts: dict[str, Any] = {each: getattr(one, each) for each in names.split()}
    return CertificateOut(**facts, number=rules.printed(one.number))


async def check(body: CheckBody) -> CheckOut:
    """What a number stands for, for anybody who holds the paper. Raises NotFound."""
    number = rules.read_number(body.number)
    one = await Certificate.get_or_none(number=number) if number else None
    if one is None:
        raise NotFound("没有这个编号的证明")
    now, _ = await within(one.user_id, one.since, one.until)
    is_right = body.name and one.name_index in crypto.blind_indexes(body.name, field=NAME)
    is_valid = now >= one.minutes
    facts = certificate_shown(one).model_dump(exclude={"id"})
    return CheckOut(
        **facts,
        minutes_now=now,
        verdict="valid" if is_valid else "corrected",
        verdict_name="有效" if is_valid else "出具后有更正",
        is_name_right=None if body.name is None else bool(is_right),
    )


async def about(user_id: int) -> dict[str, Any]:
    """Everything the room keeps about a person, in plain words for their own export."""
    found = await ServiceHour.filter(user_id=user_id).order_by("id")
    papers = await Certificate.filter(user_id=user_id).order_by("id")
    return {
        "服务时长": [
            {
                "项目": one.title,
                "日期": one.served_on,
                "分钟": one.minutes,
                "状态": one.status.label,
                "说明": one.reason,
            }
            for one in found
        ],
        "服务证明": [
            {"编号": rules.printed(one.number), "分钟": one.minutes, "出具时间": one.issued_at}
            for one in papers
        ],
    }
