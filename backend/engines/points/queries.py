"""Reading points: one's own, the family's, a community's; and whether the books agree."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from backend.core import clock, crypto
from backend.core.actor import Actor
from backend.core.database import moment, rows
from backend.core.errors import NotFound
from backend.core.schemas import Page, PageQuery
from backend.engines.ledgers import queries as ledgers
from backend.engines.ledgers.queries import EntryOut as EntryOut
from backend.engines.points import rules
from backend.engines.points.models import (
    HoldStatus,
    PointHold,
    PointLot,
    PointPolicy,
    PointProof,
)
from backend.engines.points.permissions import P
from backend.engines.points.rules import UNIT as UNIT
from backend.engines.points.rules import NotEnoughPoints as NotEnoughPoints
from backend.engines.points.rules import Part as Part
from backend.engines.points.rules import Terms as Terms
from backend.engines.points.rules import check_amount as check_amount
from backend.engines.points.rules import end_of as end_of
from backend.engines.points.rules import household as household
from backend.engines.points.rules import issued as issued
from backend.engines.points.rules import pool as pool
from backend.engines.points.rules import shop as shop
from backend.engines.points.schemas import (
    EconomyOut,
    EndingOut,
    FamilyOut,
    PointsOut,
    PolicyOut,
    ProofOut,
    RelativeOut,
    TermsOut,
)
from backend.foundation.areas import queries as areas
from backend.foundation.areas.queries import Level
from backend.foundation.holdings import queries as holdings
from backend.foundation.holdings.queries import Holding as Holding
from backend.foundation.identity import queries as identity
from backend.foundation.residents import queries as residents
from backend.foundation.residents.queries import Relation

_PASSED_ON = (
    "SELECT COALESCE(SUM(amount), 0) AS sum FROM points_transfer "
    "WHERE user_id = ? AND at >= ? AND at < ?"
)
_DUE = "SELECT DISTINCT account FROM points_lot WHERE expires_at <= ? AND amount > 0 LIMIT ?"
_SOON = (
    "SELECT id, account, amount, expires_at FROM points_lot WHERE expires_at > ? "
    "AND expires_at <= ? AND amount > 0 AND warned_at IS NULL ORDER BY account, expires_at LIMIT ?"
)


# -- lots ------------------------------------------------------------------------------------------


async def lots_of(account: str, *, is_due: bool = False) -> list[PointLot]:
    """What the account is made of, first out first; or what of it has ended."""
    chosen = PointLot.filter(account=account, amount__gt=0)
    now = clock.now()
    chosen = chosen.filter(expires_at__lte=now) if is_due else chosen.filter(expires_at__gt=now)
    return await chosen.order_by("expires_at", "id")


def parts_of(lots: Sequence[PointLot]) -> list[Part]:
    return [Part(one.community_id, one.expires_at, one.amount) for one in lots]


async def balance_of(user_id: int) -> int:
    """What a person can spend now: what has ended is gone, whether it was booked yet or not."""
    return sum(one.amount for one in await lots_of(rules.person(user_id)))


async def due_accounts(limit: int) -> list[str]:
    """Accounts with lots that have ended."""
    return [str(row["account"]) for row in await rows(_DUE, clock.now(), limit)]


async def ending_soon(limit: int) -> list[dict[str, Any]]:
    """Lots `{id, account, amount, expires_at}` that end soon and of which nobody was told."""
    now = clock.now()
    until = now + timedelta(days=rules.SOON_DAYS)
    found = await rows(_SOON, now, until, limit)
    return [row | {"expires_at": moment(row["expires_at"])} for row in found]


# -- one's own -------------------------------------------------------------------------------------


async def mine(actor: Actor) -> PointsOut:
    """The actor's points and the families'."""
    account = rules.person(actor.user_id)
    lots = await lots_of(account)
    soon = clock.now() + timedelta(days=rules.SOON_DAYS)
    return PointsOut(
        balance=sum(one.amount for one in lots),
        reserved=await ledgers.balance(rules.reserved(actor.user_id), UNIT),
        owed=await owed_by(actor.user_id),
        endings=_endings(lots),
        soon=sum(one.amount for one in lots if one.expires_at <= soon),
        passed_on_today=await passed_on(actor.user_id),
        families=[await _family(actor, one) for one in await families(actor.user_id)],
        terms=TermsOut(**vars(await terms_of(actor.user_id))),
    )


def _endings(lots: Sequence[PointLot]) -> list[EndingOut]:
    sums: dict[datetime, int] = {}
    for one in lots:
        sums[one.expires_at] = sums.get(one.expires_at, 0) + one.amount
    return [EndingOut(at=at, amount=amount) for at, amount in sorted(sums.items())]


async def owed_by(user_id: int) -> int:
    """Points that were taken back when they were spent already."""
    return -await ledgers.balance(rules.owed(user_id), UNIT)


async def passed_on(user_id: int) -> int:
    """How many points a person has passed on today."""
    found = await rows(_PASSED_ON, user_id, *clock.bounds(clock.today()))
    return int(found[0]["sum"])


async def statement(actor: Actor, query: PageQuery) -> Page[EntryOut]:
    """What came and went, latest first."""
    return await ledgers.statement(rules.person(actor.user_id), query.limit, query.cursor, UNIT)


# -- the family ------------------------------------------------------------------------------------


async def families(user_id: int) -> list[Holding]:
    """The households that a person belongs to today. Tenants of one flat may be strangers."""
    found = await holdings.of_user(user_id)
    return [one for one in found if one.is_current and one.relation is not Relation.TENANT]


async def family(user_id: int, dwelling_id: int, tenure: int | None = None) -> Holding:
    """The household at this dwelling (of that tenure). Raises NotFound for who is not of it."""
    for one in await families(user_id):
        if one.dwelling_id == dwelling_id and tenure in (None, one.tenure):
            return one
    raise NotFound("您不是这户的家庭成员")


async def members_of(one: Holding) -> list[int]:
    """Accounts of the household's present members."""
    return await owners(rules.household(*one.key))


