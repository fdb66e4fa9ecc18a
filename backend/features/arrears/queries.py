"""Reading what is overdue, by age, place and dwelling."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from backend.core import clock, paging
from backend.core.actor import Actor
from backend.core.database import below, rows
from backend.core.schemas import Page
from backend.engines.bills import queries as bills
from backend.engines.tariffs import queries as tariffs
from backend.features.arrears import rules
from backend.features.arrears.models import Muted, PaymentPlan, Reminder
from backend.features.arrears.permissions import P
from backend.features.arrears.schemas import (
    Ageing,
    AgeingQuery,
    AgeOut,
    DebtorOut,
    DebtorQuery,
    PlaceOut,
)
from backend.foundation.areas import queries as areas

# A path is a prefix of all below it; SUBSTR says that in both dialects without concatenation.
_FROM = (
    "FROM bills_bill b JOIN areas_area a ON a.id = b.area_id JOIN areas_area c "
    "ON c.level = 'compound' AND SUBSTR(a.path, 1, LENGTH(c.path)) = c.path "
)
_PLACES = (
    "SELECT c.id, c.name, SUM(CASE WHEN b.status = 'unpaid' THEN b.owed ELSE 0 END) AS owed, "
    "SUM(CASE WHEN b.status = 'unpaid' AND b.due_on < ? THEN b.owed ELSE 0 END) AS overdue, "
    "COUNT(DISTINCT CASE WHEN b.status = 'unpaid' AND b.due_on < ? THEN b.dwelling_id END) AS n, "
    "SUM(CASE WHEN b.due_on >= ? AND b.due_on < ? THEN b.amount ELSE 0 END) AS billed, "
    "SUM(CASE WHEN b.due_on >= ? AND b.due_on < ? THEN b.amount - b.owed ELSE 0 END) AS collected "
    f"{_FROM} WHERE b.status <> 'void' AND {{}} GROUP BY c.id, c.name ORDER BY overdue DESC, c.id"
)
_DUE = (
    "SELECT b.due_on, COUNT(*) AS bills, SUM(b.owed) AS owed FROM bills_bill b "
    "JOIN areas_area a ON a.id = b.area_id WHERE b.status = 'unpaid' AND b.due_on < ? AND {} "
    "GROUP BY b.due_on"
)
_DEBTORS = (
    "SELECT b.unit_id, b.dwelling_id, b.tenure, COALESCE(n.number, 0) AS runs, SUM(b.owed) AS owed,"
    " COUNT(*) AS bills, MIN(b.due_on) AS oldest, "
    "SUM(CASE WHEN b.is_disputed = 1 THEN b.owed ELSE 0 END) AS disputed "
    "FROM bills_bill b JOIN areas_area a ON a.id = b.area_id "
    "LEFT JOIN tenures_tenure n ON n.dwelling_id = b.dwelling_id "
    "WHERE b.status = 'unpaid' AND b.due_on < ? AND {} "
    "GROUP BY b.unit_id, b.dwelling_id, b.tenure, n.number "
)
_IN_ORDER = (
    "HAVING SUM(b.owed) < ? OR (SUM(b.owed) = ? AND (b.dwelling_id > ? OR "
    "(b.dwelling_id = ? AND b.tenure > ?))) "
    "ORDER BY SUM(b.owed) DESC, b.dwelling_id, b.tenure LIMIT ?"
)
_FIRST = (2**62, 0, 0)


async def _scope(actor: Actor, area_id: int | None) -> tuple[str, list[Any]]:
    sees, params = tariffs.scope(actor, P.READ)
    if area_id is None:
        return sees, params
    return f"{sees} AND a.path >= ? AND a.path < ?", [
        *params,
        *below(await areas.path_of(area_id)),
    ]


async def ageing(actor: Actor, query: AgeingQuery) -> Ageing:
    """What is owed to the actor's firm, by age and by compound. Raises NotFound."""
    scope, params = await _scope(actor, query.area_id)
    today = clock.today()
    year = today.replace(year=today.year - 1, day=min(today.day, 28))
    found = await rows(_PLACES.format(scope), today, today, year, today, year, today, *params)
    places = [_place(row) for row in found]
    sums: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row in await rows(_DUE.format(scope), today, *params):
        age = sums[bills.age_words((today - bills.day(row["due_on"])).days)]
        age[0] += int(row["bills"])
        age[1] += int(row["owed"])
    return Ageing(
        owed=sum(one.owed for one in places),
        overdue=sum(one.overdue for one in places),
        ages=[AgeOut(name=one, bills=sums[one][0], owed=sums[one][1]) for one in bills.AGE_NAMES],
        compounds=places,
    )


def _place(row: dict[str, Any]) -> PlaceOut:
    return PlaceOut(
        area_id=row["id"],
        name=row["name"],
        owed=int(row["owed"]),
        overdue=int(row["overdue"]),
        dwellings=int(row["n"]),
        billed=int(row["billed"]),
        collected=int(row["collected"]),
    )


