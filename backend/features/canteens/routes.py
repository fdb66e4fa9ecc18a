"""The API of canteens."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import Conflict, NotFound
from backend.core.http import endpoint
from backend.features.canteens import queries, service
from backend.features.canteens.permissions import P
from backend.features.canteens.schemas import (
    BookBody,
    Booked,
    CopyBody,
    Eaters,
    Kitchen,
    KitchenQuery,
    MenuBody,
    MenuOut,
    MenuQuery,
    Quote,
    QuoteBody,
    RulesBody,
    SubsidiesBody,
)

bp = Blueprint("canteens", url_prefix="/canteens")


@bp.get("/eaters")
@endpoint(P.BOOK)
async def eaters(actor: Actor) -> Eaters:
    """Whom I can book for."""
    return await queries.eaters(actor)


@bp.get("/<shop_id:id>/menu")
@endpoint(P.READ, raises=(NotFound,))
async def menu(actor: Actor, shop_id: int, query: MenuQuery) -> MenuOut:
    """The menu of some days."""
    return await queries.menu(actor, shop_id, query)


@bp.put("/<shop_id:id>/menu")
@endpoint(P.COOK, raises=(NotFound, Conflict))
async def set_menu(actor: Actor, shop_id: int, body: MenuBody) -> MenuOut:
    """Write the dishes of a meal."""
    return await service.set_menu(actor, shop_id, body)


@bp.post("/<shop_id:id>/menu/copy")
@endpoint(P.COOK, raises=(NotFound, Conflict))
async def copy_day(actor: Actor, shop_id: int, body: CopyBody) -> MenuOut:
    """The menu of one day once more on another."""
    return await service.copy_day(actor, shop_id, body)


@bp.put("/<shop_id:id>/rules")
@endpoint(P.COOK, raises=(NotFound,))
async def set_rules(actor: Actor, shop_id: int, body: RulesBody) -> MenuOut:
    """Until when meals are booked."""
    return await service.set_rules(actor, shop_id, body)


@bp.put("/<shop_id:id>/subsidies")
@endpoint(P.FUND, raises=(NotFound,))
async def set_subsidies(actor: Actor, shop_id: int, body: SubsidiesBody) -> MenuOut:
    """How much old people get off a meal."""
    return await service.set_subsidies(actor, shop_id, body)


@bp.post("/<shop_id:id>/quote")
@endpoint(P.BOOK, raises=(NotFound,))
async def quote(actor: Actor, shop_id: int, body: QuoteBody) -> Quote:
    """What a booking would cost."""
    return await queries.quote(actor, shop_id, body)


@bp.post("/<shop_id:id>/bookings")
@endpoint(
    P.BOOK,
    status=201,
    raises=(
        NotFound,
        Conflict,
        service.TooLate,
        service.PriceChanged,
        service.AlreadySubsidised,
    ),
    limit="30/minute",
)
async def book(actor: Actor, shop_id: int, body: BookBody) -> Booked:
    """Book a meal."""
    return await service.book(actor, shop_id, body)


@bp.get("/<shop_id:id>/kitchen")
@endpoint(P.COOK, raises=(NotFound,))
async def kitchen(actor: Actor, shop_id: int, query: KitchenQuery) -> Kitchen:
    """What to cook, and for whom."""
    return await queries.kitchen(actor, shop_id, query)
