"""Every main page of the three phones in the middle of a story, for pictures and for axe."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import expect

from tests.browser import crafting, fairs, gatherings, mending, parking, rewards, voting, wishing
from tests.browser.phones import Api, Booth, Person, Phone

RESIDENT, WORKER, PROPERTY, DESK = "resident", "worker", "property", "desk"
BUYER, MERCHANT, COOK, CASHIER = "buyer", "merchant", "cook", "cashier"
DRIVER, GUARD = "driver", "guard"
FINANCE = "finance"
HELPER, ORGANISER = "helper", "organiser"
STEWARD = "steward"
EARNER, KEEPER = "earner", "keeper"
ARTISAN = "artisan"
FAMILY = "family"
STANDER, CALLER = "stander", "caller"
SIDES = {
    DESK: WORKER,
    ORGANISER: WORKER,
    BUYER: RESIDENT,
    MERCHANT: PROPERTY,
    COOK: PROPERTY,
    CASHIER: PROPERTY,
    FINANCE: PROPERTY,
    DRIVER: RESIDENT,
    GUARD: PROPERTY,
    HELPER: RESIDENT,
    STEWARD: WORKER,
    EARNER: RESIDENT,
    KEEPER: WORKER,
    ARTISAN: RESIDENT,
    FAMILY: RESIDENT,
    STANDER: RESIDENT,
    CALLER: WORKER,
}
"""Which phone they hold, where it is not called like them."""


@dataclass(frozen=True)
class Scene:
    """A page: whose phone, which address (`{name}` of an order of the story), what must show."""

    name: str
    who: str
    page: str
    shows: str
    then: Callable[[Phone], None] | None = None


def _written(phone: Phone) -> None:
    phone.write("report-text", "3号楼2单元的楼道灯坏了，晚上看不清台阶")
    phone.photograph("report-page", 2)
    phone.sees("promise")
    expect(phone.page.locator('[data-testid="photo"][data-state="sent"]:visible')).to_have_count(2)


def _resolving(phone: Phone) -> None:
    phone.tap("move-arrive")
    phone.sees("move-sheet")


def _more(phone: Phone) -> None:
    phone.tap("more")
    phone.sees("drawer")


def _sheet(phone: Phone) -> None:
    phone.tap("pay-go")
    phone.sees("wx-pay-amount")


def _leave_the_sheet(phone: Phone) -> None:
    """WeChat's own sheet lies over the whole app: nobody turns a page below it."""
    cancel = phone.every("wx-pay-cancel")
    if cancel.count():
        cancel.first.click()
        phone.lacks("wx-pay-sheet")


def _tomorrow(phone: Phone) -> None:
    """A meal of tomorrow's in hand, the sheet of the booking open."""
    phone.every("day-").nth(1).click()
    phone.every("more-").first.click()
    phone.tap("book")
    phone.sees("book-send", "支付")


def _next_day(phone: Phone) -> None:
    phone.every("seg-20").nth(1).click()
    phone.every("eat-").first.wait_for()


def _found(phone: Phone) -> None:
    """A door by its number, as typed at the counter; Enter opens it."""
    phone.write("counter-q", "101")
    phone.every("door-").first.click()
    phone.sees("counter-total")


def _previewed(phone: Phone) -> None:
    phone.every("tariff-").nth(1).click()
    phone.tap("preview")
    phone.sees("preview-sum")


def _doubting(phone: Phone) -> None:
    phone.tap("dispute")
    phone.sees("dispute-text")


def _ruling(phone: Phone) -> None:
    phone.every("explain-").first.click()
    phone.sees("ruling-sheet")


def _strays(phone: Phone) -> None:
    phone.tap("seg-strays")
    phone.every("stray-").first.wait_for()


def _export(phone: Phone) -> None:
    phone.tap("book-export")
    phone.sees("export-sheet")


def _tapping(testid: str) -> Callable[[Phone], None]:
    def tap(phone: Phone) -> None:
        phone.tap(testid)

    return tap


def _tried(phone: Phone) -> None:
    """A price typed, and what dwellings would pay by it."""
    phone.write("tariff-name", "公共维护费")
    phone.write("price", "1.35")
    phone.tap("try")
    phone.sees("tried")


def _read(phone: Phone) -> None:
    phone.write("reading", "1203.5")


def _numbered(phone: Phone) -> None:
    phone.tap("add-spaces")
    phone.write("numbers", "B1-001~B1-020")


def _with_secret(phone: Phone) -> None:
    """A gate that has just been made; its secret is shown this once."""
    phone.tap("add-gate")
    phone.write("gate-name", "北门入口")
    phone.tap("gate-save")
    phone.sees("secret")


def _blocking(phone: Phone) -> None:
    phone.every("block-").first.click()
    phone.sees("block-sheet")


