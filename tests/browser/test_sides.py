"""The property firm's phone and the dispatcher's: answer, take, resolve; rule on what is unsure."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.phones import Api, Booth, Person
from tests.browser.test_loop import MOST_TAPS, contact_and_arrive, report, resolve

LAMP = "楼道灯不亮三天了，晚上黑漆漆的，老人上下楼看不清，麻烦来修"
UNSURE = "昨天路过的时候看到有点奇怪的情况，说不上来是什么，你们来看看吧"
ANSWER = "维修师傅已经在路上，半小时内到"
People = dict[str, list[Person]]


def test_the_property_firm_answers_takes_and_resolves(
    booth: Booth, people: People, call_as: Callable[[Person], Api]
) -> None:
    reporter, manager = people["resident"][1], people["property"][0]
    resident, firm = booth.phone("resident", reporter), booth.phone("property", manager)
    resident.open()
    firm.open("/pages/property/index")
    firm.sees("property")
    order = report(resident, LAMP, answer="楼道")
    assert resident.taps <= MOST_TAPS
    resident.tap("done-order")
    resident.sees("order-status", "待接单")

    # it comes by itself; what the firm answers is on the resident's open page at once
    firm.sees(f"work-{order}", "楼道灯不亮").click()
    firm.sees("order-status", "待接单")
    firm.tap("more")
    firm.tap("move-reply")
    firm.write("field-text", ANSWER)
    firm.tap("move-send")
    expect(resident.page.get_by_text(ANSWER).last).to_be_visible()

    firm.tap("move-take")
    resident.sees("order-status", "已接单")
    contact_and_arrive(firm)
    resolve(firm, "换了灯泡和感应开关，试亮正常")
    resident.sees("order-status", "已办结")
    assert call_as(reporter).get(f"/orders/{order}")["unit"]["id"]


def test_a_dispatcher_rules_on_what_the_house_is_not_sure_of(
    booth: Booth, people: People, call_as: Callable[[Person], Api]
) -> None:
    reporter, dispatcher = people["resident"][2], people["dispatcher"][0]
    resident, desk = booth.phone("resident", reporter), booth.phone("worker", dispatcher)
    desk.open("/pages/worker/index")
    desk.sees("tab-desk")
    resident.open()
    order = report(resident, UNSURE, answer="其他人")
    resident.tap("done-order")
    resident.sees("order-status", "待分派")

    desk.sees(f"work-{order}", "奇怪的情况")
    if not desk.page.locator(f'[data-testid="ruling-{order}"]:visible').count():
        desk.tap(f"open-{order}")
    ruling = desk.sees(f"ruling-{order}")
    ruling.get_by_test_id("grade-orange").click()
    ruling.get_by_test_id("dispatch-community").click()
    desk.lacks(f"ruling-{order}")
    resident.sees("order-status", "待接单")
    ruled = call_as(reporter).get(f"/orders/{order}")
    assert (ruled["status"], ruled["party"], ruled["grade"]) == ("pooled", "community", "orange")