async def owners(account: str) -> list[int]:
    """Whom a lot's end concerns: the person, or the members of the household."""
    kind, ids = rules.owner_of(account)
    if kind == "user":
        return ids
    found = await holdings.users_of(*ids)
    keys = {user_id: [one.key for one in await families(user_id)] for user_id in found}
    return [user_id for user_id in found if tuple(ids) in keys[user_id]]


async def _family(actor: Actor, one: Holding) -> FamilyOut:
    others = [user_id for user_id in await members_of(one) if user_id != actor.user_id]
    names = await identity.names(others)
    places = await areas.places([one.dwelling_id])
    return FamilyOut(
        dwelling_id=one.dwelling_id,
        place=places[one.dwelling_id],
        balance=sum(each.amount for each in await lots_of(rules.household(*one.key))),
        members=[
            RelativeOut(user_id=each, name=crypto.mask_name(names[each].name)) for each in others
        ],
    )


async def family_statement(actor: Actor, dwelling_id: int, query: PageQuery) -> Page[EntryOut]:
    """What came into the family's account and went. Raises NotFound for somebody else's."""
    account = rules.household(*(await family(actor.user_id, dwelling_id)).key)
    return await ledgers.statement(account, query.limit, query.cursor, UNIT)


# -- policy ----------------------------------------------------------------------------------------


async def policy_at(path: str) -> PointPolicy | None:
    """The policy that holds at a path: its own, else the nearest above."""
    found = await PointPolicy.filter(area_path__in=areas.paths_to(path))
    return max(found, key=lambda one: len(one.area_path), default=None)


async def terms_at(path: str) -> Terms:
    """The terms that hold at a path."""
    one = await policy_at(path)
    return Terms(**{name: getattr(one, name) for name in vars(Terms())}) if one else Terms()


async def terms_of(user_id: int) -> Terms:
    """The terms that hold where a person lives; without a home the house's own."""
    homes = await residents.dwellings_of(user_id)
    return await terms_at(homes[0].area_path) if homes else Terms()


async def overseen(actor: Actor, area_id: int) -> str:
    """The path of an area whose points the actor oversees. Raises NotFound."""
    path = await areas.path_of(area_id)
    if not actor.may(P.OVERSEE, path):
        raise NotFound("没有这个区域")
    return path


async def policy(actor: Actor, area_id: int) -> PolicyOut:
    """The policy of an area. Raises NotFound for an area that is not the actor's."""
    path = await overseen(actor, area_id)
    one = await policy_at(path)
    is_own = one is not None and one.area_path == path
    terms = vars(await terms_at(path))
    version = one.version if one and is_own else 0
    return PolicyOut(**terms, area_id=area_id, is_own=is_own, version=version)


# -- a community -----------------------------------------------------------------------------------


async def community_of(path: str) -> int:
    """The community that a path lies in. Raises NotFound for a street or a county."""
    found = (await areas.ancestors(path)).get(Level.COMMUNITY)
    if found is None:
        raise NotFound("积分属于社区，请选择社区")
    return int(found.id)


async def economy(actor: Actor, area_id: int) -> EconomyOut:
    """A community's points. Raises NotFound."""
    path = await overseen(actor, area_id)
    community_id = await community_of(path)
    last = await PointProof.all().order_by("-day").first()
    return EconomyOut(
        area_id=community_id,
        issued=await issued_by(community_id),
        pool=await pool_of(community_id),
        proof=last and _proof(last),
    )


async def issued_by(community_id: int) -> int:
    """How many points a community ever issued, less what it took back and out."""
    return -await ledgers.balance(rules.issued(community_id), UNIT)


async def pool_of(community_id: int) -> int:
    """What lies in a community's pool."""
    return await ledgers.balance(rules.pool(community_id), UNIT)


async def taken_by_shop(shop_id: int) -> int:
    """Points that a shop took and was not paid for yet."""
    return await ledgers.balance(rules.shop(shop_id), UNIT)


async def shop_statement(shop_id: int, query: PageQuery) -> Page[EntryOut]:
    """What a shop took and was paid for, latest first. Raises Invalid. Whose shop it is, is the
    calling room's to say."""
    return await ledgers.statement(rules.shop(shop_id), query.limit, query.cursor, UNIT)


