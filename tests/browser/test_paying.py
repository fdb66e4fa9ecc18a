"""A resident pays in WeChat's sheet, cancels first, loses the network; the receipt is theirs."""

import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.phones import Api, Booth, Person, Phone, cut
from tests.browser.test_signal import NO_NETWORK
from tests.browser.town import Town

People = dict[str, list[Person]]
CallAs = Callable[[Person], Api]
CHECK = "**/payments/*/check"


def opened(api: Api, *amounts: int) -> int:
    """A payment of this person's that waits to be paid."""
    return api.owe(*((f"2026年{month}月物业费", fen) for month, fen in enumerate(amounts, 1)))


def at_the_till(booth: Booth, person: Person, payment: int) -> Phone:
    phone = booth.phone("resident", person)
    phone.open(f"/pages/pay/index?id={payment}")
    phone.sees("pay-open")
    return phone


def pay(phone: Phone, deed: str = "wx-pay") -> None:
    phone.tap("pay-go")
    phone.sees("wx-pay-sheet")
    phone.tap(deed)
    expect(phone.page.get_by_test_id("wx-pay-sheet")).to_have_count(0)


def status(api: Api, payment: int) -> Any:
    return api.get(f"/payments/{payment}")["status"]


@pytest.fixture
def silence(city: Town) -> Iterator[None]:
    """WeChat tells the server nothing of its own accord."""
    policy = f"{city.wechat}/control/pay/policy"
    httpx.post(policy, json={"is_silent": True}, trust_env=False).raise_for_status()
    yield
    httpx.post(policy, json={"is_silent": False}, trust_env=False).raise_for_status()


def test_cancelled_failed_then_paid(booth: Booth, people: People, call_as: CallAs) -> None:
    person = people["resident"][1]
    api = call_as(person)
    payment = opened(api, 12_800, 12_805)
    phone = at_the_till(booth, person, payment)
    phone.sees("pay-amount", "256.05")
    phone.sees("pay-note", re.compile(r"请在 \d+:\d\d 内支付"))
    pay(phone, "wx-pay-cancel")
    phone.hears("没有支付")
    pay(phone, "wx-pay-fail")
    phone.hears("支付失败")
    phone.sees("pay-open")
    assert status(api, payment) == "unpaid"
    phone.tap("pay-go")
    phone.sees("wx-pay-amount", "¥256.05")
    phone.tap("wx-pay")
    phone.sees("pay-paid")
    phone.sees("pay-state", "支付成功")
    assert status(api, payment) == "paid"
    with phone.page.expect_download() as receipt:
        phone.tap("pay-receipt")
    assert receipt.value.suggested_filename.endswith(".pdf")
    with open(receipt.value.path(), "rb") as file:
        assert file.read(5) == b"%PDF-"


def test_the_network_is_cut_between_paying_and_the_answer(
    booth: Booth, people: People, call_as: CallAs, silence: None
) -> None:
    person = people["resident"][2]
    api = call_as(person)
    payment = opened(api, 5_000)
    phone = at_the_till(booth, person, payment)
    phone.watch.forgive(NO_NETWORK)
    with cut(phone.page, CHECK):
        pay(phone)
        phone.sees("pay-unsure")
        phone.sees("pay-note", "请不要重复支付")
    assert status(api, payment) == "unpaid"
    phone.tap("pay-check")
    phone.sees("pay-paid")
    assert status(api, payment) == "paid"


def test_without_a_signal_it_is_confirmed_once_there_is_one(
    booth: Booth, people: People, call_as: CallAs, silence: None
) -> None:
    person = people["resident"][2]
    payment = opened(call_as(person), 5_000)
    phone = at_the_till(booth, person, payment)
    phone.page.wait_for_timeout(3500)
    phone.tap("pay-go")
    phone.sees("wx-pay-sheet")
    signal(phone, on=False)
    phone.tap("wx-pay")
    phone.sees("pay-unsure")
    phone.sees("offline")
    signal(phone, on=True)
    phone.sees("pay-paid")


def signal(phone: Phone, *, on: bool) -> None:
    """By the frame's word: WeChat's sheet lies over the drawer's own button."""
    command = {"linli": "do", "phone": phone.side, "command": {"what": "signal", "on": on}}
    phone.page.evaluate("said => window.postMessage(said, location.origin)", command)


def test_a_page_closed_while_paying_finds_out_by_itself(
    booth: Booth, people: People, call_as: CallAs, silence: None
) -> None:
    person = people["resident"][3]
    payment = opened(call_as(person), 700)
    phone = at_the_till(booth, person, payment)
    phone.watch.forgive(NO_NETWORK)
    with cut(phone.page, CHECK):
        pay(phone)
        phone.sees("pay-unsure")
    phone.page.reload()
    phone.sees("pay-paid")


