"""Reading paper ballots: the staff of the place, and never what is on them."""

from collections.abc import Sequence

from tortoise.queryset import QuerySet

from backend.core import paging
from backend.core.actor import Actor
from backend.core.errors import NotFound
from backend.core.schemas import Page
from backend.core.states import moves_open_to
from backend.engines.papers.models import PaperBallot
from backend.engines.papers.permissions import P
from backend.engines.papers.schemas import PaperOut, PaperQuery
from backend.engines.papers.states import MOVES, OPEN
from backend.engines.votings import queries as votings
from backend.engines.votings.queries import Voting
from backend.foundation.areas import queries as areas

BY_HAND = frozenset({"rule", "void"})
"""Moves that are asked for; the others follow from entries."""


def visible_to(voting: Voting) -> QuerySet[PaperBallot]:
    """Those of a vote that `voting` has found to be the actor's."""
    return PaperBallot.filter(voting_id=voting.id)


async def voting(actor: Actor, voting_id: int) -> Voting:
    """A vote at an area where the actor enters papers. Raises NotFound."""
    found = await votings.current(voting_id)
    if not actor.may(P.ENTER, found.area_path):
        raise NotFound("没有这次投票")
    return found


async def get(actor: Actor, paper_id: int) -> PaperBallot:
    """Raises NotFound for one beyond the actor's."""
    found = await PaperBallot.get_or_none(id=paper_id)
    if found is None or not found.may(actor, P.ENTER):
        raise NotFound("没有这张选票")
    return found


async def open_count(voting_id: int) -> int:
    """How many are not settled yet."""
    return await PaperBallot.filter(voting_id=voting_id, status__in=list(OPEN)).count()


async def listed(actor: Actor, voting_id: int, query: PaperQuery) -> Page[PaperOut]:
    """A page of a vote's papers, latest first. Raises NotFound."""
    chosen = visible_to(await voting(actor, voting_id))
    if query.status is not None:
        chosen = chosen.filter(status=query.status)
    if query.cursor:
        chosen = chosen.filter(id__lt=paging.decode(query.cursor, int)[0])
    found = await chosen.order_by("-id").limit(query.limit + 1)
    items, after = paging.cut(found, query.limit, lambda one: (one.id,))
    return Page(items=await shown(actor, items), next=after)


async def shown(actor: Actor, found: Sequence[PaperBallot]) -> list[PaperOut]:
    places = await areas.places(one.dwelling_id for one in found)
    return [
        PaperOut(
            id=one.id,
            dwelling_id=one.dwelling_id,
            place=places[one.dwelling_id],
            status=one.status,
            status_name=one.status.label,
            is_mine=one.first_by == actor.user_id,
            received_at=one.received_at,
            entered_at=one.entered_at,
            note=one.note,
            version=one.version,
            moves=[name for name in moves_open_to(MOVES, one, actor) if name in BY_HAND],
        )
        for one in found
    ]