def _proof(one: PointProof) -> ProofOut:
    return ProofOut(
        day=one.day, at=one.at, entries=one.entries, in_hands=one.in_hands, faults=one.faults
    )


async def hold(key: str) -> PointHold:
    """What was set aside under a key. Raises NotFound."""
    found = await PointHold.get_or_none(key=key)
    if found is None:
        raise NotFound("没有这笔预留的积分")
    return found


# -- proof -----------------------------------------------------------------------------------------

_FIGURES = (
    "SELECT COUNT(*) AS entries, COUNT(DISTINCT account) AS accounts, "
    "COALESCE(SUM(CASE WHEN account LIKE 'points:%' THEN amount ELSE 0 END), 0) AS in_hands "
    "FROM ledgers_entry WHERE unit = 'points'"
)
_CHECKS: tuple[tuple[str, str], ...] = (
    (
        "SELECT COALESCE(SUM(amount), 0) AS sum FROM ledgers_entry WHERE unit = 'points' "
        "HAVING COALESCE(SUM(amount), 0) <> 0",
        "all entries sum to {sum}, not to zero",
    ),
    (
        "SELECT e.account, e.sum, COALESCE(a.balance, 0) AS balance FROM (SELECT account, "
        "SUM(amount) AS sum FROM ledgers_entry WHERE unit = 'points' AND account LIKE 'points:%' "
        "GROUP BY account) e LEFT JOIN ledgers_account a ON a.code = e.account "
        "AND a.unit = 'points' WHERE COALESCE(a.balance, 0) <> e.sum",
        "{account}: balance {balance}, entries {sum}",
    ),
    (
        "SELECT a.code, a.balance FROM ledgers_account a WHERE a.unit = 'points' AND "
        "(a.balance < 0 OR (a.balance <> 0 AND NOT EXISTS (SELECT 1 FROM ledgers_entry e "
        "WHERE e.account = a.code AND e.unit = a.unit)))",
        "{code}: balance {balance} is below zero or without entries",
    ),
    (
        "SELECT a.code, a.balance, COALESCE(l.sum, 0) AS lots FROM ledgers_account a LEFT JOIN "
        "(SELECT account, SUM(amount) AS sum FROM points_lot GROUP BY account) l "
        "ON l.account = a.code WHERE a.unit = 'points' AND (a.code LIKE 'points:user/%' "
        "OR a.code LIKE 'points:family/%') AND a.balance <> COALESCE(l.sum, 0)",
        "{code}: balance {balance}, lots {lots}",
    ),
    (
        "SELECT l.account, SUM(l.amount) AS sum FROM points_lot l WHERE NOT EXISTS (SELECT 1 "
        "FROM ledgers_account a WHERE a.code = l.account AND a.unit = 'points') "
        "GROUP BY l.account HAVING SUM(l.amount) <> 0",
        "{account}: lots of {sum} without an account",
    ),
    ("SELECT id, amount FROM points_lot WHERE amount < 0", "lot {id}: {amount} left"),
    (
        "SELECT a.code, a.balance, COALESCE(h.sum, 0) AS held FROM ledgers_account a LEFT JOIN "
        "(SELECT account, SUM(amount) AS sum FROM points_hold WHERE status = 'reserved' "
        "GROUP BY account) h ON h.account = a.code WHERE a.unit = 'points' "
        "AND a.code LIKE 'points:reserved/%' AND a.balance <> COALESCE(h.sum, 0)",
        "{code}: balance {balance}, open holds {held}",
    ),
    (
        "SELECT h.`key`, h.amount, COALESCE(SUM(p.amount), 0) AS parts FROM points_hold h "
        "LEFT JOIN points_hold_part p ON p.hold_id = h.id GROUP BY h.id, h.`key`, h.amount "
        "HAVING COALESCE(SUM(p.amount), 0) <> h.amount",
        "hold {key}: of {amount}, made of {parts}",
    ),
)


async def check() -> list[str]:
    """Every disagreement in the books of points, in words; empty when they are right."""
    return [words.format(**one) for sql, words in _CHECKS for one in await rows(sql)]


async def figures() -> dict[str, Any]:
    """How much there is: `entries`, `accounts`, `in_hands`."""
    found = (await rows(_FIGURES))[0]
    return {name: int(found[name]) for name in ("entries", "accounts", "in_hands")}


async def about(user_id: int) -> dict[str, Any]:
    """Everything the room keeps about a person, in plain words for their own export."""
    found = await ledgers.statement(rules.person(user_id), 1000, None, UNIT)
    holds = await PointHold.filter(user_id=user_id, status=HoldStatus.RESERVED).order_by("id")
    return {
        "积分": await balance_of(user_id),
        "积分明细": [
            {"时间": one.at, "事由": one.memo, "积分": one.amount, "余额": one.balance}
            for one in found.items
        ],
        "预留的积分": [{"事由": one.title, "积分": one.amount} for one in holds],
    }
