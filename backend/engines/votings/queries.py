"""Reading votes: whom they concern, what they need, how they stand and what can be checked."""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from backend.core import clock
from backend.core.actor import SYSTEM, Actor
from backend.core.database import below, rows, tuples
from backend.core.errors import NotFound
from backend.core.http import Download
from backend.core.schemas import Page
from backend.core.states import moves_open_to
from backend.engines.electorates import queries as electorates
from backend.engines.votings import rules
from backend.engines.votings.models import BallotMark as BallotMark
from backend.engines.votings.models import BallotSlip
from backend.engines.votings.models import Source as Source
from backend.engines.votings.models import Voting as Voting
from backend.engines.votings.models import VotingStatus as VotingStatus
from backend.engines.votings.permissions import P
from backend.engines.votings.rules import FIXED, QUORUM, Slip, Tally, Threshold
from backend.engines.votings.rules import Kind as Kind
from backend.engines.votings.schemas import ChoiceBody as ChoiceBody
from backend.engines.votings.schemas import (
    ChoiceOut,
    LawOut,
    OutcomeOut,
    RegisterLine,
    RegisterQuery,
    TallyOut,
)
from backend.engines.votings.schemas import VotingOut as VotingOut
from backend.engines.votings.schemas import VotingPlan as VotingPlan
from backend.engines.votings.states import KNOWN, MOVES, RUNNING
from backend.foundation.areas import queries as areas
from backend.foundation.holdings import queries as holdings
from backend.foundation.residents import queries as residents

_PLAIN = ("id", "subject", "area_id", "title", "text", "text_hash", "kind", "is_secret")
_PLAIN_TOO = ("takes_paper", "status", "starts_at", "ends_at", "reason", "version")
FORMAT = "linli-votes-1"
_TOOK_PART = (
    "SELECT COUNT(*) AS dwellings, COUNT(DISTINCT head) AS heads, COALESCE(SUM(area), 0) AS area "
    "FROM votings_mark WHERE voting_id = ?"
)
_SLIPS = "SELECT hash, choice, area, head FROM votings_slip WHERE voting_id = ? ORDER BY hash"
_PLACED = "SELECT hash, dwelling_id FROM votings_slip WHERE voting_id = ?"


async def visible_to(actor: Actor) -> QuerySet[Voting]:
    """Those of the actor's own home, those in whose roll the actor stands, and for staff those of
    their areas. Whoever only votes for somebody finds theirs in the room of the ballots."""
    if actor.is_system:
        return Voting.all()
    homes = [one.area_path for one in await residents.dwellings_of(actor.user_id)]
    resident_id = await holdings.resident_of(actor.user_id)
    rolls = await electorates.of_resident(resident_id) if resident_id else []
    concerned = Q(area_path__in=areas.paths_above(homes)) | Q(electorate_id__in=rolls or [0])
    scope = Q(status__in=list(KNOWN)) & concerned
    for path in actor.paths(P.HOLD):
        first, end = below(path)
        scope |= Q(area_path__gte=first, area_path__lt=end)
    return Voting.filter(scope)


async def get(actor: Actor, voting_id: int) -> Voting:
    """The vote. Raises NotFound for one that does not concern the actor."""
    found = await (await visible_to(actor)).filter(id=voting_id).first()
    if found is None:
        raise NotFound("没有这次投票")
    return found


async def held(actor: Actor, voting_id: int, permission: P = P.HOLD) -> Voting:
    """A vote at an area where the actor has the permission. Raises NotFound."""
    found = await Voting.get_or_none(id=voting_id)
    if found is None or not found.may(actor, permission):
        raise NotFound("没有这次投票")
    return found


async def running(subject: str) -> Voting | None:
    """The vote on something that is neither counted nor cancelled."""
    return await Voting.filter(subject=subject, status__in=list(RUNNING)).first()


async def due(limit: int) -> list[int]:
    """Votes that have to begin or to end."""
    now = clock.now()
    found = Voting.filter(
        Q(status=VotingStatus.FROZEN, starts_at__lte=now)
        | Q(status=VotingStatus.OPEN, ends_at__lte=now)
    )
    return [one.id for one in await found.limit(limit).only("id")]


