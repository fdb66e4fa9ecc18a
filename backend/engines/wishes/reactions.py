"""Telling writers and the community, and opening wishes circle by circle."""

from datetime import datetime

from backend.core import clock
from backend.core.events import on
from backend.core.jobs import enqueue, job
from backend.engines.wishes import messages, queries, service
from backend.engines.wishes.events import WishEnded, WishReviewed, WishSubmitted
from backend.engines.wishes.models import Wish
from backend.engines.wishes.permissions import COMMUNITY
from backend.engines.wishes.states import WishStatus
from backend.foundation.areas.events import AreaMoved
from backend.foundation.identity import queries as identity
from backend.foundation.identity.events import UserErased
from backend.foundation.moderations.events import TextRefused
from backend.foundation.notify import service as notify


@on(WishSubmitted)
async def call_the_community(event: WishSubmitted) -> None:
    one = await queries.wish_of(event.wish_id)
    for person in await identity.people_at(one.area_path, COMMUNITY):
        if person.user_id != one.publisher_id:
            link = messages.REVIEW_PAGE
            await notify.send(messages.TO_REVIEW, to=person.user_id, link=link, title=one.title)
    await enqueue(run_out, delay=one.until - clock.now(), wish_id=one.id)


@on(WishReviewed)
async def tell_the_ruling(event: WishReviewed) -> None:
    one = await queries.wish_of(event.wish_id)
    if one.status is WishStatus.REFUSED:
        await _tell(one, messages.REFUSED, reason=one.reason)
    elif one.circle is not None:
        await _tell(one, messages.APPROVED, circle=one.circle.label)
        await _widen_at(one.id, one.widens_at)


@on(WishEnded)
async def tell_the_end(event: WishEnded) -> None:
    """To the writer, unless it was their own doing."""
    one = await queries.wish_of(event.wish_id)
    if one.status in (WishStatus.CLOSED, WishStatus.EXPIRED):
        await _tell(one, messages.CLOSED, status=one.status.label, reason=one.reason)


async def _tell(one: Wish, template: messages.Template, **values: str) -> None:
    link = messages.WISH_PAGE.format(one.id)
    await notify.send(template, to=one.publisher_id or 0, link=link, title=one.title, **values)


async def _widen_at(wish_id: int, at: datetime | None) -> None:
    if at is not None:
        await enqueue(widen, delay=at - clock.now(), wish_id=wish_id)


@job()
async def widen(wish_id: int) -> None:
    """The next circle's time has come."""
    one = await service.widen(wish_id)
    if one is not None:
        await _widen_at(one.id, one.widens_at)


@job()
async def run_out(wish_id: int) -> None:
    """The last day is over, unless it was changed meanwhile."""
    await service.run_out(wish_id)


@on(AreaMoved)
async def follow_area(event: AreaMoved) -> None:
    await service.follow_area(event.from_path, event.to_path)


@on(UserErased)
async def forget(event: UserErased) -> None:
    await service.forget(event.user_id)


@on(TextRefused)
async def hide(event: TextRefused) -> None:
    if event.room == "wishes":
        await service.hide(event.row_id)
