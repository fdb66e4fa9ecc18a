"""Rating, answering, complaining."""

from datetime import timedelta
from typing import Any

from backend.core import clock
from backend.core.actor import Actor
from backend.core.errors import Conflict, WrongState
from backend.core.events import emit
from backend.engines.demands import service as demands
from backend.engines.demands.service import PlaceBody, ReportBody
from backend.engines.purchases import queries as purchases
from backend.engines.purchases import service as moves
from backend.engines.purchases.queries import Purchase, PurchaseOut
from backend.engines.shops import queries as shops
from backend.engines.shops import service as shop_books
from backend.features.ratings.events import RatingWritten
from backend.features.ratings.schemas import AnswerBody, ComplainBody, RateBody

RATED_WITHIN = timedelta(days=30)


async def rate(actor: Actor, purchase_id: int, body: RateBody) -> PurchaseOut:
    """Say how it was, once. Raises WrongState when it is rated, Conflict when it is too old."""
    purchase = await moves.ready(actor, purchase_id, "rate", body.version)
    if purchase.stars is not None:
        raise WrongState("已经评价过了")
    if purchase.done_at is not None and purchase.done_at + RATED_WITHIN < clock.now():
        raise Conflict("完成超过 30 天，不能再评价")
    said: dict[str, Any] = {
        "stars": body.stars,
        "rating_text": body.text or None,
        "rated_at": clock.now(),
    }
    await moves.step(purchase, "rate", actor, **said)
    await shop_books.count_rating(purchase.shop_id, body.stars)
    await _have_judged(actor, purchase, body.text, is_answer=False)
    return await purchases.shown(actor, purchase)


async def answer(actor: Actor, purchase_id: int, body: AnswerBody) -> PurchaseOut:
    """Answer what a buyer said, once. Raises WrongState without a rating, or when answered."""
    purchase = await moves.ready(actor, purchase_id, "answer", body.version)
    if purchase.stars is None or purchase.answer is not None:
        raise WrongState("还没有评价，或已经回复过")
    await moves.step(purchase, "answer", actor, answer=body.text)
    await _have_judged(actor, purchase, body.text, is_answer=True)
    return await purchases.shown(actor, purchase)


async def _have_judged(actor: Actor, purchase: Purchase, text: str, *, is_answer: bool) -> None:
    if text:
        await emit(RatingWritten(purchase.id, actor.user_id, is_answer))


async def complain(actor: Actor, purchase_id: int, body: ComplainBody) -> PurchaseOut:
    """Bring it before the community: a complaint like any other, at the shop's place.

    Raises WrongState when there is one already.
    """
    purchase = await moves.ready(actor, purchase_id, "complain")
    if purchase.complaint_id is not None:
        raise WrongState("已经投诉过，请在“我的诉求”查看进度")
    shop = (await shops.by_ids([purchase.shop_id]))[purchase.shop_id]
    number = purchases.number_of(purchase)
    report = ReportBody(
        kind="complaint",
        title=f"商圈投诉：{shop.name}",
        text=f"{body.text}\n（{shop.name}，订单 {number}，{purchases.title_of(purchase.lines)}）",
        place=PlaceBody(area_id=shop.area_id, text=shop.place),
        file_ids=body.file_ids,
    )
    order = await demands.report(actor, report)
    await moves.step(purchase, "complain", actor, complaint_id=order.id)
    return await purchases.shown(actor, purchase)


async def hide(purchase_id: int, *, is_answer: bool) -> None:
    """Moderation found a text risky: only its writer reads it from now on."""
    column = "is_answer_hidden" if is_answer else "is_hidden"
    await Purchase.filter(id=purchase_id).update(**{column: True})
