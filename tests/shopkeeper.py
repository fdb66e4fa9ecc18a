"""The neighbour's shop, for tests of who may see and touch what: see tests.neighbours."""

from datetime import timedelta
from typing import Any

from backend.core import clock
from backend.core.actor import Actor
from backend.engines.coupons.models import Coupon, Voucher
from backend.engines.goods.models import Good
from backend.engines.payments import service as payments
from backend.engines.purchases import service as purchases
from backend.engines.purchases.queries import Address, Delivery, Kind
from backend.engines.shops.models import Licence, Shop, ShopKind, ShopStatus, Staff, StaffRole
from backend.engines.shops.rules import FOREVER, LicenceKind, Reach

FINGERPRINTS = (
    ("shops_shop", "id", "shop_id"),
    ("shops_staff", "shop_id", "shop_id"),
    ("shops_licence", "id", "licence_id"),
    ("goods_good", "shop_id", "shop_id"),
    ("coupons_coupon", "id", "coupon_id"),
    ("coupons_voucher", "id", "voucher_id"),
    ("purchases_purchase", "id", "purchase_id"),
    ("purchases_event", "purchase_id", "purchase_id"),
)
"""Tables, by which column, and the id in `Home.ids`."""


async def open_shop(home: Any, name: str, phone: str) -> None:
    """The neighbour's canteen with something on its shelf, and what they bought there."""
    now, owner = clock.now(), home.ids["user_id"]
    payee = await payments.payee("shop", 1, "邻居食堂")
    shop = await Shop.create(
        name="邻居食堂",
        kind=ShopKind.CANTEEN,
        status=ShopStatus.OPEN,
        area_id=home.ids["area_id"],
        area_path=home.area_path,
        serves_path=home.area_path,
        reach=Reach.COMMUNITY,
        place="东门",
        phone="0539-2233445",
        hours={"week": [[["00:00", "24:00"]]] * 7},
        delivers=True,
        licensed_until=FOREVER,
        payee_id=payee.id,
        created_at=now,
    )
    await Staff.create(shop_id=shop.id, user_id=owner, role=StaffRole.OWNER, since=now)
    licence = await Licence.create(
        shop_id=shop.id,
        kind=LicenceKind.OTHER,
        number="3713027",
        expires_on=FOREVER,
        file_id=home.ids["file_id"],
        sent_at=now,
    )
    good = await Good.create(shop_id=shop.id, name="面", price=1234, stock=9, created_at=now)
    coupon = await Coupon.create(
        name="立减",
        shop_id=shop.id,
        area_path=home.area_path,
        face=100,
        minimum=0,
        total=9,
        per_person=1,
        budget=900,
        starts_at=now + timedelta(days=1),
        ends_at=now + timedelta(days=2),
        created_at=now,
    )
    voucher = await Voucher.create(coupon=coupon, user_id=owner, number=1, claimed_at=now)
    line = purchases.NewLine(good.id, good.name, "", good.price, 1)
    new = purchases.NewPurchase(
        shop.id,
        Kind.SHELF,
        [line],
        Delivery.DELIVERY,
        address=Address(place="1号楼101", name=name, phone=phone),
        note="秘密社区里的话",
    )
    bought = await purchases.place(Actor(owner), new)
    home.ids |= {
        "shop_id": shop.id,
        "licence_id": licence.id,
        "good_id": good.id,
        "coupon_id": coupon.id,
        "voucher_id": voucher.id,
        "purchase_id": bought.id,
        "line_id": bought.lines[0].id,
    }