def _offering(phone: Phone) -> None:
    phone.tap("new-coupon")
    phone.write("coupon-face", "5")
    phone.write("coupon-minimum", "30")


def _subsidising(phone: Phone) -> None:
    phone.tap("seg-meals")
    phone.every("subsidise-").first.click()
    phone.sees("subsidy-sheet")


def _paying_out(phone: Phone) -> None:
    phone.every("pay-refund-").first.click()
    phone.sees("pay-out-sheet")


def _filling(phone: Phone) -> None:
    phone.tap("survey-1")
    phone.sees("survey-send")
    phone.every("need-").first.click()


SCENES = [
    Scene("home", RESIDENT, "/pages/resident/index?tab=home", "service-all"),
    Scene("services", RESIDENT, "/pages/services/index", "service-surveys"),
    Scene("report", RESIDENT, "/pages/report/index", "report-page", _written),
    Scene("report-done", RESIDENT, "/pages/report/done?id={waiting}", "order-number"),
    Scene("order-open", RESIDENT, "/pages/order/index?id={waiting}", "order-status"),
    Scene("order-done", RESIDENT, "/pages/order/index?id={resolved}", "rate-card"),
    Scene("orders", RESIDENT, "/pages/resident/index?tab=orders", "order-{waiting}"),
    Scene("inbox", RESIDENT, "/pages/resident/index?tab=inbox", "message-"),
    Scene("me", RESIDENT, "/pages/resident/index?tab=me", "profile"),
    Scene("dwellings", RESIDENT, "/pages/me/dwellings", "back"),
    Scene("bind", RESIDENT, "/pages/me/bind", "back"),
    Scene("profile", RESIDENT, "/pages/me/profile", "back"),
    Scene("settings", RESIDENT, "/pages/me/settings", "settings-page"),
    Scene("devices", RESIDENT, "/pages/me/devices", "back"),
    Scene("privacy", RESIDENT, "/pages/me/privacy", "back"),
    Scene("community", RESIDENT, "/pages/me/community", "back"),
    Scene("pay", RESIDENT, "/pages/pay/index?id={owed}", "pay-lines"),
    Scene("pay-done", RESIDENT, "/pages/pay/index?id={paid}", "pay-receipt"),
    Scene("receipts", RESIDENT, "/pages/pay/receipts", "payment-{paid}"),
    Scene("pay-sheet", RESIDENT, "/pages/pay/index?id={owed}", "pay-lines", _sheet),
    Scene("fees", RESIDENT, "/pages/fees/index", "bill-{bill}"),
    Scene("bill", RESIDENT, "/pages/fees/bill?id={bill}", "explained"),
    Scene("bill-doubt", RESIDENT, "/pages/fees/bill?id={bill}", "explained", _doubting),
    Scene("balance", RESIDENT, "/pages/fees/balance?id={home}", "balance"),
    Scene("fee-staff", PROPERTY, "/pages/fees/staff", "firm-owed"),
    Scene("fee-runs", PROPERTY, "/pages/fees/runs", "run-"),
    Scene("fee-preview", PROPERTY, "/pages/fees/runs", "preview", _previewed),
    Scene("fee-arrears", PROPERTY, "/pages/fees/arrears", "debtor-"),
    Scene("fee-waivers", PROPERTY, "/pages/fees/waivers", "waiver-"),
    Scene("counter", CASHIER, "/pages/counter/index", "counter-q"),
    Scene("counter-home", CASHIER, "/pages/counter/index", "counter-q", _found),
    Scene("counter-me", CASHIER, "/pages/counter/me", "profile"),
    Scene("firm-bills", PROPERTY, "/pages/firm/bills", "bill-"),
    Scene("firm-bill", PROPERTY, "/pages/firm/bill?id={issued}", "bill-amount"),
    Scene("firm-void", PROPERTY, "/pages/firm/bill?id={issued}", "bill-amount", _tapping("void")),
    Scene("firm-waive", PROPERTY, "/pages/firm/bill?id={issued}", "waive", _tapping("waive")),
    Scene("firm-refund", PROPERTY, "/pages/firm/bill?id={settled}", "refund", _tapping("refund")),
    Scene("firm-export", PROPERTY, "/pages/firm/bills", "bill-", _tapping("export")),
    Scene("tariffs", PROPERTY, "/pages/firm/tariffs", "tariff-"),
    Scene("tariff-new", PROPERTY, "/pages/firm/tariff", "tariff-name", _tried),
    Scene("tariff", PROPERTY, "/pages/firm/tariff?id={tariff}", "reprice"),
    Scene("tariff-price", PROPERTY, "/pages/firm/tariff?id={tariff}&reprice=1", "try"),
    Scene("meters", PROPERTY, "/pages/firm/meters", "meter-place", _read),
    Scene("import", PROPERTY, "/pages/firm/import?id={tariff}", "choose"),
    Scene("waiver-new", PROPERTY, "/pages/firm/waiver", "percent"),
    Scene("payouts", CASHIER, "/pages/firm/payouts", "refund-", _paying_out),
    Scene("pool", WORKER, "/pages/worker/index?tab=pool", "work-"),
    Scene("doing", WORKER, "/pages/worker/index?tab=doing", "work-{taken}"),
    Scene("day", WORKER, "/pages/worker/index?tab=day", "day-due"),
    Scene("worker-inbox", WORKER, "/pages/worker/index?tab=inbox", "message-"),
    Scene("worker-me", WORKER, "/pages/worker/index?tab=me", "profile"),
    Scene("work-order", WORKER, "/pages/worker/order?id={taken}", "order-status"),
    Scene("work-more", WORKER, "/pages/worker/order?id={taken}", "order-status", _more),
    Scene("work-arrive", WORKER, "/pages/worker/order?id={taken}", "order-status", _resolving),
    Scene("outbox", WORKER, "/pages/worker/outbox", "outbox-page"),
    Scene("unit", PROPERTY, "/pages/property/index", "work-"),
    Scene("unit-order", PROPERTY, "/pages/worker/order?id={repair}", "order-status"),
    Scene("shops", BUYER, "/pages/shops/index", "shop-"),
    Scene("shop", BUYER, "/pages/shops/shop?id={shop}", "good-"),
    Scene("cart", BUYER, "/pages/shops/cart", "cart-{shop}"),
    Scene("checkout", BUYER, "/pages/shops/checkout?shop_id={shop}", "payable"),
    Scene("purchases", BUYER, "/pages/shops/purchases", "purchase-"),
    Scene("purchase", BUYER, "/pages/shops/purchase?id={purchase}", "pickup-code"),
    Scene("canteens", BUYER, "/pages/shops/canteens", "shop-"),
    Scene("canteen", BUYER, "/pages/shops/canteen?id={canteen}", "day-", _tomorrow),
    Scene("register", BUYER, "/pages/shops/register", "reg-name"),
    Scene("sales", MERCHANT, "/pages/merchant/index?tab=sales", "purchase-"),
    Scene("stock", MERCHANT, "/pages/merchant/index?tab=goods", "stock-"),
    Scene("my-shop", MERCHANT, "/pages/merchant/index?tab=shop", "to-hours"),
    Scene("sale", MERCHANT, "/pages/merchant/purchase?id={sale}", "sale-page"),
    Scene("good", MERCHANT, "/pages/merchant/good?shop_id={shop}", "good-name"),
    Scene("hours", MERCHANT, "/pages/merchant/shop", "hours-0"),
    Scene("hours-day", MERCHANT, "/pages/merchant/shop", "hours-0", _tapping("hours-0")),
    Scene("kitchen", COOK, "/pages/merchant/kitchen", "kitchen-page", _next_day),
    Scene("meals", COOK, "/pages/merchant/meals", "meal-lunch"),
    Scene("menu", COOK, "/pages/merchant/menu", "dish-0"),
    Scene("review", DESK, "/pages/shops/review", "review-"),
    Scene("books", FINANCE, "/pages/finance/index?tab=books", "book-{book}"),
    Scene("books-export", FINANCE, "/pages/finance/index?tab=books", "book-{book}", _export),
    Scene("differences", FINANCE, "/pages/finance/index?tab=differences", "difference-"),
    Scene(
        "differences-export",
        FINANCE,
        "/pages/finance/index?tab=differences",
        "difference-",
        _tapping("differences-export"),
    ),
    Scene("ruling", FINANCE, "/pages/finance/index?tab=differences", "difference-", _ruling),
    Scene("stuck", FINANCE, "/pages/finance/index?tab=waiting", "retry-"),
    Scene("strays", FINANCE, "/pages/finance/index?tab=waiting", "retry-", _strays),
    Scene("book-day", FINANCE, "/pages/finance/day?id={book}", "book-sum"),
    Scene("desk", DESK, "/pages/worker/index?tab=desk", "ruling-"),
    Scene("matters", RESIDENT, "/pages/matters/index", "matter-"),
    Scene("matter", RESIDENT, "/pages/matters/matter?id=1", "opinion-"),
    Scene("speak", RESIDENT, "/pages/matters/matter?id=1", "opinion-", _tapping("speak")),
    Scene("matter-doing", RESIDENT, "/pages/matters/matter?id=3", "step-"),
    Scene("vote", RESIDENT, "/pages/matters/vote?id=1", "turnout"),
    Scene("vote-sheet", RESIDENT, "/pages/matters/vote?id=1", "turnout", _tapping("vote")),
    Scene("vote-result", RESIDENT, "/pages/matters/vote?id=2", "outcome"),
    Scene("vote-check", RESIDENT, "/pages/matters/vote?id=2", "outcome", _tapping("check")),
    Scene("vote-draft", WORKER, "/pages/matters/vote?id={draft_vote}", "to-roll"),
    Scene("vote-plan", WORKER, "/pages/matters/vote?id={draft_vote}", "to-roll", voting.planning),
    Scene("roll", WORKER, "/pages/matters/roll?id={draft_vote}", "area-", voting.at_the_doors),
    Scene("proxies", WORKER, "/pages/matters/desk?id=1", "entry-", voting.proxies),
    Scene("paper-desk", WORKER, "/pages/matters/desk?id=1", "entry-"),
    Scene("matter-new", WORKER, "/pages/matters/edit", "matter-title"),
    Scene("matter-kept", WORKER, "/pages/matters/matter?id=1", "do-poster"),
    Scene("surveys", RESIDENT, "/pages/surveys/index", "survey-"),
    Scene("survey", RESIDENT, "/pages/surveys/index", "survey-", _filling),
    Scene("survey-picture", RESIDENT, "/pages/surveys/fill?id={pictured}", "survey-send"),
    Scene("survey-pictures", WORKER, "/pages/surveys/edit", "survey-title", voting.drawing),
    Scene("survey-edit", WORKER, "/pages/surveys/edit", "survey-title"),
    Scene("survey-results", WORKER, "/pages/surveys/results?id=1", "result-"),
    Scene("points", EARNER, "/pages/points/index", "entry"),
    Scene("points-awards", EARNER, "/pages/points/index", "hero", rewards.part("awards", "award-")),
    Scene("points-rules", EARNER, "/pages/points/index", "hero", _tapping("seg-rules")),
    Scene("points-share", EARNER, "/pages/points/index", "deposit", _tapping("deposit")),
    Scene("mall", EARNER, "/pages/mall/index", "good-"),
    Scene("mall-mine", EARNER, "/pages/mall/index", "good-", rewards.redeemed),
    Scene("mall-good", EARNER, "/pages/mall/good?id={offered}", "redeem"),
    Scene("redemption", EARNER, "/pages/mall/redemption?id={redeemed}", "redeem-code"),
    Scene("mall-counter", KEEPER, "/pages/mall/counter", "waiting-"),
    Scene(
        "mall-call-off",
        KEEPER,
        "/pages/mall/counter",
        "waiting-",
        rewards.first("call-off-", "call-off-sheet"),
    ),
    Scene("mall-manage", KEEPER, "/pages/mall/manage", "manage-"),
    Scene("mall-offer", KEEPER, "/pages/mall/manage", "manage-", _tapping("add-good")),
    Scene("mall-place", KEEPER, "/pages/mall/manage", "manage-", _tapping("add-place")),
    Scene(
        "mall-stock",
        KEEPER,
        "/pages/mall/manage",
        "manage-",
        rewards.first("stock-", "stock-sheet"),
    ),
    Scene(
        "mall-movements",
        KEEPER,
        "/pages/mall/manage",
        "manage-",
        rewards.first("moves-", "moves-sheet"),
    ),
    Scene("mall-counts", KEEPER, "/pages/mall/counts", "count-"),
    Scene("mall-count-new", KEEPER, "/pages/mall/counts", "count-", _tapping("new-count")),
    Scene(
        "mall-adjust",
        KEEPER,
        "/pages/mall/counts",
        "count-",
        rewards.first("adjust-", "ruling-sheet"),
    ),
    Scene("mall-pool", KEEPER, "/pages/mall/pool", "entry-"),
    Scene("mall-pool-budget", KEEPER, "/pages/mall/pool", "entry-", _tapping("put-in")),
    Scene("awards", KEEPER, "/pages/points/awards", "award-"),
    Scene(
        "award-reject",
        KEEPER,
        "/pages/points/awards",
        "award-",
        rewards.first("reject-", "ruling-sheet"),
    ),
    Scene("award-rules", KEEPER, "/pages/points/awards", "award-", rewards.part("rules", "rule-")),
    Scene("award-policy", KEEPER, "/pages/points/awards", "award-", rewards.policy),
    Scene("family-points", EARNER, "/pages/points/family?dwelling_id={household}", "family-page"),
    Scene("parking", DRIVER, "/pages/parking/index", "car-"),
    Scene("vehicle", DRIVER, "/pages/parking/vehicle?id={vehicle}", "balance"),
    Scene(
        "car-statement",
        DRIVER,
        "/pages/parking/statement?vehicle_id={vehicle}",
        "car-statement-page",
    ),
    Scene("top-up", DRIVER, "/pages/parking/vehicle?id={vehicle}", "balance", parking.choosing),
    Scene("car-new", DRIVER, "/pages/parking/car", "home-0"),
    Scene("visits", DRIVER, "/pages/parking/visits", "visit-"),
    Scene("visit", DRIVER, "/pages/parking/visit", "visit-code"),
    Scene("stays", DRIVER, "/pages/parking/stays", "stay-"),
    Scene("parking-pay", DRIVER, "/pages/parking/pay", "lot-"),
    Scene("move-car", DRIVER, "/pages/move-car/index", "request-", parking.typed),
    Scene("move-progress", DRIVER, "/pages/move-car/progress?id={moving}", "move-status"),
    Scene("move-answer", DRIVER, "/pages/move-car/answer?id={asked}", "reply-coming"),
    Scene("parking-desk", GUARD, "/pages/parking/desk", "event-"),
    Scene("parking-stays", GUARD, "/pages/parking/desk?tab=stays", "stay-"),
    Scene("parking-passes", GUARD, "/pages/parking/desk?tab=stays", "stay-", parking.passes),
    Scene("parking-cars", GUARD, "/pages/parking/desk?tab=cars", "vehicle-"),
    Scene("volunteering", HELPER, "/pages/volunteering/index", "project-"),
    Scene("project", HELPER, "/pages/volunteering/project?id={project}", "booking-"),
    Scene("bookings", HELPER, "/pages/volunteering/mine", "booking-"),
    Scene("served-hours", HELPER, "/pages/volunteering/hours", "hour-"),
    Scene("certificates", HELPER, "/pages/volunteering/hours", "hour-", gatherings.issuing),
    Scene("teams", HELPER, "/pages/volunteering/teams", "team-"),
    Scene("team-new", HELPER, "/pages/volunteering/teams", "team-", gatherings.founding),
    Scene("team", HELPER, "/pages/volunteering/team?id={team}", "team-page"),
    Scene("team-own", HELPER, "/pages/volunteering/team?id={own_team}", "member-"),
    Scene(
        "team-edit",
        HELPER,
        "/pages/volunteering/team?id={own_team}",
        "member-",
        gatherings.editing("edit", "team-sheet"),
    ),
    Scene("report-in", HELPER, "/pages/volunteering/report-in", "task-"),
    Scene("pledges", HELPER, "/pages/volunteering/pledges", "pledge-"),
    Scene("pledge", HELPER, "/pages/volunteering/pledge?id={pledge}", "step-"),
    Scene("organise", ORGANISER, "/pages/volunteering/manage", "project-"),
    Scene(
        "organise-review", ORGANISER, "/pages/volunteering/manage", "project-", gatherings.reviewing
    ),
    Scene("project-host", ORGANISER, "/pages/volunteering/project?id={project}", "to-served"),
    Scene(
        "shift-new",
        ORGANISER,
        "/pages/volunteering/project?id={project}",
        "to-served",
        gatherings.shifting,
    ),
    Scene("shift", ORGANISER, "/pages/volunteering/shift?id={shift}&project={project}", "guest-"),
    Scene(
        "project-edit",
        ORGANISER,
        "/pages/volunteering/project?id={project}",
        "to-served",
        gatherings.editing("edit", "project-sheet"),
    ),
    Scene(
        "shift-edit",
        ORGANISER,
        "/pages/volunteering/shift?id={shift}&project={project}",
        "shift-edit",
        gatherings.editing("shift-edit", "shift-sheet"),
    ),
    Scene("served", ORGANISER, "/pages/volunteering/served?id={project}", "hour-"),
    Scene("parking-gates", GUARD, "/pages/parking/desk?tab=gates", "gate-"),
    Scene("lot-new", GUARD, "/pages/firm/lot", "lot-name"),
    Scene("lot", GUARD, "/pages/firm/lot?id={lot}", "to-gates"),
    Scene("spaces", GUARD, "/pages/firm/spaces?id={lot}", "add-spaces"),
    Scene("spaces-new", GUARD, "/pages/firm/spaces?id={lot}", "add-spaces", _numbered),
    Scene("gates", GUARD, "/pages/firm/gates?id={lot}", "gate-"),
    Scene("gate-secret", GUARD, "/pages/firm/gates?id={lot}", "gate-", _with_secret),
    Scene("move-rulings", DESK, "/pages/rulings/move-car", "request-"),
    Scene("move-block", DESK, "/pages/rulings/move-car", "request-", _blocking),
    Scene("funding", DESK, "/pages/rulings/funding", "new-coupon"),
    Scene("funding-new", DESK, "/pages/rulings/funding", "new-coupon", _offering),
    Scene("funding-meals", DESK, "/pages/rulings/funding", "new-coupon", _subsidising),
    Scene("goods-ruling", DESK, "/pages/rulings/goods?shop_id={shop}", "good-"),
    Scene("shop-points", MERCHANT, "/pages/merchant/points", "entry"),
    Scene("my-coupons", MERCHANT, "/pages/merchant/coupons", "coupons-page"),
    Scene("my-coupon-new", MERCHANT, "/pages/merchant/coupons", "new-coupon", _offering),
    Scene("shop-settings", MERCHANT, "/pages/merchant/settings", "shop-fee"),
    Scene("licence", MERCHANT, "/pages/merchant/licence", "licence-number"),
    Scene("fairs", RESIDENT, "/pages/fairs/index", "fair-"),
    Scene("fair", RESIDENT, "/pages/fairs/fair?id={fair_today}", "stall-map"),
    Scene("fair-stall", RESIDENT, "/pages/fairs/fair?id={fair_today}", "stall-map", fairs.stall),
    Scene(
        "fair-book",
        RESIDENT,
        "/pages/fairs/fair?id={fair_ahead}",
        "stall-map",
        fairs.part("book", "turn-"),
    ),
    Scene(
        "fair-swap",
        RESIDENT,
        "/pages/fairs/fair?id={fair_ahead}",
        "stall-map",
        fairs.part("swap", "item-"),
    ),
    Scene(
        "fair-words",
        RESIDENT,
        "/pages/fairs/fair?id={fair_today}",
        "stall-map",
        fairs.part("words", "letter-"),
    ),
    Scene(
        "fair-family",
        FAMILY,
        "/pages/fairs/fair?id={fair_ahead}",
        "stall-map",
        fairs.part("book", "whom-"),
    ),
    Scene("fair-turns", STEWARD, "/pages/fairs/turns?fair={fair_ahead}&id={course}", "guest-"),
    Scene(
        "fair-call-off",
        STEWARD,
        "/pages/fairs/manage?id={fair_ahead}",
        "call-off-",
        fairs.calling_off,
    ),
    Scene("fair-past", RESIDENT, "/pages/fairs/fair?id={fair_past}", "fair-page"),
    Scene("fair-wall", STEWARD, "/pages/fairs/wall?id={fair_today}", "wall-total"),
    Scene("fair-manage", STEWARD, "/pages/fairs/manage?id={fair_recruiting}", "stall-map"),
    Scene(
        "fair-arrange",
        STEWARD,
        "/pages/fairs/manage?id={fair_recruiting}",
        "stall-map",
        fairs.arranging,
    ),
    Scene("fair-day", STEWARD, "/pages/fairs/manage?id={fair_today}", "letter-"),
    Scene("wishes", DRIVER, "/pages/wishes/index", "wish-{near}"),
    Scene("wish", DRIVER, "/pages/wishes/wish?id={near}", "claim"),
    Scene("wish-claiming", DRIVER, "/pages/wishes/wish?id={near}", "claim", wishing.claiming),
    Scene("wish-claim", DRIVER, "/pages/wishes/claim?id={claim}", "fulfil"),
    Scene("wish-publish", RESIDENT, "/pages/wishes/publish", "wish-title", wishing.written),
    Scene("my-wishes", RESIDENT, "/pages/wishes/mine", "wish-{wished}"),
    Scene("wish-reviews", DESK, "/pages/wishes/reviews", "wish-{wished}"),
    Scene("wish-review", DESK, "/pages/wishes/wish?id={wished}", "approve"),
    Scene("craftsmen", RESIDENT, "/pages/craftsmen/index", "offer-"),
    Scene(
        "craftsman",
        RESIDENT,
        f"/pages/craftsmen/craftsman?id={{craftsman}}&{crafting.NEED}",
        "ask",
    ),
    Scene(
        "craft-ask",
        RESIDENT,
        f"/pages/craftsmen/ask?id={{craftsman}}&{crafting.NEED}",
        "call-text",
        crafting.written,
    ),
    Scene("craft-calls", RESIDENT, "/pages/craftsmen/mine", "call-{craft_done}"),
    Scene("craft-call", RESIDENT, "/pages/craftsmen/call?id={craft_taken}", "their-phone"),
    Scene(
        "craft-rating",
        RESIDENT,
        "/pages/craftsmen/call?id={craft_done}",
        "rate",
        crafting.rating,
    ),
    Scene("craft-own", ARTISAN, "/pages/craftsmen/own", "call-{craft_asked}"),
    Scene("craft-own-me", ARTISAN, "/pages/craftsmen/own?tab=me", "revise"),
    Scene("craft-asked", ARTISAN, "/pages/craftsmen/call?id={craft_asked}", "accept"),
    Scene("craft-coming", ARTISAN, "/pages/craftsmen/call?id={craft_taken}", "caller-phone"),
    Scene("craft-register", ARTISAN, "/pages/craftsmen/register?revise=1", "price-plumbing"),
    Scene("craft-reviews", DESK, "/pages/craftsmen/reviews", "craftsman-{craft_waiting}"),
    Scene("craft-review", DESK, "/pages/craftsmen/craftsman?id={craft_waiting}", "approve"),
    Scene("mending-days", RESIDENT, "/pages/craftsmen/days", "mending-{mend}"),
    Scene("mending-past", RESIDENT, "/pages/craftsmen/days", "mending-", mending.to_past),
    Scene("mending-day", RESIDENT, "/pages/craftsmen/day?id={mend}", "my-turn-{mend_turn}"),
    Scene("mending-over", RESIDENT, "/pages/craftsmen/day?id={mended}", "bench-"),
    Scene("mending-bench", STANDER, "/pages/craftsmen/bench?id={bench}", "guest-{mend_turn}"),
    Scene("mending-own", STANDER, "/pages/craftsmen/own", "stand-{mend}"),
    Scene("mending-desk", CALLER, "/pages/craftsmen/day?id={mend}", "call-off"),
    Scene("mending-announce", CALLER, "/pages/craftsmen/announce", "pick-", mending.announcing),
]

