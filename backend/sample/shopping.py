"""Shops in a month of money: what is picked up, what is refused, what a coupon pays."""

from datetime import timedelta
from typing import Any

from backend.core import clock
from backend.sample.caller import Caller
from backend.sample.tour import demand
from backend.sample.wallet import Episode, Month, arrived, gone_back, pay, yuan

FACE = 300
PIECES = 2


async def _shop(month: Month) -> int:
    """The merchant's shop: it serves the community that the residents live in."""
    return int((await month.merchant.rows("/shops/mine"))[0]["id"])


async def _checkout(caller: Caller, shop: int, voucher: int | None = None) -> dict[str, Any]:
    """Two pieces of the first good in the cart, bought for what the quote says. Answers with the
    purchase."""
    good = (await caller.rows(f"/shops/{shop}/goods"))[0]
    choices = [group["choices"][0]["name"] for group in good["options"]]
    item = {"good_id": good["id"], "choices": choices, "quantity": PIECES}
    await caller.put("/cart/items", item)
    body = {"shop_id": shop, "voucher_id": voucher}
    quote = await caller.post("/cart/quote", body)
    demand(not quote["trouble"], f"the shop sells: {quote['trouble']}")
    placed = await caller.post("/cart/checkout", body | {"expected": quote["payable"]})
    bought: dict[str, Any] = await caller.get(f"/purchases/{placed['purchase_id']}")
    return bought


async def _pay(month: Month, caller: Caller, bought: dict[str, Any]) -> None:
    """Pay it through WeChat; then it waits for the shop."""
    payment = await caller.get(f"/payments/{bought['payment_id']}")
    demand(payment["amount"] == bought["payable"], "what was quoted is to be paid")
    await pay(month, caller, payment)
    await arrived(month, caller, payment)
    await _demand_status(caller, bought, "paid")


async def _demand_status(caller: Caller, bought: dict[str, Any], status: str) -> dict[str, Any]:
    seen: dict[str, Any] = await caller.get(f"/purchases/{bought['id']}")
    demand(seen["status"] == status, f"the purchase is {status}, not {seen['status']}")
    return seen


async def _hand_over(month: Month, caller: Caller, bought: dict[str, Any]) -> None:
    """Accepted, ready, and given to whoever says the code."""
    for move in ("accept", "ready"):
        await month.merchant.post(f"/purchases/{bought['id']}/{move}")
    waiting = await _demand_status(caller, bought, "ready")
    body = {"code": waiting["code"]}
    await month.merchant.post(f"/shops/{bought['shop_id']}/hand-over", body)
    await _demand_status(caller, bought, "done")


async def _picks_up(month: Month, number: int) -> None:
    caller = month.resident(number)
    bought = await _checkout(caller, await _shop(month))
    await _pay(month, caller, bought)
    await _hand_over(month, caller, bought)
    month.note(
        f"在「{bought['shop_name']}」下单 {yuan(bought['payable'])} 元，接单、备好、凭码取货"
    )


async def _is_refused(month: Month, number: int) -> None:
    """The shop has nothing left; the money goes back by itself."""
    caller = month.resident(number)
    bought = await _checkout(caller, await _shop(month))
    await _pay(month, caller, bought)
    body = {"reason": "今天的食材用完了"}
    await month.merchant.post(f"/purchases/{bought['id']}/refuse", body)
    await gone_back(month)
    seen = await _demand_status(caller, bought, "cancelled")
    demand(seen["returned"] == bought["payable"] > 0, f"all of it is back, not {seen['returned']}")
    month.note(f"商家拒单，{yuan(seen['returned'])} 元自动退回")


async def _uses_a_coupon(month: Month, number: int) -> None:
    """The shop offers a coupon for a day; it is taken, and pays its part."""
    caller, shop = month.resident(number), await _shop(month)
    ends = clock.now() + timedelta(days=1)
    offer = {"name": "街坊满减券", "face": FACE, "total": 10, "ends_at": ends.isoformat()}
    coupon = await month.merchant.post(f"/shops/{shop}/coupons", offer)
    await caller.post(f"/coupons/{coupon['id']}/claim")
    held = await caller.rows("/coupons/mine", shop_id=shop)
    voucher = next(one for one in held if one["coupon_id"] == coupon["id"])
    bought = await _checkout(caller, shop, voucher["id"])
    reduced = bought["reduction"] == FACE == bought["total"] - bought["payable"]
    demand(reduced, f"the coupon pays its part, not {bought['reduction']}")
    await _pay(month, caller, bought)
    await _hand_over(month, caller, bought)
    month.note(f"用券购物，减 {yuan(FACE)} 元，实付 {yuan(bought['payable'])} 元，已取货")


EPISODES: tuple[Episode, ...] = (_picks_up, _is_refused, _uses_a_coupon)
