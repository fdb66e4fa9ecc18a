"""The live line."""

from sanic import Blueprint, Request, Websocket

from backend.core.errors import Unauthenticated
from backend.core.http import Route
from backend.engines.streams import service
from backend.engines.streams.permissions import P

bp = Blueprint("streams")


@bp.websocket("/live")  # type: ignore[untyped-decorator]
async def live(_: Request, socket: Websocket) -> None:
    """New and changed orders as they happen. First frame: `{"token", "since"}`."""
    await service.serve(socket)


live.route = Route(
    handler=live,
    permission=P.LIVE,
    body=None,
    query=None,
    answer=None,
    status=101,
    takes_upload=False,
    limit=None,
    closed=False,
    raises=(Unauthenticated,),
    deadline=None,
    has_transaction=False,
    arguments=frozenset(),
)
"""No `@endpoint` can serve a socket; this says who may, as all doors must. The first frame's
token is looked up by `service.serve`."""