LOOKS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light", "large": False},
    "dark": {"color_scheme": "dark", "large": False},
    "large": {"color_scheme": "light", "large": True},
}


@dataclass(frozen=True)
class Story:
    """Who holds which phone; orders and payments by what has become of them, a day of books."""

    holders: dict[str, Person]
    orders: dict[str, int]

    def address(self, page: str) -> str:
        return page.format(**self.orders)


def tell(people: dict[str, list[Person]], call_as: Callable[[Person], Api]) -> Story:
    """Let a story happen over the API: waiting, taken, resolved, a repair, one that is unsure."""
    holders = {
        RESIDENT: people["resident"][7],
        WORKER: people["worker"][1],
        PROPERTY: people["property"][0],
        DESK: people["dispatcher"][0],
        BUYER: people["resident"][4],
        MERCHANT: people["merchant"][0],
        CASHIER: people["cashier"][0],
        FINANCE: people["finance"][0],
        DRIVER: people["resident"][8],
        GUARD: people["property"][0],
        HELPER: gatherings.helper(people["resident"], call_as),
        ORGANISER: people["dispatcher"][0],
        EARNER: rewards.earner(people["resident"], call_as),
        KEEPER: rewards.keeper(people["dispatcher"], call_as),
        ARTISAN: crafting.artisan(people["resident"], call_as),
        FAMILY: fairs.family(people["resident"], call_as),
        STANDER: mending.craftsman(people["resident"], call_as),
        CALLER: mending.community(people["dispatcher"] + people["worker"], call_as),
    }
    holders[STEWARD] = fairs.organiser(people["dispatcher"] + people["worker"], call_as)
    resident, worker = call_as(holders[RESIDENT]), call_as(holders[WORKER])

    def said(kind: str, text: str, **answers: str) -> int:
        return _reported(resident, kind, text, answers)

    orders = {
        "resolved": said("complaint", "1单元一层的感应灯不亮，物业说不归他们管，来回推了三天"),
        "taken": said("complaint", "楼下广场舞的音响太大，晚上九点多了还在放，孩子没法睡"),
        "waiting": said("suggestion", "建议在小区东门加一盏路灯，晚上接孩子回来那段路太黑了"),
        "repair": said("repair", "1单元楼道灯不亮，老人上下楼看不清台阶", where="楼道"),
        "unsure": said(
            "help", "昨天路过的时候看到有点奇怪的情况，说不上来，你们来看看", for_whom="其他人"
        ),
    }
    _resolve(worker, orders["resolved"])
    worker.post(f"/orders/{orders['taken']}/take")
    worker.post(
        f"/orders/{orders['taken']}/contact", {"outcome": "reached", "note": "约好今晚去看"}
    )
    payments = {
        "paid": resident.owe(("2026年10月物业费", 12_800), ("2026年10月公共能耗", 1_350)),
        "owed": resident.owe(("2026年11月物业费", 12_800), ("2026年11月公共能耗", 1_425)),
    }
    resident.pay(payments["paid"])
    bill = resident.rows("/bills/mine", status="unpaid")[0]
    fees = {"bill": bill["id"], "home": bill["dwelling_id"]}
    manager = call_as(holders[PROPERTY])
    fees["issued"] = manager.rows("/bills", status="unpaid")[0]["id"]
    fees["settled"] = manager.rows("/bills", status="paid")[1]["id"]
    fees["tariff"] = next(one for one in manager.rows("/tariffs") if one["basis"] == "meter")["id"]
    cast = {"driver": holders[DRIVER], "neighbour": people["resident"][9]}
    cars = parking.tell(call_as, cast | {"guard": holders[GUARD]})
    pestered = {"reason": "车停在自己的车位上，没有挡道"}
    call_as(holders[DRIVER]).post(f"/move-car/{cars['asked']}/complain", pestered)
    cars["lot"] = manager.rows("/parking/lots", is_staffed="true")[0]["id"]
    organised = {"helper": holders[HELPER], "desk": holders[ORGANISER]}
    served = gatherings.tell(call_as, organised | {"neighbour": people["resident"][9]})
    said_yes = voting.tell(worker, map(call_as, people["resident"][:4]))
    trade = _trade(holders, people["merchant"], call_as)
    books = call_as(holders[FINANCE]).rows("/finance/days", limit=10)
    day = {"book": next(one["id"] for one in books if one["fees"])}
    held = fairs.tell(call_as(holders[STEWARD]))
    held["course"] = fairs.book_for(call_as(holders[FAMILY]), held["fair_ahead"], "家政收纳课")
    wished = wishing.tell(resident, call_as(holders[DRIVER]), call_as(holders[DESK]))
    crafts = crafting.tell(resident, call_as(holders[ARTISAN]), call_as(holders[DESK]))
    mended = mending.tell(resident, call_as(holders[STANDER]))
    all_of_money = orders | payments | fees | cars | trade | day
    shelf = rewards.tell(call_as(holders[EARNER]))
    together = served | held | wished | crafts | mended | said_yes
    return Story(holders, all_of_money | together | shelf)


