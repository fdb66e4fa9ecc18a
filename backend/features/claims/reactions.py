"""Telling writer and claimer, and the clock of silence."""

from backend.core import clock
from backend.core.events import on
from backend.core.jobs import enqueue, job
from backend.engines.wishes import queries as wishes
from backend.engines.wishes.events import (
    ClaimFact,
    ClaimReleased,
    ClaimRenewed,
    ClaimReturned,
    WishClaimed,
    WishConfirmed,
    WishEnded,
    WishFulfilled,
)
from backend.engines.wishes.queries import COMMUNITY, ClaimStatus, WishClaim, rules
from backend.features.claims import messages, service
from backend.foundation.identity import queries as identity
from backend.foundation.identity.events import UserErased
from backend.foundation.moderations.events import TextRefused
from backend.foundation.notify import service as notify

SILENT = f"{rules.SILENCE.days} 天没有进展，自动释放"


async def _tell_writer(made: WishClaim, template: messages.Template) -> None:
    link = messages.WISH_PAGE.format(made.wish_id)
    await notify.send(template, to=made.wish.publisher_id or 0, link=link, title=made.wish.title)


async def _tell_claimer(made: WishClaim, template: messages.Template, **values: str) -> None:
    link = messages.CLAIM_PAGE.format(made.id)
    await notify.send(template, to=made.claimer_id or 0, link=link, title=made.wish.title, **values)


# -- silence -------------------------------------------------------------------------------------


@on(WishClaimed)
async def begin_silence(fact: WishClaimed) -> None:
    await _begin(fact)


@on(ClaimRenewed)
async def begin_silence_anew(fact: ClaimRenewed) -> None:
    await _begin(fact)


@on(ClaimReturned)
async def begin_silence_once_more(fact: ClaimReturned) -> None:
    await _begin(fact)


async def _begin(fact: ClaimFact) -> None:
    made = await wishes.claim_of(fact.claim_id)
    if made.due_at is not None and made.status is ClaimStatus.HELD:
        due, wait = clock.iso(made.due_at), made.due_at - clock.now()
        await enqueue(remind, delay=wait - rules.REMINDED_BEFORE, claim_id=made.id, due=due)
        await enqueue(lapse, delay=wait, claim_id=made.id, due=due)


async def _still(claim_id: int, due: str, status: ClaimStatus) -> WishClaim | None:
    """The claim, if nothing was heard of it since this was set up."""
    made = await wishes.claim_of(claim_id)
    is_same = made.due_at is not None and clock.iso(made.due_at) == due
    return made if is_same and made.status is status else None


@job()
async def remind(claim_id: int, due: str) -> None:
    """Soon it will be given free."""
    made = await _still(claim_id, due, ClaimStatus.HELD)
    if made is not None and made.due_at is not None:
        await _tell_claimer(made, messages.REMINDED, due=clock.spoken(made.due_at))


@job()
async def lapse(claim_id: int, due: str) -> None:
    """Nothing was heard: others may claim it."""
    made = await _still(claim_id, due, ClaimStatus.HELD)
    if made is not None:
        await service.lapse(made, SILENT)


@job()
async def call_the_community(claim_id: int, due: str) -> None:
    """The writer has not said whether it came true: the community is asked to look."""
    made = await _still(claim_id, due, ClaimStatus.FULFILLED)
    if made is None:
        return
    link = messages.WISH_PAGE.format(made.wish_id)
    for person in await identity.people_at(made.wish.area_path, COMMUNITY):
        if person.user_id != made.claimer_id:
            title = made.wish.title
            await notify.send(messages.UNCONFIRMED, to=person.user_id, link=link, title=title)


# -- what was done -------------------------------------------------------------------------------


@on(WishClaimed)
async def tell_of_claim(fact: WishClaimed) -> None:
    await _tell_writer(await wishes.claim_of(fact.claim_id), messages.CLAIMED)


@on(WishFulfilled)
async def ask_to_confirm(fact: WishFulfilled) -> None:
    made = await wishes.claim_of(fact.claim_id)
    await _tell_writer(made, messages.FULFILLED)
    if made.due_at is not None:
        due, wait = clock.iso(made.due_at), made.due_at - clock.now()
        await enqueue(call_the_community, delay=wait, claim_id=made.id, due=due)


@on(ClaimReturned)
async def tell_of_return(fact: ClaimReturned) -> None:
    made = await wishes.claim_of(fact.claim_id)
    await _tell_claimer(made, messages.SENT_BACK, reason=made.reason)


@on(WishConfirmed)
async def tell_of_confirmation(fact: WishConfirmed) -> None:
    await _tell_claimer(await wishes.claim_of(fact.claim_id), messages.CONFIRMED)


@on(ClaimReleased)
async def tell_of_release(fact: ClaimReleased) -> None:
    made = await wishes.claim_of(fact.claim_id)
    await _tell_claimer(made, messages.RELEASED, reason=made.reason)
    await _tell_writer(made, messages.FREE_AGAIN)


@on(WishEnded)
async def call_off(event: WishEnded) -> None:
    for claim_id in event.claim_ids:
        made = await wishes.claim_of(claim_id)
        await _tell_claimer(made, messages.CALLED_OFF, status=made.wish.status.label)


@on(UserErased)
async def forget(event: UserErased) -> None:
    await service.forget(event.user_id)


@on(TextRefused)
async def hide(event: TextRefused) -> None:
    if event.room == "claims":
        await service.hide(event.row_id)
