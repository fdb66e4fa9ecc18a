"""Saying thanks, otherwise, or no longer in public."""

from backend.core import clock
from backend.core.actor import Actor
from backend.core.events import emit
from backend.core.states import make
from backend.engines.wishes import queries as wishes
from backend.engines.wishes.queries import MOVES
from backend.features.thanks import queries
from backend.features.thanks.events import ThanksSaid
from backend.features.thanks.models import WishThanks
from backend.features.thanks.schemas import Thank, ThanksOut
from backend.foundation.moderations import service as moderations


async def thank(actor: Actor, wish_id: int, body: Thank) -> ThanksOut:
    """Say thanks, say it otherwise, or take it off the wall. Raises WrongState before the end."""
    one = await wishes.get(actor, wish_id)
    await make(one, MOVES["thank"], actor)
    said = body.model_dump() | {"said_at": clock.now(), "is_hidden": False}
    found = await WishThanks.get_or_none(wish_id=one.id)
    if found is None:
        found = await WishThanks.create(wish=one, key=str(one.id), writer_id=actor.user_id, **said)
        await emit(ThanksSaid(one.id))
    else:
        await found.update_from_dict(said).save()
    await moderations.judge("thanks", found.id, actor.user_id, body.text)
    return await queries.of_wish(actor, wish_id)


async def forget(user_id: int) -> None:
    """Somebody left: what they said is taken off the wall and forgotten."""
    await WishThanks.filter(writer_id=user_id).delete()


async def hide(thanks_id: int) -> None:
    """Moderation found the text risky."""
    await WishThanks.filter(id=thanks_id).update(is_hidden=True)