def _trade(
    holders: dict[str, Person], merchants: list[Person], call_as: Callable[[Person], Api]
) -> dict[str, int]:
    """What the sample city has of shops: one of each, and a cart that is filled here."""
    buyer, merchant = call_as(holders[BUYER]), call_as(holders[MERCHANT])
    shop = merchant.rows("/shops/mine")[0]["id"]
    good = next(one for one in buyer.rows(f"/shops/{shop}/goods") if not one["options"])
    item = {"good_id": good["id"], "quantity": 2}
    buyer.http.put("/cart/items", json=item).raise_for_status()
    shops = {one.openid: call_as(one).rows("/shops/mine")[0] for one in merchants}
    cook = next(one for one in merchants if shops[one.openid]["kind"] == "canteen")
    holders[COOK] = cook
    ready = next(one for one in buyer.rows("/purchases") if one["status"] == "ready")
    return {
        "shop": shop,
        "canteen": shops[cook.openid]["id"],
        "purchase": ready["id"],
        "sale": merchant.rows(f"/shops/{shop}/purchases")[0]["id"],
    }


def _reported(api: Api, kind: str, text: str, answers: dict[str, str]) -> int:
    home = api.rows("/me/dwellings")[0]
    body = {"kind": kind, "text": text, "answers": answers, "is_anonymous": False}
    place = {"dwelling_id": home["dwelling_id"]}
    order = api.post("/orders", body | {"place": place, "file_ids": [api.upload()]})
    return int(order["id"])


