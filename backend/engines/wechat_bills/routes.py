"""The API of WeChat's daily bills."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.http import endpoint
from backend.core.schemas import Page
from backend.core.states import REFUSALS
from backend.engines.wechat_bills import queries, service
from backend.engines.wechat_bills.permissions import P
from backend.engines.wechat_bills.schemas import Again, WechatBillOut, WechatBillQuery

bp = Blueprint("wechat_bills", url_prefix="/finance/statements")


@bp.get("/", name="list", strict_slashes=False)
@endpoint(P.READ)
async def listed(actor: Actor, query: WechatBillQuery) -> Page[WechatBillOut]:
    """The bills of days, for the county's people; empty for a firm's."""
    return await queries.listed(actor, query)


@bp.post("/<wechat_bill_id:id>/again", name="again")
@endpoint(P.RUN, raises=REFUSALS)
async def again(actor: Actor, wechat_bill_id: int, body: Again) -> WechatBillOut:
    """Fetch a refused bill anew."""
    return await service.again(actor, wechat_bill_id, body)
