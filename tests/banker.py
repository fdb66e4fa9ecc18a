"""The neighbour's points, for tests of who may see and touch what: see tests.neighbours."""

from typing import Any

from backend.core.actor import SYSTEM, Actor
from backend.core.database import transaction
from backend.engines.awards import service as awards
from backend.engines.points import service as points
from backend.engines.shelves import service as shelves
from backend.engines.shelves.schemas import GoodNew, PlaceNew, StockBody
from backend.features.mall import service as mall
from backend.features.mall.schemas import Redeem
from backend.features.pools import service as pools
from backend.features.pools.rules import Kind
from backend.features.pools.schemas import BudgetNew
from backend.features.stocktakes import service as stocktakes
from backend.features.stocktakes.schemas import CountNew

TIME_BANK = (
    ("awards_award", "user_id", "user_id"),
    ("points_hold", "user_id", "user_id"),
    ("points_policy", "area_id", "area_id"),
    ("rewards_rule", "area_id", "area_id"),
    ("shelves_place", "id", "place_id"),
    ("shelves_good", "id", "shelf_id"),
    ("shelves_stock", "good_id", "shelf_id"),
    ("shelves_movement", "good_id", "shelf_id"),
    ("mall_redemption", "id", "redemption_id"),
    ("stocktakes_count", "id", "count_id"),
    ("pools_entry", "id", "entry_id"),
)
"""Tables, by which column, and the id in `Home.ids`."""


async def open_bank(home: Any) -> None:
    """Points that came, points that are set aside, and an award that waits for review."""
    owner, path = home.ids["user_id"], home.area_path
    async with transaction():
        came = awards.Deed(owner, 90, "秘密社区里的话", "help", path)
        await awards.award(came, key="neighbour:1")
        waits = awards.Deed(owner, 9, "秘密社区里的话", "help", path, partner_id=owner)
        held = await awards.award(waits, key="neighbour:2")
        await points.reserve(owner, 1, "秘密社区里的话", key="neighbour")
    home.ids |= {"award_id": held.id}
    await open_mall(home)


async def open_mall(home: Any) -> None:
    """The community's shop for points, what the neighbour redeemed there, and a count."""
    secretary = Actor(0)
    where = {"area_id": home.ids["area_id"], "address": "秘密社区里的话", "hours": "每天"}
    place = await shelves.open_place(secretary, PlaceNew(name="积分超市", **where))
    good = await shelves.offer(
        secretary, GoodNew(area_id=home.ids["area_id"], name="秘密社区里的话", price=5)
    )
    came = StockBody(place_id=place.id, cause="in", quantity=9, note="配送")
    await shelves.restock(secretary, good.id, came)
    want = Redeem(shelf_id=good.id, place_id=place.id, points=5)
    redeemed = await mall.redeem(Actor(home.ids["user_id"]), want)
    counted = CountNew(shelf_id=good.id, place_id=place.id, counted=7)
    count = await stocktakes.count(secretary, counted)
    home.ids |= {"shelf_id": good.id, "place_id": place.id, "count_id": count.id}
    home.ids |= {"redemption_id": redeemed.id}
    paper = {"kind": Kind.PUT_IN, "amount": 9, "voucher": "YS-1", "note": "秘密社区里的话"}
    booked = await pools.budget(SYSTEM, home.ids["area_id"], BudgetNew.model_validate(paper))
    home.ids |= {"entry_id": booked.id}
