"""Whose vote is whose, and how it stands."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from backend.core import crypto, paging
from backend.core.actor import SYSTEM, Actor
from backend.core.errors import Forbidden, NotFound
from backend.core.labels import Labelled
from backend.core.schemas import Page, PageQuery
from backend.engines.ballots import rules
from backend.engines.ballots.models import Naming, Proxy
from backend.engines.ballots.permissions import P
from backend.engines.ballots.schemas import MyBallot, MyBallots, OwnerOut, ProxyOut, RollLine
from backend.engines.electorates import queries as electorates
from backend.engines.votings import queries as votings
from backend.engines.votings.queries import BallotMark, Source, Voting
from backend.foundation.areas import queries as areas
from backend.foundation.holdings import queries as holdings
from backend.foundation.residents import queries as residents
from backend.foundation.residents.queries import Relation


class Standing(Labelled):
    """What a person is to a dwelling in one vote."""

    OWNER = "owner", "业主"
    PROXY = "proxy", "受托人"
    RESIDENT = "resident", "住户"
    LATER_OWNER = "later_owner", "名册冻结后的业主"


_WHY_NOT = {
    Standing.RESIDENT: "只有业主可以投票",
    Standing.LATER_OWNER: "名册冻结时您还不是登记的业主：由当时的业主投票，有疑问请到社区",
}
CONTESTED = "共有人推选的人不一致，请先商定由谁投票"
NOT_NAMED = "共有人已推选另一位投票"


class NotYourVote(Forbidden):
    code, title = "not_your_vote", "您不能为这户投票"


async def voting(actor: Actor, voting_id: int) -> Voting:
    """A vote that concerns the actor, if only for somebody else. Raises NotFound."""
    given = Proxy.filter(voting_id=voting_id, user_id=actor.user_id, withdrawn_at=None)
    if await given.exists():
        return await votings.current(voting_id)
    return await votings.get(actor, voting_id)


async def standings(actor: Actor, one: Voting) -> dict[int, Standing]:
    """The dwellings of the roll that the actor has to do with, and as what."""
    homes = await residents.dwellings_of(actor.user_id)
    found = {home.dwelling_id: _of_home(home.relation, one) for home in homes}
    resident_id = await holdings.resident_of(actor.user_id)
    if resident_id is not None and one.kind.item:
        owned = await electorates.owned_by(one.electorate_id or 0, resident_id)
        found |= dict.fromkeys(owned, Standing.OWNER)
    given = Proxy.filter(voting_id=one.id, user_id=actor.user_id, withdrawn_at=None)
    for proxy in await given:
        if found.get(proxy.dwelling_id) is not Standing.OWNER:
            found[proxy.dwelling_id] = Standing.PROXY
    known = await electorates.electors(one.electorate_id or 0, list(found))
    return {key: standing for key, standing in found.items() if key in known}


def _of_home(relation: Relation, one: Voting) -> Standing:
    """In a poll every resident of a dwelling may speak for it."""
    if not one.kind.item:
        return Standing.OWNER
    return Standing.LATER_OWNER if relation is Relation.OWNER else Standing.RESIDENT


@dataclass(frozen=True)
class Household:
    """Whose a dwelling's vote is: owners of the roll, and whom they named."""

    owners: frozenset[int]
    namings: dict[int, int]

    def why_not(self, resident_id: int | None) -> str:
        voters = rules.voters(self.owners, self.namings)
        if not self.owners or resident_id in voters:
            return ""
        return NOT_NAMED if voters else CONTESTED


async def household(one: Voting, dwelling_id: int) -> Household:
    owners = await electorates.owners_of(one.electorate_id or 0, dwelling_id)
    said = await Naming.filter(voting_id=one.id, dwelling_id=dwelling_id)
    return Household(frozenset(owners), {each.owner_id: each.named_id for each in said})


async def check(actor: Actor, one: Voting, dwelling_id: int) -> Source:
    """How the actor casts for the dwelling. Raises NotFound for one that is nothing to the actor,
    NotYourVote with the reason."""
    standing = (await standings(actor, one)).get(dwelling_id)
    if standing is None:
        raise NotFound("没有这户")
    if standing in _WHY_NOT:
        raise NotYourVote(_WHY_NOT[standing])
    if standing is Standing.PROXY:
        return Source.PROXY
    found = await household(one, dwelling_id)
    if why_not := found.why_not(await holdings.resident_of(actor.user_id)):
        raise NotYourVote(why_not)
    return Source.PHONE


