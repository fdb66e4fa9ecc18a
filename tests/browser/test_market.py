"""A resident buys, pays, fetches by code and rates, beside the merchant who accepts and checks."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.phones import Api, Booth, Person

People = dict[str, list[Person]]


def test_bought_paid_accepted_fetched_rated(
    booth: Booth, people: People, call_as: Callable[[Person], Api]
) -> None:
    buyer, merchant = people["resident"][9], people["merchant"][0]
    api, counter = call_as(buyer), call_as(merchant)
    shop = counter.rows("/shops/mine")[0]["id"]
    week = {"week": [[["00:00", "24:00"]]] * 7}
    counter.http.put(f"/shops/{shop}/hours", json=week).raise_for_status()
    good = next(one for one in api.rows(f"/shops/{shop}/goods") if not one["options"])
    phone, till = booth.phone("resident", buyer), booth.phone("property", merchant)
    till.open("/pages/merchant/index?tab=sales")
    till.sees("takings")

    phone.open(f"/pages/shops/shop?id={shop}")
    phone.tap(f"more-{good['id']}")
    phone.sees("cart-sum", "1 件")
    phone.tap("to-checkout")
    phone.sees("payable", f"{good['price'] / 100:.2f}")
    phone.tap("submit")
    phone.sees("pay-open")
    phone.tap("pay-go")
    phone.sees("wx-pay-sheet")
    phone.tap("wx-pay")
    phone.sees("pay-paid")
    phone.tap("pay-done")
    phone.sees("purchase-status", "等商家接单")

    bought = api.rows("/purchases", state="open")[0]["id"]
    till.sees(f"accept-{bought}").click()  # it came by itself
    till.tap("seg-doing")
    phone.sees("purchase-status", "商家正在准备")
    till.tap(f"ready-{bought}")
    phone.sees("purchase-status", "可以去取了")
    code = (phone.sees("pickup-code").text_content() or "").replace(" ", "")
    till.write("code", "00000000")
    till.watch.forgive("404")
    till.tap("check-code")
    till.hears("没有找到这个取货码")
    till.write("code", code)
    till.tap("check-code")
    till.hears("核销成功")

    phone.sees("purchase-status", "谢谢光顾")
    expect(phone.page.get_by_test_id("pickup-code")).to_have_count(0)
    phone.tap("rate")
    phone.part("rate-sheet").get_by_test_id("star-5").click()
    phone.write("rate-text", "饼很香")
    phone.tap("rate-send")
    phone.lacks("rate-sheet")
    assert api.get(f"/purchases/{bought}")["stars"] == 5
