"""The API of departments."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import NotFound
from backend.core.http import endpoint
from backend.core.schemas import Page
from backend.foundation.departments import queries, service
from backend.foundation.departments.permissions import P
from backend.foundation.departments.schemas import (
    DepartmentChange,
    DepartmentNew,
    DepartmentOut,
    DepartmentQuery,
)

bp = Blueprint("departments", url_prefix="/departments")


@bp.get("/", name="list", strict_slashes=False)
@endpoint(P.READ, raises=(NotFound,))
async def listed(actor: Actor, query: DepartmentQuery) -> Page[DepartmentOut]:
    """List departments, by kind or by the area they serve."""
    return await queries.listed(actor, query)


@bp.post("/", name="create", strict_slashes=False)
@endpoint(P.MANAGE, status=201)
async def create(actor: Actor, body: DepartmentNew) -> DepartmentOut:
    """Add a department."""
    return await service.create(actor, body)


@bp.patch("/<department_id:id>", name="change")
@endpoint(P.MANAGE)
async def change(actor: Actor, department_id: int, body: DepartmentChange) -> DepartmentOut:
    """Change a department."""
    return await service.change(actor, department_id, body)