async def debtors(actor: Actor, query: DebtorQuery) -> Page[DebtorOut]:
    """Dwellings with something overdue, the most first. Raises NotFound."""
    scope, params = await _scope(actor, query.area_id)
    owed, dwelling, tenure = paging.decode(query.cursor, int, int, int) if query.cursor else _FIRST
    due = clock.today() - timedelta(days=query.min_days - 1)
    after_it = (owed, owed, dwelling, dwelling, tenure)
    sql = _DEBTORS.format(scope) + _IN_ORDER
    found = await rows(sql, due, *params, *after_it, query.limit + 1)
    items, after = paging.cut(
        found, query.limit, lambda row: (int(row["owed"]), row["dwelling_id"], row["tenure"])
    )
    return Page(items=await _shown(items), next=after)


async def _shown(found: Sequence[dict[str, Any]]) -> list[DebtorOut]:
    places = await areas.places(row["dwelling_id"] for row in found)
    sent = await reminders([row["dwelling_id"] for row in found])
    plans = await plans_of([row["dwelling_id"] for row in found])
    today, now = clock.today(), clock.now()
    shown = []
    for row in found:
        key = (row["unit_id"], row["dwelling_id"], row["tenure"])
        plan = plans.get(key)
        shown.append(
            DebtorOut(
                unit_id=row["unit_id"],
                dwelling_id=row["dwelling_id"],
                tenure=row["tenure"],
                place=places[row["dwelling_id"]],
                is_former=row["tenure"] != row["runs"],
                owed=int(row["owed"]),
                bills=int(row["bills"]),
                oldest_days=(today - bills.day(row["oldest"])).days,
                disputed=int(row["disputed"]),
                reminded_at=max(sent[key], default=None),
                plan_note=plan.note if plan else "",
                plan_until=plan.until_on if plan else None,
                may_remind=plan is None
                and int(row["owed"]) > int(row["disputed"])
                and rules.may_remind(sent[key], now),
            )
        )
    return shown


Key = tuple[int, int, int]
"""Firm, dwelling, tenure."""


async def reminders(dwelling_ids: Sequence[int]) -> defaultdict[Key, list[datetime]]:
    """When dwellings were reminded lately."""
    found: defaultdict[Key, list[datetime]] = defaultdict(list)
    since = clock.now() - rules.EVERY
    for one in await Reminder.filter(dwelling_id__in=list(dwelling_ids) or [0], sent_at__gt=since):
        found[one.unit_id, one.dwelling_id, one.tenure].append(one.sent_at)
    return found


async def plans_of(dwelling_ids: Sequence[int]) -> dict[Key, PaymentPlan]:
    """The plans that run, by dwelling."""
    running = PaymentPlan.filter(
        dwelling_id__in=list(dwelling_ids) or [0], ended_at=None, until_on__gte=clock.today()
    )
    return {(one.unit_id, one.dwelling_id, one.tenure): one for one in await running.order_by("id")}


async def muted(user_ids: Sequence[int]) -> set[int]:
    """Those of the people who do not want to be reminded."""
    found = await Muted.filter(user_id__in=list(user_ids) or [0]).values_list("user_id", flat=True)
    return {int(str(one)) for one in found}


async def undisputed(unit_id: int, dwelling_id: int, tenure: int, today: date) -> tuple[int, int]:
    """How many bills are overdue beyond dispute, and what they come to."""
    found = await rows(
        "SELECT COUNT(*) AS bills, COALESCE(SUM(owed), 0) AS owed FROM bills_bill "
        "WHERE unit_id = ? AND dwelling_id = ? AND tenure = ? AND status = 'unpaid' "
        "AND is_disputed = 0 AND due_on < ?",
        unit_id,
        dwelling_id,
        tenure,
        today,
    )
    return int(found[0]["bills"]), int(found[0]["owed"])


async def overdue_since(due: date, after: Key, limit: int) -> list[Key]:
    """Whose bills have been overdue since that day, in the order of their keys."""
    found = await rows(
        "SELECT DISTINCT unit_id, dwelling_id, tenure FROM bills_bill WHERE status = 'unpaid' "
        "AND is_disputed = 0 AND due_on < ? AND (dwelling_id > ? OR (dwelling_id = ? AND "
        "(tenure > ? OR (tenure = ? AND unit_id > ?)))) "
        "ORDER BY dwelling_id, tenure, unit_id LIMIT ?",
        due,
        after[1],
        after[1],
        after[2],
        after[2],
        after[0],
        limit,
    )
    return [(row["unit_id"], row["dwelling_id"], row["tenure"]) for row in found]


async def about(user_id: int) -> dict[str, Any]:
    """Everything the room keeps about a person, in plain words for their own export."""
    found = await Muted.get_or_none(user_id=user_id)
    return {"缴费提醒": {"关闭时间": found.muted_at if found else None}}
