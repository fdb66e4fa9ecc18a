"""One demand all the way on two phones: scanned, reported, taken, resolved, rated, seen live."""

import re
from collections.abc import Callable

from playwright.sync_api import Route, expect

from tests.browser.phones import Api, Booth, Person, Phone

RUBBISH = "5号楼前的垃圾三天没人清了，臭得很，麻烦来清一清"
MOST_TAPS = 4
People = dict[str, list[Person]]


def report(phone: Phone, text: str, answer: str = "") -> int:
    """Report with a photo from the home page, the kind as guessed; gives the order's id."""
    phone.taps = 0
    phone.tap("report")
    phone.write("report-text", text)
    phone.photograph("report-page")
    phone.sees("promise", "提交后会这样办")
    if answer:
        phone.page.get_by_role("radio", name=answer, exact=True).click()
        phone.taps += 1
    phone.tap("report-send")
    phone.sees("report-done", "收到了")
    phone.sees("order-number", re.compile(r"\d{6,}"))
    found = re.search(r"id=(\d+)", phone.page.url)
    assert found
    return int(found[1])


def to_pool(phone: Phone) -> None:
    phone.open("/pages/worker/index?tab=pool")
    phone.sees("pool-count")


def resolve(phone: Phone, result: str) -> None:
    """From arrived to resolved, with a photo of before and one of after."""
    phone.tap("move-resolve")
    phone.write("field-result", result)
    phone.photograph("move-sheet", 1, 0)
    phone.photograph("move-sheet", 1, 1)
    phone.tap("move-send")
    phone.sees("order-status", "已办结")


def contact_and_arrive(phone: Phone) -> None:
    phone.tap("move-contact")
    phone.tap("call-yes")
    phone.tap("pick-reached")
    phone.tap("move-send")
    phone.sees("order-status", "已联系")
    phone.tap("move-arrive")
    phone.photograph("move-sheet")
    phone.write("field-note", "垃圾桶满了，周围也堆着")
    phone.tap("move-send")
    phone.sees("order-status", "已到场")


def test_a_demand_goes_all_the_way_on_two_phones(
    booth: Booth, people: People, call_as: Callable[[Person], Api]
) -> None:
    resident, worker = booth.phone("resident"), booth.phone("worker")
    reporter, first, second = people["resident"][0], people["worker"][0], people["worker"][1]
    to_pool(worker)
    worker.sees("worker")

    # the resident scans the community's code in the drawer, and reports in four taps
    resident.open()
    resident.become(reporter)
    resident.scan("桃花涧社区")
    resident.sees("community", "桃花涧社区")
    order = report(resident, RUBBISH)
    assert resident.taps <= MOST_TAPS, resident.taps

    # the number, the three clocks, and may we tell you
    for clock in ("contact", "arrive", "done"):
        resident.sees(f"ring-{clock}")
    resident.tap("subscribe-go")
    resident.sees("wx-subscribe", "每次允许")
    resident.tap("wx-allow")
    resident.tap("done-order")
    resident.sees("order-status", "待接单")

    # it comes into the worker's pool by itself, and a colleague is too late
    worker.sees(f"work-{order}", "垃圾三天没人清")
    rival = booth.phone("worker", second)
    rival.watch.forgive("409")
    to_pool(rival)
    rival.sees(f"work-{order}")
    late: list[Route] = []

    def hold(route: Route) -> None:
        late.append(route)

    rival.page.route("**/take", hold)
    rival.tap(f"take-{order}")
    worker.tap(f"take-{order}")
    worker.sees("order-status", "已接单")
    _too_late(rival, late, first)

    # call, arrive, resolve; the resident sees each without doing anything
    resident.sees("order-status", "已接单")
    contact_and_arrive(worker)
    resident.sees("order-status", "已到场")
    resolve(worker, "垃圾已清走，地面冲洗干净")
    resident.sees("wx-banner")
    resident.sees("order-status", "已办结")
    expect(resident.page.get_by_text("处置前后")).to_be_visible()
    for clock in ("contact", "arrive", "done"):
        expect(resident.part(f"ring-{clock}")).to_have_attribute("data-state", "met")
    _rate(resident)
    seen = call_as(reporter).get(f"/orders/{order}")
    assert seen["status"] == "closed"
    assert seen["rating"]["stars"] == 5


def _too_late(rival: Phone, late: list[Route], winner: Person) -> None:
    """Taking what somebody else got first: a kind word, with who has it."""
    assert len(late) == 1
    late[0].continue_()
    rival.sees("lost-sheet", "慢了一步")
    rival.sees("lost-by", f"{winner.name} ")
    rival.tap("lost-close")
    rival.lacks("lost-sheet")


def _rate(phone: Phone) -> None:
    phone.tap("star-5")
    phone.tap("solved-yes")
    phone.write("rate-text", "来得很快")
    phone.tap("rate-send")
    phone.sees("order-status", "已结束")
    phone.lacks("rate-card")