def test_given_up_and_paid_by_another_phone(booth: Booth, people: People, call_as: CallAs) -> None:
    person = people["resident"][4]
    api = call_as(person)
    first, second = opened(api, 100), opened(api, 200)
    phone = at_the_till(booth, person, first)
    phone.tap("pay-close")
    phone.tap("question-yes")
    phone.sees("pay-closed")
    assert status(api, first) == "closed"

    here, there = at_the_till(booth, person, second), at_the_till(booth, person, second)
    here.watch.forgive("409")
    pay(there)
    there.sees("pay-paid")
    here.tap("pay-go")
    here.sees("pay-paid")


def test_somebody_elses_payment_is_not_there(booth: Booth, people: People, call_as: CallAs) -> None:
    payment = opened(call_as(people["resident"][5]), 100)
    phone = booth.phone("resident", people["resident"][6])
    phone.watch.forgive("404")
    phone.open(f"/pages/pay/index?id={payment}")
    phone.sees("failed", "没有找到这笔支付")


def test_my_payments(booth: Booth, people: People, call_as: CallAs) -> None:
    person = people["resident"][8]
    api = call_as(person)
    waiting, done = opened(api, 300), opened(api, 400)
    phone = at_the_till(booth, person, done)
    pay(phone)
    phone.tap("pay-done")
    phone.turn_to("/pages/resident/index?tab=me")
    phone.tap("cell-pay")
    phone.sees(f"payment-{done}", "已支付")
    phone.sees(f"payment-{waiting}", "待支付")
    phone.tap("seg-unpaid")
    phone.lacks(f"payment-{done}")
    phone.tap(f"pay-{waiting}")
    phone.sees("pay-open")


def billed(manager: Api, resident: Api) -> int:
    """The bill of 128 yuan a month that the firm makes now for the resident's compound."""
    home = resident.rows("/me/dwellings")[0]
    tariff = {"area_id": home["compound_id"], "name": "公共设施维护费", "basis": "fixed"}
    price = {"valid_from": "2020-01-01", "price": 1_280_000}
    made = manager.post("/tariffs", tariff | {"period": "year", "first": price})
    manager.post("/billings/runs", {"tariff_id": made["id"], "period": "2025"})
    for _ in range(300):
        for bill in resident.rows("/bills/mine"):
            if bill["title"].startswith(tariff["name"]):
                return int(bill["id"])
        time.sleep(0.2)
    raise AssertionError("no bill was made")


def balance(api: Api) -> int:
    return max(home["balance"] for home in api.get("/fees/overview")["homes"])


def test_a_bill_is_paid_from_the_balance(booth: Booth, people: People, call_as: CallAs) -> None:
    person = people["resident"][0]
    api = call_as(person)
    home = api.rows("/me/dwellings")[0]["dwelling_id"]
    no_agreement = {"dwelling_id": home, "is_on": False}
    api.http.put("/fees/agreement", json=no_agreement).raise_for_status()
    api.pay(api.post("/fees/top-ups", {"dwelling_id": home, "amount": 200_000})["id"])
    bill, before = billed(call_as(people["property"][0]), api), balance(api)
    payment = api.post("/fees/payments", {"bill_ids": [bill]})["id"]
    phone = at_the_till(booth, person, payment)
    phone.sees("way-balance", f"¥{before / 100:,.2f}")
    phone.tap("way-balance")
    phone.tap("pay-go")
    phone.tap("question-yes")
    phone.sees("pay-paid", "预存余额")
    assert status(api, payment) == "closed"
    assert before - balance(api) == 153_600
    assert api.get(f"/bills/{bill}")["owed"] == 0


def test_the_drawer_decides_without_asking(
    booth: Booth, people: People, call_as: CallAs, city: Town
) -> None:
    person = people["resident"][9]
    api = call_as(person)
    payment = opened(api, 600)
    phone = at_the_till(booth, person, payment)
    phone.tap("capsule")
    phone.tap("pay-cancel")
    phone.part("notices-held").set_checked(True)
    phone.close_drawer()
    phone.tap("pay-go")
    phone.hears("没有支付")
    phone.tap("capsule")
    phone.tap("pay-pay")
    phone.close_drawer()
    phone.tap("pay-go")
    phone.sees("pay-paid")

    def told() -> list[str]:
        number = api.get(f"/payments/{payment}")["number"]
        url = f"{city.wechat}/control/pay/notifications?out_trade_no={number}"
        return [one["state"] for one in httpx.get(url, trust_env=False).json()["items"]]

    assert told() == ["held"]
    phone.tap("capsule")
    phone.part("notices-held").set_checked(False)
    phone.close_drawer()
    for _ in range(300):
        if told() == ["delivered"]:
            return
        time.sleep(0.2)
    raise AssertionError(told())
