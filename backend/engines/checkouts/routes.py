"""The API of paying through WeChat, and the door through which it tells us."""

from sanic import Blueprint, Request

from backend.core.actor import Actor
from backend.core.errors import NotFound
from backend.core.http import PUBLIC, Download, endpoint
from backend.engines.checkouts import service
from backend.engines.checkouts.permissions import P
from backend.engines.checkouts.rules import TooLate
from backend.engines.checkouts.schemas import PrepayOut
from backend.engines.payments.queries import PaymentOut
from backend.engines.payments.service import AlreadyPaid
from backend.integrations.wechat_pay_errors import NotOpen, Unanswered
from backend.integrations.wechat_pay_notify import NotifyRefused

bp = Blueprint("checkouts")


@bp.post("/payments/<payment_id:id>/prepay", name="prepay")
@endpoint(
    P.PAY,
    transaction=False,
    limit="30/minute",
    raises=(NotFound, AlreadyPaid, TooLate, Unanswered, NotOpen),
)
async def prepay(actor: Actor, payment_id: int) -> PrepayOut:
    """Begin to pay through WeChat: the parameters of `wx.requestPayment`.

    Repeated, it is the same order at WeChat again.
    """
    return await service.prepay(actor, payment_id)


@bp.post("/payments/<payment_id:id>/check", name="check")
@endpoint(P.PAY, transaction=False, limit="60/minute", raises=(NotFound, Unanswered))
async def check(actor: Actor, payment_id: int) -> PaymentOut:
    """Ask WeChat now what became of a payment."""
    return await service.check(actor, payment_id)


@bp.post("/wechat/pay/notify", name="hear")
@endpoint(PUBLIC, status=204, transaction=False, deadline=4.5, raises=(NotifyRefused,))
async def hear(request: Request) -> Download:
    """Take a notification of WeChat Pay's: 204 once what follows from it is written down."""
    return await service.hear(dict(request.headers), request.body)
