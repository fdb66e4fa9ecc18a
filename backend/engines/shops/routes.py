"""The API of shops."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import Conflict, Forbidden, NotFound
from backend.core.http import endpoint
from backend.core.schemas import Done, Page
from backend.core.states import REFUSALS
from backend.engines.shops import queries, service
from backend.engines.shops.permissions import P
from backend.engines.shops.schemas import (
    HoursBody,
    InvitationOut,
    InviteBody,
    JoinBody,
    LicenceNew,
    MyShops,
    PauseBody,
    ReasonBody,
    ReviewQuery,
    RuleBody,
    ShopCard,
    ShopChange,
    ShopNew,
    ShopOut,
    ShopQuery,
    StaffList,
)

bp = Blueprint("shops", url_prefix="/shops")


@bp.get("/", name="list", strict_slashes=False)
@endpoint(P.READ, raises=(NotFound,))
async def listed(query: ShopQuery) -> Page[ShopCard]:
    """Shops that serve my community."""
    return await queries.listed(query)


@bp.post("/", name="register", strict_slashes=False)
@endpoint(P.REGISTER, status=201, raises=(NotFound, Conflict), limit="20/day")
async def register(actor: Actor, body: ShopNew) -> ShopOut:
    """Ask for a shop of my own."""
    return await service.register(actor, body)


@bp.get("/mine")
@endpoint(P.RUN)
async def mine(actor: Actor) -> MyShops:
    """The shops that I run."""
    return await queries.mine(actor)


@bp.get("/review")
@endpoint(P.REVIEW)
async def to_review(actor: Actor, query: ReviewQuery) -> Page[ShopCard]:
    """Shops of my places by status."""
    return await queries.to_review(actor, query)


@bp.post("/join")
@endpoint(P.REGISTER, limit="10/hour", closed=True, raises=(service.BadInvitation, Conflict))
async def join(actor: Actor, body: JoinBody) -> MyShops:
    """Join the staff of a shop by its invitation."""
    return await service.join(actor, body)


@bp.get("/<shop_id:id>", name="one")
@endpoint(P.READ, raises=(NotFound,))
async def one(actor: Actor, shop_id: int) -> ShopOut:
    """One shop."""
    return await queries.shown(actor, await queries.get(actor, shop_id))


@bp.patch("/<shop_id:id>", name="change")
@endpoint(P.OWN, raises=REFUSALS)
async def change(actor: Actor, shop_id: int, body: ShopChange) -> ShopOut:
    """Change my shop."""
    return await service.change(actor, shop_id, body)


@bp.post("/<shop_id:id>/apply")
@endpoint(P.OWN, raises=REFUSALS)
async def apply(actor: Actor, shop_id: int, body: RuleBody) -> ShopOut:
    """Send a refused shop again."""
    return await service.apply(actor, shop_id, body)


@bp.post("/<shop_id:id>/close")
@endpoint(P.OWN, raises=REFUSALS)
async def close(actor: Actor, shop_id: int, body: RuleBody) -> ShopOut:
    """Give my shop up."""
    return await service.close(actor, shop_id, body)


@bp.post("/<shop_id:id>/approve")
@endpoint(P.REVIEW, raises=REFUSALS)
async def approve(actor: Actor, shop_id: int, body: RuleBody) -> ShopOut:
    """Let a shop trade."""
    return await service.approve(actor, shop_id, body)


@bp.post("/<shop_id:id>/refuse")
@endpoint(P.REVIEW, raises=REFUSALS)
async def refuse(actor: Actor, shop_id: int, body: ReasonBody) -> ShopOut:
    """Refuse a shop, with grounds."""
    return await service.refuse(actor, shop_id, body)


@bp.post("/<shop_id:id>/suspend")
@endpoint(P.REVIEW, raises=REFUSALS)
async def suspend(actor: Actor, shop_id: int, body: ReasonBody) -> ShopOut:
    """Stop a shop from taking orders, with grounds."""
    return await service.suspend(actor, shop_id, body)


@bp.post("/<shop_id:id>/reinstate")
@endpoint(P.REVIEW, raises=REFUSALS)
async def reinstate(actor: Actor, shop_id: int, body: RuleBody) -> ShopOut:
    """Let a suspended shop go on."""
    return await service.reinstate(actor, shop_id, body)


@bp.put("/<shop_id:id>/hours")
@endpoint(P.RUN, raises=(NotFound, Conflict))
async def set_hours(actor: Actor, shop_id: int, body: HoursBody) -> ShopOut:
    """Set the opening hours."""
    return await service.set_hours(actor, shop_id, body)


@bp.post("/<shop_id:id>/pause")
@endpoint(P.RUN, raises=(NotFound, Conflict))
async def pause(actor: Actor, shop_id: int, body: PauseBody) -> ShopOut:
    """Close for a while."""
    return await service.pause(actor, shop_id, body)


@bp.post("/<shop_id:id>/resume")
@endpoint(P.RUN, raises=(NotFound, Conflict))
async def resume(actor: Actor, shop_id: int) -> ShopOut:
    """Open again."""
    return await service.resume(actor, shop_id)


@bp.post("/<shop_id:id>/licences")
@endpoint(P.OWN, status=201, raises=(NotFound, Forbidden))
async def send_licence(actor: Actor, shop_id: int, body: LicenceNew) -> ShopOut:
    """Bring a new licence."""
    return await service.send_licence(actor, shop_id, body)


@bp.post("/<shop_id:id>/licences/<licence_id:id>/confirm")
@endpoint(P.REVIEW, raises=(NotFound, Conflict))
async def confirm_licence(actor: Actor, shop_id: int, licence_id: int) -> ShopOut:
    """A licence was seen and is good."""
    return await service.decide_licence(actor, shop_id, licence_id, is_good=True)


@bp.post("/<shop_id:id>/licences/<licence_id:id>/refuse")
@endpoint(P.REVIEW, raises=(NotFound, Conflict))
async def refuse_licence(actor: Actor, shop_id: int, licence_id: int) -> ShopOut:
    """A licence is no good."""
    return await service.decide_licence(actor, shop_id, licence_id, is_good=False)


@bp.get("/<shop_id:id>/staff")
@endpoint(P.RUN, raises=(NotFound,))
async def staff(actor: Actor, shop_id: int) -> StaffList:
    """Who runs the shop."""
    return await queries.staff_list(await queries.run_by(actor, shop_id))


@bp.post("/<shop_id:id>/invitations")
@endpoint(P.OWN, status=201, raises=(NotFound, Forbidden, Conflict), limit="30/hour")
async def invite(actor: Actor, shop_id: int, body: InviteBody) -> InvitationOut:
    """A word by which one more person joins the staff."""
    return await service.invite(actor, shop_id, body)


@bp.delete("/<shop_id:id>/staff/<user_id:id>")
@endpoint(P.RUN, raises=(NotFound, Forbidden, Conflict))
async def dismiss(actor: Actor, shop_id: int, user_id: int) -> Done:
    """Take somebody off the staff."""
    return await service.dismiss(actor, shop_id, user_id)
