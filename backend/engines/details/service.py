"""Reading in plain whom a demand is from: never by the way, always written down."""

from backend.core import limits
from backend.core.actor import Actor
from backend.core.errors import Forbidden, NotFound, WrongState
from backend.engines.details import queries
from backend.engines.details.schemas import ContactOut
from backend.engines.orders import queries as reading
from backend.engines.orders import service as orders
from backend.foundation.audit import service as audit
from backend.foundation.identity import queries as identity
from backend.foundation.residents import service as residents
from backend.foundation.residents.service import Secret

PURPOSE = "就诉求「{title}」与您联系"
REVEALS = "200/day"


async def reveal(actor: Actor, order_id: int) -> ContactOut:
    """Name and phone of who reported, for the one who has the order in hand.

    The reporter reads who looked, when and about which demand. Raises NotFound (also where nobody
    may be called: anonymous, gone, without a phone), Forbidden, WrongState, TooMany.
    """
    order = await orders.get(actor, order_id)
    if order.handler_id != actor.user_id:
        raise Forbidden("只有办理人可以查看电话")
    if order.status not in reading.IN_HAND:
        raise WrongState(status=str(order.status))
    contact = await _contact(order)
    await limits.hit(REVEALS, f"details.reveal:{actor.user_id}")
    wanted = [Secret.NAME, Secret.PHONE] if order.behalf else [Secret.PHONE]
    if not order.behalf:
        purpose = PURPOSE.format(title=order.title)
        await residents.note_reading(actor, wanted, purpose, user_id=order.reporter_id)
    said = {"fields": [str(one) for one in wanted], "purpose": "contact"}
    await audit.record(actor, "details.revealed", f"order:{order.id}", order.area_path, **said)
    return contact


async def _contact(order: orders.Order) -> ContactOut:
    if order.is_anonymous or order.reporter_id is None:
        told = {"name": "", "phone": None}
    elif order.behalf:
        told = queries.opened_behalf(order.behalf, order.seal)
    else:
        names = await identity.names([order.reporter_id])
        name = reading.called(names, order.reporter_id) or "居民"
        told = {"name": name, "phone": await identity.phone_of(order.reporter_id)}
    if not told["phone"]:
        raise NotFound("反映人没有留下可以联系的电话")
    return ContactOut(**told)