def is_open(one: Voting) -> bool:
    """Whether a ballot that comes now is in time."""
    return one.status is VotingStatus.OPEN and one.starts_at <= clock.now() < one.ends_at


def keys_of(one: Voting) -> dict[str, str]:
    """What can be voted, with its words."""
    own = {each["key"]: each["text"] for each in one.choices}
    return own | (FIXED if one.kind.item else {})


def hash_of(one: Voting, choice: str, code: str) -> str:
    """What is published of a ballot of this vote."""
    return rules.slip_hash(one.id, one.text_hash or "", choice, code)


async def mark(voting_id: int, dwelling_id: int) -> BallotMark | None:
    """Whether, when and how a dwelling has voted."""
    return await BallotMark.get_or_none(voting_id=voting_id, dwelling_id=dwelling_id)


async def marks(voting_id: int, dwelling_ids: Sequence[int]) -> dict[int, BallotMark]:
    chosen = BallotMark.filter(voting_id=voting_id, dwelling_id__in=list(dwelling_ids))
    return {one.dwelling_id: one for one in await chosen}


async def register(actor: Actor, voting_id: int, query: RegisterQuery) -> Page[RegisterLine]:
    """The dwellings that a roll of today would be made of, by id: to be put right before it is
    frozen. Raises NotFound, also for an area beyond the vote's."""
    one = await held(actor, voting_id)
    path = one.area_path if query.area_id is None else await areas.path_of(query.area_id)
    if not path.startswith(one.area_path):
        raise NotFound("这个区域不在投票范围内")
    asked = areas.DwellingQuery(limit=query.limit, cursor=query.cursor)
    page = await areas.dwellings(actor, query.area_id or one.area_id, asked)
    owners = Counter(dwelling_id for dwelling_id, _ in await holdings.owners_below(path))
    lines = [
        RegisterLine(
            dwelling_id=each.id,
            number=each.number,
            place=each.place,
            area=each.square,
            owners=owners[each.id],
            is_unsold=each.id in one.unsold,
        )
        for each in page.items
    ]
    return Page(items=lines, next=page.next)


# -- as it is shown ------------------------------------------------------------------------------
async def shown(actor: Actor, one: Voting) -> VotingOut:
    """The vote: how many take part at any time, how they voted once it is counted."""
    roll = await electorates.get(one.electorate_id) if one.electorate_id else None
    whole = TallyOut(dwellings=roll.dwellings, heads=roll.heads, area=roll.area) if roll else None
    found = one.outcome or {}
    results = found.get("choices", {})
    return VotingOut(
        **{name: getattr(one, name) for name in (*_PLAIN, *_PLAIN_TOO)},
        kind_name=one.kind.label,
        law=law_of(one.kind),
        choices=[
            ChoiceOut(key=key, text=text, result=TallyOut(**results[key]) if results else None)
            for key, text in keys_of(one).items()
        ],
        unsold_ids=one.unsold if one.may(actor, P.HOLD) else None,
        status_name=one.status.label,
        frozen_at=roll.frozen_at if roll else None,
        whole=whole,
        took_part=await took_part(one.id) if roll else None,
        outcome=_outcome(one, found) if found else None,
        moves=moves_open_to(MOVES, one, actor),
    )


def _outcome(one: Voting, found: dict[str, Any]) -> OutcomeOut:
    told = {name: found[name] for name in ("has_quorum", "passed", "split")}
    return OutcomeOut(**told, root=one.root or "")


def law_of(kind: Kind) -> LawOut:
    majority = rules.majority_of(kind)
    return LawOut(
        item=kind.item,
        is_weighty=kind.item in rules.WEIGHTY_ITEMS,
        quorum=_words(QUORUM) if majority else "不设参与门槛",
        majority=_words(majority) if majority else "得票最多",
    )


def _words(threshold: Threshold) -> str:
    return f"{'超过' if threshold.is_strict else '不少于'} {threshold.share}"


