"""The API of gates."""

from sanic import Blueprint, Request

from backend.core.actor import Actor
from backend.core.errors import Conflict, NotFound, TooMany
from backend.core.http import PUBLIC, endpoint
from backend.core.schemas import Page, PageQuery
from backend.engines.gates import queries, service
from backend.engines.gates.permissions import P
from backend.engines.gates.rules import Signed
from backend.engines.gates.schemas import (
    Batch,
    BatchOut,
    CorrectBody,
    CorrectionOut,
    EventOut,
    EventQuery,
    GateChange,
    GateNew,
    GateOut,
    GateSecret,
    OpenBody,
    OpeningOut,
)
from backend.engines.gates.service import BadSignature, Replayed
from backend.engines.lots.queries import LotQuery
from backend.engines.stays.queries import Quote

bp = Blueprint("gates", url_prefix="/parking")


def _signed(request: Request) -> Signed:
    headers = request.headers
    return Signed(
        method=request.method,
        path=request.path,
        body=request.body or b"",
        timestamp=headers.get("x-linli-timestamp", ""),
        nonce=headers.get("x-linli-nonce", ""),
        signature=headers.get("x-linli-signature", ""),
    )


@bp.post("/gates/<device:str>/events", name="receive")
@endpoint(PUBLIC, limit="1200/minute", raises=(BadSignature, Replayed, TooMany))
async def receive(device: str, body: Batch, request: Request) -> BatchOut:
    """What a device saw, and what it is to do.

    Signed by the device: headers `X-Linli-Timestamp` (epoch seconds, within five minutes),
    `X-Linli-Nonce` (8 to 64 characters, never again) and `X-Linli-Signature`, the hex HMAC-SHA256
    by its secret of six lines joined by line feeds: `LINLI-GATE-1`, timestamp, nonce, method, path,
    hex SHA-256 of the body. At most 64 KB.
    """
    return await service.receive(device, _signed(request), body)


@bp.get("/gates/<device:str>/quote", name="quote")
@endpoint(P.QUOTE, limit="60/hour", raises=(NotFound,))
async def quote(device: str) -> Quote:
    """What the car at this exit owes, by the code printed there."""
    return await queries.quote(device)


@bp.get("/gates", name="list")
@endpoint(P.READ)
async def listed(actor: Actor, query: LotQuery) -> Page[GateOut]:
    """List gates with their health."""
    return await queries.listed(actor, query)


@bp.post("/gates", name="create")
@endpoint(P.MANAGE, status=201, raises=(NotFound,))
async def create(actor: Actor, body: GateNew) -> GateSecret:
    """Set up a gate; its secret is shown this once."""
    return await service.create(actor, body)


@bp.patch("/gates/<gate_id:id>", name="change")
@endpoint(P.MANAGE)
async def change(actor: Actor, gate_id: int, body: GateChange) -> GateOut:
    """Rename a gate, or take it out of use."""
    return await service.change(actor, gate_id, body)


@bp.post("/gates/<gate_id:id>/rotate", name="rotate")
@endpoint(P.MANAGE)
async def rotate(actor: Actor, gate_id: int) -> GateSecret:
    """Give a gate a new secret; the old one is good for a day more."""
    return await service.rotate(actor, gate_id)


@bp.post("/gates/<gate_id:id>/open", name="open")
@endpoint(P.OPEN, status=201, limit="120/hour", raises=(NotFound,))
async def open_by_hand(actor: Actor, gate_id: int, body: OpenBody) -> OpeningOut:
    """Open a barrier by hand, with grounds and a picture."""
    return await service.open_by_hand(actor, gate_id, body)


@bp.get("/openings", name="openings")
@endpoint(P.READ)
async def openings(actor: Actor, query: PageQuery) -> Page[OpeningOut]:
    """List openings by hand."""
    return await queries.openings(actor, query)


@bp.get("/events", name="events")
@endpoint(P.READ, limit="120/minute", raises=(NotFound,))
async def events(actor: Actor, query: EventQuery) -> Page[EventOut]:
    """The log of a car park's gates, masked."""
    return await queries.events(actor, query)


@bp.post("/events/<event_id:id>/correct", name="correct")
@endpoint(P.CORRECT, limit="120/hour", raises=(Conflict,))
async def correct(actor: Actor, event_id: int, body: CorrectBody) -> EventOut:
    """Put a wrong reading right; fees follow."""
    return await service.correct(actor, event_id, body)


@bp.get("/events/<event_id:id>/corrections", name="corrections")
@endpoint(P.READ)
async def corrections(actor: Actor, event_id: int) -> Page[CorrectionOut]:
    """How a reading was put right."""
    return await queries.corrections(actor, event_id)
