"""WeChat's two calls: the handshake, and the push."""

from sanic import Blueprint, Request

from backend.core.http import PUBLIC, Download, endpoint
from backend.foundation.pushes import service
from backend.integrations.wechat_push import PushRefused

bp = Blueprint("pushes", url_prefix="/wechat/push")


@bp.get("/", name="shake_hands", strict_slashes=False)
@endpoint(PUBLIC, raises=(PushRefused,))
async def shake_hands(request: Request) -> Download:
    """Answer WeChat's handshake: echo `echostr` when the signature is right."""
    return await service.shake_hands(dict(request.query_args))


@bp.post("/", name="take", strict_slashes=False)
@endpoint(PUBLIC, raises=(PushRefused,), transaction=False, deadline=4.5)
async def take(request: Request) -> Download:
    """Take a message push of WeChat's, in JSON or XML.

    A repetition is answered alike and has no second effect.
    """
    return await service.take(dict(request.query_args), request.body)
