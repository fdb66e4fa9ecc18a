"""Reading letters and messages: the board is everybody's, the box the organisers'."""

from collections.abc import Sequence
from typing import Any

from tortoise.expressions import Q

from backend.core import crypto, paging
from backend.core.actor import Actor
from backend.core.errors import NotFound
from backend.core.schemas import Page
from backend.core.states import moves_open_to
from backend.engines.fairs import queries as fairs
from backend.engines.fairs.queries import Figure
from backend.features.letters.models import Letter, LetterKind, LetterStatus
from backend.features.letters.permissions import P
from backend.features.letters.schemas import LetterOut, LetterQuery
from backend.features.letters.states import MOVES
from backend.foundation.identity import queries as identity

S = LetterStatus


async def get(actor: Actor, letter_id: int) -> Letter:
    """A letter with its `fair`: one's own, or of a fair that one runs. Raises NotFound."""
    found = await Letter.get_or_none(id=letter_id).prefetch_related("fair")
    if found is None or not (found.may(actor, P.WRITE) or found.may(actor, P.RUN)):
        raise NotFound("没有这封信")
    return found


async def listed(actor: Actor, fair_id: int, query: LetterQuery) -> Page[LetterOut]:
    """A page of the board, the box or one's own, latest first. Raises NotFound, also for the box
    of others' fairs."""
    fair = await fairs.get(actor, fair_id)
    is_staff = actor.may(P.RUN, fair.area_path)
    if query.what == "box" and not is_staff:
        raise NotFound("没有这场集市")
    chosen = Letter.filter(_scope(actor, query.what, is_staff=is_staff), fair_id=fair.id)
    if query.cursor:
        chosen = chosen.filter(id__lt=paging.decode(query.cursor, int)[0])
    found = await chosen.order_by("-id").limit(query.limit + 1)
    items, after = paging.cut(found, query.limit, lambda one: (one.id,))
    for one in items:
        one.fair = fair
    return Page(items=await shown(actor, items), next=after)


def _scope(actor: Actor, what: str, *, is_staff: bool) -> Q:
    if what == "mine":
        return Q(writer_id=actor.user_id)
    if what == "box":
        return Q(kind=LetterKind.LETTER) & ~Q(status=S.WITHDRAWN)
    seen = Q(status=S.SHOWN) | Q(status=S.HIDDEN, writer_id=actor.user_id)
    seen = Q(status__in=[S.SHOWN, S.HIDDEN]) if is_staff else seen
    return Q(kind=LetterKind.MESSAGE) & seen


async def shown(actor: Actor, found: Sequence[Letter]) -> list[LetterOut]:
    """Letters with their `fair`; of a writer only the masked name is told."""
    people = await identity.names(one.writer_id for one in found if one.writer_id)
    names = {key: crypto.mask_name(one.name) for key, one in people.items()}
    return [
        LetterOut(
            id=one.id,
            fair_id=one.fair_id,
            kind=one.kind,
            kind_name=one.kind.label,
            text=one.text,
            writer=names.get(one.writer_id or 0, "一位邻居"),
            is_mine=one.writer_id == actor.user_id,
            status=one.status,
            status_name=one.status.label,
            answer=one.answer,
            order_id=one.order_id,
            written_at=one.written_at,
            moves=moves_open_to(MOVES, one, actor),
            version=one.version,
        )
        for one in found
    ]


async def figures(fair_id: int) -> list[Figure]:
    kept = Letter.filter(fair_id=fair_id).exclude(status=S.WITHDRAWN)
    letters = await kept.filter(kind=LetterKind.LETTER).count()
    demands = await kept.filter(status=S.TAKEN).count()
    messages = await kept.filter(kind=LetterKind.MESSAGE).count()
    return [
        Figure("letters", "意见信", letters),
        Figure("demands", "转办诉求", demands),
        Figure("messages", "留言", messages),
    ]


async def about(user_id: int) -> dict[str, Any]:
    """Everything the room keeps about a person, in plain words for their own export."""
    found = Letter.filter(writer_id=user_id).order_by("id").prefetch_related("fair")
    return {
        "集市意见信和留言": [
            {
                "集市": one.fair.title,
                "种类": one.kind.label,
                "内容": one.text,
                "时间": one.written_at,
                "回复": one.answer,
            }
            for one in await found
        ]
    }


fairs.count_by(figures)
