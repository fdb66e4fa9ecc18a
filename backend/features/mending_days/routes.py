"""The API of days of small repairs."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import Forbidden, Invalid, NotFound, WrongState
from backend.core.http import endpoint
from backend.core.schemas import Page
from backend.core.states import REFUSALS
from backend.engines.bookings.service import BOOKING
from backend.engines.craftsmen.service import Busy
from backend.features.mending_days import queries, service
from backend.features.mending_days.permissions import P
from backend.features.mending_days.schemas import (
    BenchList,
    BenchNew,
    BookBody,
    CodeBody,
    DayCard,
    DayNew,
    DayOut,
    DayQuery,
    ReasonBody,
)

bp = Blueprint("mending_days", url_prefix="/mending-days")


@bp.get("", name="list")
@endpoint(P.READ, raises=(Invalid,))
async def listed(actor: Actor, query: DayQuery) -> Page[DayCard]:
    """List days of small repairs."""
    return await queries.listed(actor, query)


@bp.post("", name="announce")
@endpoint(
    P.ANNOUNCE,
    status=201,
    limit="60/hour",
    deadline=30,
    raises=(NotFound, Invalid, service.NotYetApproved, Busy),
)
async def announce(actor: Actor, body: DayNew) -> DayOut:
    """Announce a day with its benches."""
    return await service.announce(actor, body)


@bp.get("/<mending_day_id:id>", name="detail")
@endpoint(P.READ, raises=(NotFound,))
async def detail(actor: Actor, mending_day_id: int) -> DayOut:
    """Look at a day, its benches and turns."""
    return await queries.detail(actor, mending_day_id)


@bp.post("/<mending_day_id:id>/benches", name="add_bench")
@endpoint(P.ANNOUNCE, status=201, raises=(*REFUSALS, Invalid, service.NotYetApproved, Busy))
async def add_bench(actor: Actor, mending_day_id: int, body: BenchNew) -> DayOut:
    """Set one more bench."""
    return await service.add_bench(actor, mending_day_id, body)


@bp.post("/<mending_day_id:id>/call-off", name="call_off")
@endpoint(P.ANNOUNCE, deadline=30, raises=REFUSALS)
async def call_off(actor: Actor, mending_day_id: int, body: ReasonBody) -> DayOut:
    """Call a day off, with grounds."""
    return await service.call_off(actor, mending_day_id, body.reason)


@bp.get("/benches/<bench_id:id>", name="bench")
@endpoint(P.SERVE, raises=(NotFound,))
async def bench(actor: Actor, bench_id: int) -> BenchList:
    """List who comes to a bench, for its craftsman and the community."""
    return await queries.bench_list(actor, bench_id)


@bp.post("/benches/<bench_id:id>/withdraw", name="withdraw")
@endpoint(P.SERVE, raises=REFUSALS)
async def withdraw(actor: Actor, bench_id: int, body: ReasonBody) -> DayOut:
    """Say that I cannot be at my bench."""
    return await service.take_away(actor, bench_id, "withdraw", body.reason)


@bp.post("/benches/<bench_id:id>/take-off", name="take_off")
@endpoint(P.ANNOUNCE, raises=REFUSALS)
async def take_off(actor: Actor, bench_id: int, body: ReasonBody) -> DayOut:
    """Take a bench off, with grounds."""
    return await service.take_away(actor, bench_id, "take-off", body.reason)


@bp.post("/benches/<bench_id:id>/read", name="read")
@endpoint(P.SERVE, limit="120/hour", raises=(NotFound, WrongState, service.NotNow))
async def read(actor: Actor, bench_id: int, body: CodeBody) -> BenchList:
    """Say that a turn is held, by its code."""
    return await service.read(actor, bench_id, body.code)


@bp.post("/turns/<turn_id:id>/book", name="book")
@endpoint(
    P.BOOK,
    limit="60/hour",
    raises=(
        *BOOKING,
        WrongState,
        service.NotFromHere,
        service.OwnBench,
        service.SameTime,
        service.EnoughTurns,
    ),
)
async def book(actor: Actor, turn_id: int, body: BookBody) -> DayOut:
    """Take a turn, for me or somebody of my household."""
    return await service.book(actor, turn_id, body)


@bp.post("/turns/<turn_id:id>/hold", name="hold")
@endpoint(P.ANNOUNCE, raises=(NotFound, Forbidden, WrongState, service.NotNow))
async def hold(actor: Actor, turn_id: int) -> BenchList:
    """Say that a turn is held, as the community saw."""
    return await service.hold(actor, turn_id)


@bp.post("/turns/<turn_id:id>/miss", name="miss")
@endpoint(P.SERVE, raises=(NotFound, WrongState, service.NotNow))
async def miss(actor: Actor, turn_id: int) -> BenchList:
    """Say that nobody came to a turn."""
    return await service.miss(actor, turn_id)