async def took_part(voting_id: int) -> TallyOut:
    """How many have voted until now."""
    found = (await rows(_TOOK_PART, voting_id))[0]
    return TallyOut(**{name: int(value) for name, value in found.items()})


# -- what can be checked -------------------------------------------------------------------------
async def slips(voting_id: int) -> list[Slip]:
    """Every slip, by hash."""
    return [Slip(*found) for found in await tuples(_SLIPS, voting_id)]


async def counted(one: Voting) -> rules.Outcome:
    """What the slips add up to, reckoned anew from the tables."""
    roll = await electorates.get(one.electorate_id or 0)
    whole = Tally(roll.dwellings, roll.heads, roll.area)
    keys = [each["key"] for each in one.choices]
    return rules.count(one.kind, keys, whole, await slips(one.id))


async def hashes(one: Voting) -> Download:
    """The hashes of all ballots, sorted, one a line: whoever has a code finds the own one. They
    tell nothing to anybody else, so that they are public while it is being voted."""
    found = await tuples("SELECT hash FROM votings_slip WHERE voting_id = ? ORDER BY hash", one.id)
    text = "\n".join(row[0] for row in found)
    return Download(text.encode(), "text/plain", f"votes-{one.id}-hashes.txt")


async def export(one: Voting) -> Download:
    """All that is needed to count again: the text, the law, the roll and every slip, as JSON.

    `scripts/recount FILE` does it with nothing of ours. Raises NotFound before it is counted.
    """
    if one.status is not VotingStatus.COUNTED:
        raise NotFound("公布结果后才能下载")
    content = json.dumps(await exported(one), ensure_ascii=False, indent=1)
    return Download(content.encode(), "application/json", f"votes-{one.id}.json")


async def exported(one: Voting) -> dict[str, Any]:
    """Shape: `{format, voting, roll: [[head, area]], roll_hash, slips: [[hash, choice, area,
    head]], root, outcome}`; of an open vote `places` by hash."""
    roll = await electorates.get(one.electorate_id or 0)
    lines = sorted(await electorates.roll(roll.id))
    return {
        "format": FORMAT,
        "voting": canonical(one)
        | {"id": one.id, "text_hash": one.text_hash, "item": one.kind.item},
        "roll": lines,
        "roll_hash": roll.digest,
        "slips": [list(vars(slip).values()) for slip in await slips(one.id)],
        "places": {} if one.is_secret else await _places(one.id),
        "root": one.root,
        "outcome": one.outcome,
    }


def canonical(one: Voting) -> dict[str, Any]:
    """What is frozen, as it is hashed: its JSON with sorted keys and no blanks."""
    return {
        "title": one.title,
        "text": one.text,
        "kind": one.kind.value,
        "choices": one.choices,
        "is_secret": one.is_secret,
        "starts_at": clock.iso(one.starts_at),
        "ends_at": clock.iso(one.ends_at),
    }


async def _places(voting_id: int) -> dict[str, str]:
    found = {row[0]: row[1] for row in await tuples(_PLACED, voting_id) if row[1]}
    names = await areas.places(found.values())
    return {hashed: names[one] for hashed, one in sorted(found.items())}


async def current(voting_id: int) -> Voting:
    """The vote, for the house itself. Raises NotFound."""
    return await get(SYSTEM, voting_id)


async def about(user_id: int) -> dict[str, Any]:
    """What the room keeps about a person: that they voted. What is not for it to say."""
    found = await BallotMark.filter(by_user=user_id).select_related("voting").order_by("id")
    places = await areas.places(one.dwelling_id for one in found)
    return {
        "参加过的投票": [
            {"投票": one.voting.title, "房屋": places[one.dwelling_id], "时间": one.at}
            for one in found
        ]
    }


async def choice_of(voting_id: int, dwelling_id: int) -> str | None:
    """What a dwelling voted in an open vote."""
    found = await BallotSlip.get_or_none(voting_id=voting_id, dwelling_id=dwelling_id)
    return found.choice if found else None
