"""The API of residents: bindings, the masked register, and reading in plain."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import Conflict, NotFound, StaleVersion, TooMany, WrongState
from backend.core.http import endpoint
from backend.core.schemas import Page, PageQuery
from backend.foundation.residents import queries, service
from backend.foundation.residents.permissions import P
from backend.foundation.residents.schemas import (
    BindingByStaff,
    BindingNew,
    BindingOut,
    BindingQuery,
    Confirm,
    End,
    MyDwelling,
    ReadingOut,
    Refuse,
    ResidentChange,
    ResidentNew,
    ResidentOut,
    ResidentQuery,
    Reveal,
    Revealed,
)

bp = Blueprint("residents")
DECIDING = (Conflict, WrongState, StaleVersion)


@bp.post("/residents/bindings", name="bind")
@endpoint(P.BIND, status=201, limit="10/hour", raises=(NotFound, Conflict))
async def bind(actor: Actor, body: BindingNew) -> MyDwelling:
    """Say that you belong to a dwelling."""
    return await service.bind(actor, body)


@bp.get("/residents/bindings", name="bindings")
@endpoint(P.CONFIRM, raises=(NotFound,))
async def bindings(actor: Actor, query: BindingQuery) -> Page[BindingOut]:
    """List bindings at your places, those that wait by default."""
    return await queries.bindings(actor, query)


@bp.post("/residents/bindings/<binding_id:id>/confirm", name="confirm")
@endpoint(P.CONFIRM, raises=DECIDING)
async def confirm(actor: Actor, binding_id: int, body: Confirm) -> BindingOut:
    """Confirm that a person belongs to a dwelling."""
    return await service.confirm(actor, binding_id, body)


@bp.post("/residents/bindings/<binding_id:id>/refuse", name="refuse")
@endpoint(P.CONFIRM, raises=DECIDING)
async def refuse(actor: Actor, binding_id: int, body: Refuse) -> BindingOut:
    """Refuse a binding, with the reason."""
    return await service.refuse(actor, binding_id, body)


@bp.post("/residents/bindings/<binding_id:id>/end", name="end")
@endpoint(P.END, raises=DECIDING)
async def end(actor: Actor, binding_id: int, body: End) -> BindingOut:
    """End a binding: your own, or one at your place."""
    return await service.end(actor, binding_id, body)


@bp.get("/me/dwellings", name="my_dwellings")
@endpoint(P.OWN)
async def my_dwellings(actor: Actor) -> Page[MyDwelling]:
    """List your own dwellings."""
    return await queries.my_dwellings(actor)


@bp.get("/me/readings", name="my_readings")
@endpoint(P.OWN)
async def my_readings(actor: Actor, query: PageQuery) -> Page[ReadingOut]:
    """List who read your personal data in plain, and why."""
    return await queries.my_readings(actor, query.limit, query.cursor)


@bp.get("/residents", name="list")
@endpoint(P.READ, limit="120/minute", raises=(NotFound,))
async def listed(actor: Actor, query: ResidentQuery) -> Page[ResidentOut]:
    """List residents, masked."""
    return await queries.listed(actor, query)


@bp.post("/residents", name="register")
@endpoint(P.WRITE, status=201, raises=(NotFound, Conflict))
async def register(actor: Actor, body: ResidentNew) -> ResidentOut:
    """Enter a resident into the register."""
    return await service.register(actor, body)


@bp.patch("/residents/<resident_id:id>", name="change")
@endpoint(P.WRITE, raises=(StaleVersion,))
async def change(actor: Actor, resident_id: int, body: ResidentChange) -> ResidentOut:
    """Correct what is known of a resident."""
    return await service.change(actor, resident_id, body)


@bp.post("/residents/<resident_id:id>/bindings", name="settle")
@endpoint(P.WRITE, status=201, raises=(Conflict,))
async def settle(actor: Actor, resident_id: int, body: BindingByStaff) -> ResidentOut:
    """Bind a known resident to one more dwelling."""
    return await service.settle(actor, resident_id, body)


@bp.post("/residents/<resident_id:id>/reveal", name="reveal")
@endpoint(P.REVEAL, limit="30/hour", raises=(TooMany,))
async def reveal(actor: Actor, resident_id: int, body: Reveal) -> Revealed:
    """Read fields in plain, for a purpose that is recorded and that the resident sees."""
    return await service.reveal(actor, resident_id, body)
