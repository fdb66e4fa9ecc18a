"""The inbox, consent, and the health of sending."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import NotFound, WrongState
from backend.core.http import endpoint
from backend.core.schemas import Done, Page, PageQuery
from backend.foundation.notify import queries, service
from backend.foundation.notify.permissions import P
from backend.foundation.notify.schemas import (
    DeliveryHealth,
    DeliveryOut,
    MessageOut,
    SubscriptionAnswers,
    SubscriptionQuery,
    Subscriptions,
    Unread,
)

bp = Blueprint("notify")


@bp.get("/inbox", name="inbox")
@endpoint(P.READ)
async def inbox(actor: Actor, query: PageQuery) -> Page[MessageOut]:
    """List one's messages, newest first."""
    return await queries.inbox(actor, query)


@bp.get("/inbox/unread", name="unread")
@endpoint(P.READ)
async def unread(actor: Actor) -> Unread:
    """Count unread messages."""
    return await queries.unread(actor)


@bp.post("/inbox/<message_id:id>/read", name="read")
@endpoint(P.READ, raises=(NotFound,))
async def read(actor: Actor, message_id: int) -> Done:
    """Mark a message as read."""
    return await service.read(actor, message_id)


@bp.post("/inbox/read-all", name="read_all")
@endpoint(P.READ)
async def read_all(actor: Actor) -> Done:
    """Mark every message as read."""
    return await service.read_all(actor)


@bp.get("/subscriptions", name="subscriptions")
@endpoint(P.READ)
async def subscriptions(actor: Actor, query: SubscriptionQuery) -> Subscriptions:
    """Templates to ask consent for in a scene, three at most."""
    return await queries.subscriptions(actor, query.scene)


@bp.post("/subscriptions", name="answer")
@endpoint(P.READ, limit="30/minute")
async def answer(actor: Actor, body: SubscriptionAnswers) -> Subscriptions:
    """Tell what the person answered to wx.requestSubscribeMessage."""
    return await service.take_answers(actor, body)


@bp.get("/deliveries/health", name="health")
@endpoint(P.HEALTH)
async def health() -> DeliveryHealth:
    """How sending through WeChat went in the last 24 hours."""
    return await queries.health()


@bp.post("/deliveries/<delivery_id:id>/mark-sent", name="mark_sent")
@endpoint(P.RULE, raises=(NotFound, WrongState))
async def mark_sent(actor: Actor, delivery_id: int) -> DeliveryOut:
    """Rule that a message of unknown fate has arrived."""
    return await service.mark_sent(actor, delivery_id)


@bp.post("/deliveries/<delivery_id:id>/resend", name="resend")
@endpoint(P.RULE, raises=(NotFound, WrongState))
async def resend(actor: Actor, delivery_id: int) -> DeliveryOut:
    """Rule that a message of unknown fate has not arrived, and send it again."""
    return await service.resend(actor, delivery_id)
