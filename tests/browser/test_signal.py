"""Without a signal: nothing is lost, nothing is done twice, and what went wrong is explained."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.phones import Api, Booth, Person, Phone, cut
from tests.browser.test_loop import to_pool

People = dict[str, list[Person]]
CallAs = Callable[[Person], Api]
NO_NETWORK = "ERR_|Failed to load resource|WebSocket"


def ordered(api: Api, text: str) -> int:
    """Report over the API something that goes to the pool of the first community."""
    home = api.rows("/me/dwellings")[0]
    order = api.post(
        "/orders",
        {
            "kind": "complaint",
            "text": text,
            "answers": {},
            "place": {"dwelling_id": home["dwelling_id"]},
            "file_ids": [],
            "is_anonymous": False,
        },
    )
    assert order["status"] == "pooled", order["status"]
    return int(order["id"])


def taken(phone: Phone, api: Api, text: str) -> int:
    """An order that the worker of this phone has taken and looks at."""
    order = ordered(api, text)
    to_pool(phone)
    phone.tap(f"take-{order}")
    phone.sees("order-status", "已接单")
    # what WeChat has at hand without a network, the stand-in loads a moment after the start
    phone.page.wait_for_load_state("networkidle")
    phone.page.wait_for_timeout(3500)
    return order


def test_what_a_worker_does_without_a_signal_is_sent_later(
    booth: Booth, people: People, call_as: CallAs
) -> None:
    reporter, worker = people["resident"][3], people["worker"][0]
    phone = booth.phone("worker", worker)
    order = taken(phone, call_as(reporter), "楼道里堆了好多纸箱，消防通道都堵住了")
    phone.signal(on=False)
    phone.sees("offline")
    _call(phone)
    phone.sees("order-status", "已联系")
    phone.tap("move-arrive")
    phone.photograph("move-sheet")
    phone.tap("move-send")
    phone.sees("outbox-count", "2")
    assert call_as(reporter).get(f"/orders/{order}")["status"] == "taken"

    phone.signal(on=True)
    phone.lacks("outbox-strip")
    seen = call_as(worker).get(f"/orders/{order}")
    assert seen["status"] == "arrived"
    assert [one["move"] for one in seen["history"]].count("contact") == 1
    assert [one["stage"] for one in seen["files"]] == ["arrival"]


def test_a_conflict_is_explained(booth: Booth, people: People, call_as: CallAs) -> None:
    reporter, worker = people["resident"][4], people["worker"][0]
    phone = booth.phone("worker", worker)
    phone.watch.forgive("404|409")
    order = taken(phone, call_as(reporter), "3号楼前垃圾没人清，臭得很")
    phone.signal(on=False)
    _call(phone)
    phone.sees("outbox-count", "1")
    # meanwhile, by another phone of the same worker, it goes back to the dispatcher
    call_as(worker).post(f"/orders/{order}/return", {"reason": "不在我的辖区，请另派"})
    phone.signal(on=True)
    phone.tap("outbox-strip")
    phone.sees("outbox-page")
    phone.sees("stuck-contact", "我做的")
    expect(phone.part("stuck-why")).not_to_be_empty()
    expect(phone.part("stuck-now")).to_be_visible()
    phone.tap("stuck-discard")
    phone.tap("question-yes")
    phone.lacks("stuck-contact")


def test_a_draft_outlives_a_reload(booth: Booth, people: People) -> None:
    phone = booth.phone("resident", people["resident"][5])
    phone.open()
    phone.tap("report")
    phone.write("report-text", "小区东门的路灯坏了两盏")
    phone.photograph("report-page")
    expect(phone.part("photo")).to_have_attribute("data-state", "sent")
    phone.page.reload()
    phone.sees("draft-clear")
    field = phone.part("report-text").locator("textarea")
    expect(field).to_have_value("小区东门的路灯坏了两盏")
    expect(phone.part("photo")).to_be_visible()
    phone.tap("draft-clear")
    phone.tap("question-yes")
    expect(field).to_have_value("")


def test_a_report_whose_answer_was_lost_is_made_once(
    booth: Booth, people: People, call_as: CallAs
) -> None:
    reporter = people["resident"][6]
    phone, api = booth.phone("resident", reporter), call_as(reporter)
    phone.watch.forgive(NO_NETWORK)
    before = {one["id"] for one in api.rows("/orders/mine", state="open", limit=100)}
    phone.open()
    phone.tap("report")
    phone.write("report-text", "三楼楼道里堆了旧家具，消防通道走不过去")
    phone.photograph("report-page")
    phone.sees("promise")
    with cut(phone.page, "**/api/v1/orders", after=True) as lost:
        phone.tap("report-send")
        phone.hears()
        expect(phone.part("report-send")).not_to_have_attribute("aria-disabled", "true")
    assert lost
    phone.page.reload()  # even closed and opened again: it is the same report
    phone.sees("draft-clear")
    phone.tap("report-send")
    phone.sees("report-done", "收到了")
    made = {one["id"] for one in api.rows("/orders/mine", state="open", limit=100)} - before
    assert len(made) == 1


def _call(phone: Phone) -> None:
    """Note a call: the number itself is not to be had without a signal, and the phone says so."""
    phone.tap("move-contact")
    phone.tap("pick-reached")
    phone.tap("move-send")
    phone.lacks("move-sheet")