# -- one's own -----------------------------------------------------------------------------------
async def mine(actor: Actor, voting_id: int) -> MyBallots:
    """How the votes stand that are the actor's, or would be. Raises NotFound."""
    one = await voting(actor, voting_id)
    if one.electorate_id is None:
        return MyBallots(items=[])
    found = await standings(actor, one)
    electors = await electorates.electors(one.electorate_id, list(found))
    places = await areas.places(found)
    cast = await votings.marks(one.id, list(found))
    me = await holdings.resident_of(actor.user_id)
    owners = {key: await _owners(one, key, me) for key in found}
    items = []
    for key, standing in found.items():
        why_not = _WHY_NOT.get(standing) or ""
        if standing is Standing.OWNER:
            why_not = (await household(one, key)).why_not(me)
        items.append(
            MyBallot(
                dwelling_id=key,
                place=places[key],
                area=electors[key].area,
                role=standing,
                role_name=standing.label if one.kind.item else "住户",
                may_cast=not why_not and key not in cast and votings.is_open(one),
                why_not=why_not,
                owners=owners[key] if standing is not Standing.RESIDENT else [],
                choice=None if one.is_secret else await votings.choice_of(one.id, key),
                **_cast(cast.get(key), actor),
            )
        )
    return MyBallots(items=items)


def _cast(mark: BallotMark | None, actor: Actor) -> dict[str, object]:
    return {
        "has_voted": mark is not None,
        "source_name": mark.source.label if mark else "",
        "cast_at": mark.at if mark else None,
        "is_cast_by_me": mark is not None and mark.by_user == actor.user_id,
    }


async def _owners(one: Voting, dwelling_id: int, me: int | None) -> list[OwnerOut]:
    found = await household(one, dwelling_id)
    names = await names_of(found.owners)
    return [
        OwnerOut(
            resident_id=each,
            name=names.get(each, "业主"),
            is_me=each == me,
            named_id=found.namings.get(each),
        )
        for each in sorted(found.owners)
    ]


async def names_of(resident_ids: frozenset[int]) -> dict[int, str]:
    """Masked names of people in the register."""
    if not resident_ids:
        return {}
    found = await residents.visible_to(SYSTEM).filter(id__in=sorted(resident_ids))
    return {one.id: one.name for one in await residents.shown(found)}


async def users_of(one: Voting, dwelling_id: int) -> list[int]:
    """Accounts of those whom the dwelling's vote concerns."""
    if not one.kind.item:
        return []
    owners = await electorates.owners_of(one.electorate_id or 0, dwelling_id)
    found = [await holdings.user_of(each) for each in owners]
    given = Proxy.filter(voting_id=one.id, dwelling_id=dwelling_id, withdrawn_at=None)
    found += [each.user_id for each in await given]
    return [each for each in dict.fromkeys(found) if each]


# -- the staff -----------------------------------------------------------------------------------
async def overseen(actor: Actor, voting_id: int) -> Voting:
    """A vote at an area where the actor records. Raises NotFound."""
    found = await votings.current(voting_id)
    if not actor.may(P.RECORD, found.area_path):
        raise NotFound("没有这次投票")
    return found


async def roll_line(actor: Actor, voting_id: int, dwelling_id: int) -> RollLine:
    """A dwelling as it stands in the roll, with its owners' masked names. Raises NotFound."""
    one = await overseen(actor, voting_id)
    elector = await electorates.elector(one.electorate_id or 0, dwelling_id)
    mark = await votings.mark(one.id, dwelling_id)
    return RollLine(
        dwelling_id=dwelling_id,
        place=(await areas.places([dwelling_id]))[dwelling_id],
        area=elector.area,
        has_voted=mark is not None,
        source_name=mark.source.label if mark else "",
        owners=await _owners(one, dwelling_id, None),
    )


async def proxies(actor: Actor, voting_id: int, query: PageQuery) -> Page[ProxyOut]:
    """Who was given a vote in writing, latest first. Raises NotFound."""
    one = await overseen(actor, voting_id)
    chosen = Proxy.filter(voting_id=one.id)
    if query.cursor:
        chosen = chosen.filter(id__lt=paging.decode(query.cursor, int)[0])
    found = await chosen.order_by("-id").limit(query.limit + 1)
    items, after = paging.cut(found, query.limit, lambda each: (each.id,))
    return Page(items=await proxies_shown(items), next=after)


async def proxies_shown(found: Sequence[Proxy]) -> list[ProxyOut]:
    places = await areas.places(one.dwelling_id for one in found)
    return [
        ProxyOut(
            id=one.id,
            dwelling_id=one.dwelling_id,
            place=places[one.dwelling_id],
            name=crypto.mask_name(one.open_name()),
            votes_by_phone=one.user_id is not None,
            recorded_at=one.recorded_at,
            withdrawn_at=one.withdrawn_at,
        )
        for one in found
    ]


async def about(user_id: int) -> dict[str, object]:
    """What the room keeps about a person: whom they named, and what they were given."""
    resident_id = await holdings.resident_of(user_id)
    named = await Naming.filter(owner_id=resident_id) if resident_id else []
    given = await Proxy.filter(user_id=user_id).order_by("id")
    ids = [one.dwelling_id for one in named] + [each.dwelling_id for each in given]
    places = await areas.places(ids)
    said: defaultdict[str, list[object]] = defaultdict(list)
    for one in named:
        said["推选投票人"].append({"房屋": places[one.dwelling_id], "时间": one.at})
    for each in given:
        said["受托投票"].append({"房屋": places[each.dwelling_id], "时间": each.recorded_at})
    return dict(said)


def new_printed_code() -> str:
    """A code for a ballot of paper, as it is printed: in fours."""
    return rules.grouped(rules.new_code())
