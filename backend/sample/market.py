"""The sample city's shops: who runs them, what is on their shelves and this week's menus."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from random import Random
from typing import Any

from backend.core import clock
from backend.engines.coupons.models import Coupon
from backend.engines.goods.models import Good
from backend.engines.shops import rules
from backend.engines.shops.models import Licence, Shop, ShopKind, ShopStatus, Staff, StaffRole
from backend.engines.shops.rules import Reach
from backend.features.canteens.models import Canteen, Dish
from backend.features.canteens.rules import USUAL_MEALS, USUAL_SUBSIDIES, Meal
from backend.foundation.areas import rules as areas
from backend.foundation.areas.models import Area, Level
from backend.sample import names
from backend.sample.city import City
from backend.sample.people import People
from backend.sample.wares import DISHES, SHELVES, SHOP_NAMES, Ware

PER_COMMUNITY = (ShopKind.RESTAURANT, ShopKind.PHARMACY, ShopKind.SERVICE, ShopKind.CLOTHING)
MENU_DAYS = 7
REASONS = {
    ShopStatus.REFUSED: "食品经营许可证照片看不清，请重新拍摄",
    ShopStatus.SUSPENDED: "卫生检查不合格，限期整改",
}
HOURS = {
    ShopKind.RESTAURANT: [("06:30", "22:00")],
    ShopKind.PHARMACY: [("07:30", "21:30")],
    ShopKind.SERVICE: [("08:00", "20:00")],
    ShopKind.CLOTHING: [("09:00", "21:00")],
    ShopKind.CANTEEN: [("06:00", "19:00")],
}


@dataclass
class Market:
    """All shops with what belongs to them, ids given, not yet in a database."""

    shops: list[Shop] = field(default_factory=list)
    staff: list[Staff] = field(default_factory=list)
    licences: list[Licence] = field(default_factory=list)
    goods: list[Good] = field(default_factory=list)
    coupons: list[Coupon] = field(default_factory=list)
    canteens: list[Canteen] = field(default_factory=list)
    dishes: list[Dish] = field(default_factory=list)

    def shelf(self, shop: Shop) -> list[Good]:
        return [one for one in self.goods if one.shop_id == shop.id and not one.is_menu]

    def owner(self, shop: Shop) -> int:
        found: int = next(one.user_id for one in self.staff if one.shop_id == shop.id)
        return found

    def trading(self) -> list[Shop]:
        return [one for one in self.shops if one.status is ShopStatus.OPEN]


class _Street:
    """What shops are made from."""

    def __init__(self, random: Random, city: City, crowd: People) -> None:
        self.random, self.city, self.crowd = random, city, crowd
        self.made = Market()
        self.numbers = {one: count(1) for one in ("staff", "licence", "good", "coupon", "dish")}

    def next(self, what: str) -> int:
        return next(self.numbers[what])


def build(random: Random, city: City, crowd: People) -> Market:
    """Shops of all kinds in every community, a canteen in every street, some not yet approved."""
    street = _Street(random, city, crowd)
    for community in city.at(Level.COMMUNITY):
        for kind in PER_COMMUNITY[: 4 if community.id % 2 else 3]:
            _open(street, kind, community)
        if community is city.below(city.above(community, Level.STREET), Level.COMMUNITY)[0]:
            _canteen(street, community)
    first = city.at(Level.COMMUNITY)[0]
    for status in (
        ShopStatus.APPLIED,
        ShopStatus.APPLIED,
        ShopStatus.REFUSED,
        ShopStatus.SUSPENDED,
    ):
        _open(street, ShopKind.RESTAURANT, first, status)
    _fund(street)
    return street.made


def _open(
    street: _Street, kind: ShopKind, community: Area, status: ShopStatus = ShopStatus.OPEN
) -> Shop:
    made, owner = street.made, _merchant(street)
    shop = _shop(street, kind, community, status)
    shop.applied_by = owner
    made.shops.append(shop)
    made.staff.append(
        Staff(
            id=street.next("staff"),
            shop_id=shop.id,
            user_id=owner,
            role=StaffRole.OWNER,
            since=shop.created_at,
        )
    )
    _licences(street, shop, is_seen=status is not ShopStatus.APPLIED)
    for sort, ware in enumerate(SHELVES.get(kind, ())):
        made.goods.append(_good(street, shop, ware, sort))
    if kind is not ShopKind.CANTEEN and shop.id % 3 == 1 and status is ShopStatus.OPEN:
        made.coupons.append(_coupon(street, shop))
    return shop


def _shop(street: _Street, kind: ShopKind, community: Area, status: ShopStatus) -> Shop:
    random, city = street.random, street.city
    compound = random.choice(city.below(community, Level.COMPOUND))
    path = community.path or ""
    name = _shop_name(street, kind, community)
    spot = random.choice(("东门北侧", "南门对面", "西门底商", "商业街 12 号", "沿街 3 号"))
    return Shop(
        id=len(street.made.shops) + 1,
        name=name,
        kind=kind,
        status=status,
        area_id=community.id,
        area_path=path,
        place=f"{compound.name}{spot}",
        latitude=(compound.latitude or 0) + random.randint(-1500, 1500),
        longitude=(compound.longitude or 0) + random.randint(-1500, 1500),
        **_reached(kind, path),
        phone=f"0539-{random.randint(2_000_000, 8_999_999)}",
        about=SHOP_NAMES[kind][1],
        notice=random.choice(("", "", "社区居民凭码领券，下单立减", "老顾客到店有茶水")),
        hours={"week": [HOURS[kind]] * 7, "exceptions": {}},
        accept_minutes=120,
        delivers=kind in (ShopKind.RESTAURANT, ShopKind.CANTEEN, ShopKind.PHARMACY),
        delivery_fee=random.choice((0, 200, 300)) if kind is not ShopKind.CANTEEN else 100,
        delivery_minimum=1500 if kind is ShopKind.RESTAURANT else 0,
        reason=REASONS.get(status, ""),
        created_at=city.now - timedelta(days=random.randint(40, 200)),
    )


def _reached(kind: ShopKind, path: str) -> dict[str, Any]:
    """Where its customers live: canteens and pharmacies serve the whole street."""
    if kind not in (ShopKind.CANTEEN, ShopKind.PHARMACY):
        return {"reach": Reach.COMMUNITY, "serves_path": path}
    street = areas.path_below("/".join(path.split("/")[:2]) + "/", areas.ids_of(path)[1])
    return {"reach": Reach.STREET, "serves_path": street}


def _merchant(street: _Street) -> int:
    name = _person(street.random)
    since = street.city.now - timedelta(days=300)
    user = street.crowd.add_user(name, name, since)
    street.crowd.merchants.append(user.id)
    return int(user.id)


def _person(random: Random) -> str:
    return (
        random.choice(names.SURNAMES)
        + random.choice(names.GIVEN_FIRST)
        + random.choice(names.GIVEN_LAST)
    )


def _shop_name(street: _Street, kind: ShopKind, community: Area) -> str:
    if kind is ShopKind.CANTEEN:
        parent = street.city.by_id[community.parent_id or 0]
        return f"{parent.name.removesuffix('街道')}幸福食堂"
    taken = {one.name for one in street.made.shops}
    pattern = street.random.choice(SHOP_NAMES[kind][0])
    for surname in street.random.sample(names.SURNAMES, len(names.SURNAMES)):
        name = pattern.format(surname=surname, place=community.name.removesuffix("社区"))
        if name not in taken:
            return name
        pattern = street.random.choice(SHOP_NAMES[kind][0])
    raise RuntimeError("no name is left")


def _licences(street: _Street, shop: Shop, *, is_seen: bool) -> None:
    """What its kind needs; every tenth ends within the month, so that a reminder is due."""
    random, last = street.random, []
    for kind in rules.REQUIRED[shop.kind]:
        days = random.randint(10, 28) if shop.id % 10 == 0 else random.randint(200, 1500)
        day = clock.local(street.city.now).date() + timedelta(days=days)
        last.append((kind, day))
        street.made.licences.append(
            Licence(
                id=street.next("licence"),
                shop_id=shop.id,
                kind=kind,
                number=f"91371300MA3{random.randint(10**6, 10**7 - 1)}",
                expires_on=day,
                file_id=0,
                sent_at=shop.created_at,
                confirmed_at=shop.created_at + timedelta(days=2) if is_seen else None,
            )
        )
    shop.licensed_until = rules.licensed_until(shop.kind, last) if is_seen else None


def _good(street: _Street, shop: Shop, ware: Ware, sort: int) -> Good:
    return Good(
        id=street.next("good"),
        shop_id=shop.id,
        name=ware.name,
        category=ware.category,
        about=ware.about,
        price=ware.price,
        options=[
            {"name": name, "choices": [{"name": one, "extra": extra} for one, extra in choices]}
            for name, choices in ware.options
        ],
        stock=ware.stock,
        daily_limit=ware.daily_limit,
        sort=sort,
        created_at=shop.created_at,
    )


def _coupon(street: _Street, shop: Shop, **given: Any) -> Coupon:
    now = street.city.now
    usual: dict[str, Any] = {
        "shop_id": shop.id,
        "area_path": shop.area_path,
        "name": "满 30 减 5",
        "face": 500,
        "minimum": 3000,
        "total": 200,
        "per_person": 2,
        "budget": 100_000,
        "starts_at": now - timedelta(days=20),
        "ends_at": now + timedelta(days=25),
        "created_at": now - timedelta(days=20),
    }
    return Coupon(id=street.next("coupon"), **(usual | given))


def _fund(street: _Street) -> None:
    """A coupon that the county pays, good in every shop."""
    county = street.city.at(Level.COUNTY)[0]
    public = {
        "shop_id": None,
        "area_path": county.path,
        "account": "subsidy:coupons",
        "name": "惠民消费券",
        "face": 1000,
        "minimum": 4000,
        "total": 2000,
        "per_person": 1,
        "budget": 2_000_000,
    }
    street.made.coupons.append(_coupon(street, street.made.shops[0], **public))


def _canteen(street: _Street, community: Area) -> None:
    """A canteen with this week's menus, each meal within its cut-off."""
    made, shop = street.made, _open(street, ShopKind.CANTEEN, community)
    made.canteens.append(
        Canteen(
            id=len(made.canteens) + 1,
            shop_id=shop.id,
            meals=USUAL_MEALS,
            subsidies=USUAL_SUBSIDIES,
        )
    )
    today = clock.local(street.city.now).date()
    for day in (today + timedelta(days=n) for n in range(-1, MENU_DAYS)):
        for meal in Meal:
            for ware in _dishes(street.random, meal):
                _dish(street, shop, (day, meal), ware)


def _dishes(random: Random, meal: Meal) -> Sequence[Ware]:
    found = DISHES[meal.value]
    return random.sample(found, k=min(3, len(found)))


def _dish(street: _Street, shop: Shop, when: tuple[date, Meal], ware: Ware) -> None:
    good = _good(street, shop, ware, 0)
    good.is_menu = True
    good.stock = street.random.choice((40, 60, 80))
    street.made.goods.append(good)
    day, meal = when
    street.made.dishes.append(
        Dish(id=street.next("dish"), shop_id=shop.id, good_id=good.id, day=day, meal=meal)
    )
