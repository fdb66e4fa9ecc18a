"""The demo's own routes: whom one can be, what one can scan. Mounted in the demo only."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import NotFound
from backend.core.http import PUBLIC, endpoint
from backend.engines.payments.permissions import P
from backend.engines.payments.queries import PaymentOut
from backend.foundation.identity.schemas import SignedIn
from backend.sample import cast, till
from backend.sample.schemas import (
    DemoLogin,
    Info,
    PeopleQuery,
    SampleCodes,
    SamplePayment,
    SamplePeople,
)

bp = Blueprint("demo", url_prefix="/demo")


@bp.get("/info")
@endpoint(PUBLIC, raises=(NotFound,))
async def info() -> Info:
    """Where the stand-in for WeChat answers"""
    return await cast.info()


@bp.get("/people")
@endpoint(PUBLIC, raises=(NotFound,))
async def people(query: PeopleQuery) -> SamplePeople:
    """Sample people that can be played"""
    return await cast.people(query)


@bp.get("/codes")
@endpoint(PUBLIC, raises=(NotFound,))
async def codes() -> SampleCodes:
    """Codes of the sample city to scan"""
    return await cast.codes()


@bp.post("/login")
@endpoint(PUBLIC, raises=(NotFound,))
async def login(body: DemoLogin) -> SignedIn:
    """Log in as a sample person"""
    return await cast.log_in(body)


@bp.post("/payments")
@endpoint(P.PAY, status=201, raises=(NotFound,))
async def open_payment(actor: Actor, body: SamplePayment) -> PaymentOut:
    """Open a payment of mine to try out how paying works"""
    return await till.open_payment(actor, body)