def _resolve(worker: Api, order: int) -> None:
    path = f"/orders/{order}"
    worker.post(f"{path}/take")
    worker.post(f"{path}/contact", {"outcome": "reached", "note": "约好下午来看"})
    worker.post(f"{path}/arrive", {"note": "灯罩进水，感应开关坏了", "file_ids": []})
    worker.post(
        f"{path}/resolve",
        {
            "result": "换了灯和感应开关，晚上试过，亮了",
            "before_ids": [worker.upload(0)],
            "after_ids": [worker.upload(1)],
        },
    )


def visit(booth: Booth, story: Story, look: str, call_as: Callable[[Person], Api]) -> "Visit":
    """Phones of everybody in the story, with this look."""
    wanted = LOOKS[look]
    for person in story.holders.values():
        choice = {"large_type": wanted["large"], "theme": "auto"}
        call_as(person).patch("/me", {"settings": choice})
    call_as(story.holders[RESIDENT]).http.delete("/orders/draft")
    phones = {
        who: booth.phone(SIDES.get(who, who), person, color_scheme=wanted["color_scheme"])
        for who, person in story.holders.items()
    }
    return Visit(story, phones)


@dataclass
class Visit:
    """Goes from scene to scene on the phones of one look."""

    story: Story
    phones: dict[str, Phone]

    def see(self, scene: Scene) -> Phone:
        """The phone, showing this scene and nothing moving any more."""
        phone, address = self.phones[scene.who], self.story.address(scene.page)
        _leave_the_sheet(phone)
        if phone.page.url == "about:blank":
            phone.open(address)
        else:
            phone.turn_to(address)
        wanted = self.story.address(scene.shows)
        phone.every(wanted).first.wait_for()
        if scene.then:
            scene.then(phone)
        phone.lacks("toast")
        phone.lacks("skeleton")
        phone.quiet()
        return phone
