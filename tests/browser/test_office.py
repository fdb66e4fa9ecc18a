"""A firm's people at their phones: a wrong bill, a new price, meters, cash that goes back."""

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from backend.core import clock
from backend.engines.gates.schemas import Batch, GateEventIn
from backend.sample import gate
from tests.browser.phones import Api, Booth, Person, Phone
from tests.browser.town import Town

People = dict[str, list[Person]]
CallAs = Callable[[Person], Api]
NAME = "电梯维护费"


def _billed(manager: Api, home: dict[str, Any]) -> dict[str, Any]:
    """A bill of 30 yuan a month, made now for the whole compound: the one of this dwelling."""
    tariff = {"area_id": home["compound_id"], "name": NAME, "basis": "fixed", "period": "year"}
    price = {"valid_from": "2020-01-01", "price": 300_000}
    made = manager.post("/tariffs", tariff | {"first": price})
    manager.post("/billings/runs", {"tariff_id": made["id"], "period": "2025"})
    for _ in range(300):
        for bill in manager.rows("/bills", dwelling_id=home["dwelling_id"], status="unpaid"):
            if bill["title"].startswith(NAME):
                return dict(bill)
        time.sleep(0.2)
    raise AssertionError("no bill was made")


def _door(place: str) -> str:
    found = re.search(r"(\d+)号楼(?:(\d+)单元)?(\d+)$", place)
    assert found, place
    return "-".join(part for part in found.groups() if part)


def _say(phone: Phone, words: str) -> None:
    phone.write("grounds", words)
    phone.tap("grounds-send")


def test_a_wrong_bill_is_void_made_anew_and_partly_given_back(
    booth: Booth, people: People, call_as: CallAs
) -> None:
    manager, cashier = people["property"][0], people["cashier"][0]
    home = call_as(people["resident"][3]).rows("/me/dwellings")[0]
    wrong = _billed(call_as(manager), home)
    office, till = booth.phone("property", manager), booth.phone("property", cashier)

    office.open(f"/pages/firm/bill?id={wrong['id']}")
    office.sees("bill-amount", "¥360.00")
    office.tap("void")
    _say(office, "重复出账")
    office.hears("已作废")
    office.tap("reissue")
    office.tap("question-yes")
    office.hears("已重开，应缴 360.00 元")
    office.sees("waive")

    till.open("/pages/counter/index")
    till.write("counter-q", _door(home["place"]))
    till.tap(f"door-{home['dwelling_id']}")
    till.sees("counter-total")
    till.tap("counter-take")
    till.sees("counter-done")

    new = call_as(manager).get(f"/bills/{wrong['id']}")["reissued_as"]
    office.turn_to(f"/pages/firm/bill?id={new}")
    office.sees("bill-money", "现金收款")
    office.tap("refund")
    office.write("refund-amount", "360.01")
    office.sees("refund-sheet", "最多 360.00 元")
    office.write("refund-amount", "20.5")
    _say(office, "多收部分退回")
    office.tap("question-yes")
    office.hears("已发起退费")
    back = call_as(manager).get(f"/fees/bills/{new}/money")["refunds"][0]

    till.turn_to("/pages/firm/payouts")
    till.sees(f"refund-{back['id']}", "¥20.50")
    till.tap(f"pay-refund-{back['id']}")
    _say(till, "现金已当面退给住户，已签字")
    till.hears("已登记")
    till.lacks(f"refund-{back['id']}")

    money = call_as(cashier).get(f"/fees/bills/{new}/money")
    assert (money["refundable"], money["refunds"][0]["status"]) == (33_950, "succeeded")
    old = call_as(manager).get(f"/bills/{wrong['id']}")
    assert (old["status"], old["owed"], old["moves"]) == ("void", 0, [])


def test_a_price_is_tried_and_then_holds(booth: Booth, people: People, call_as: CallAs) -> None:
    manager = people["property"][0]
    phone = booth.phone("property", manager)
    phone.open("/pages/firm/tariffs")
    phone.tap("add-tariff")
    phone.write("tariff-name", "垃圾清运费")
    phone.tap("seg-fixed")
    phone.tap("seg-month")
    phone.write("price", "12.5")
    phone.tap("try")
    phone.sees("tried", "¥12.50")
    phone.tap("sheet-close")
    phone.tap("tariff-save")
    phone.hears("已保存")
    made = call_as(manager).rows("/tariffs")[0]
    phone.sees(f"tariff-{made['id']}")  # back among the others
    assert (made["name"], made["versions"][0]["price"]) == ("垃圾清运费", 125_000)
    phone.turn_to(f"/pages/firm/tariff?id={made['id']}&reprice=1")
    phone.write("price", "15")
    phone.tap("try")
    phone.sees("tried", "现在 ¥12.50")
    phone.sees("tried", "¥15.00")
    phone.tap("sheet-close")
    phone.tap("tariff-save")
    phone.tap("question-yes")
    phone.hears("已调价")
    prices = [one["price"] for one in call_as(manager).rows("/tariffs")[0]["versions"]]
    assert prices == [150_000, 125_000]


def test_meters_door_by_door_and_by_spreadsheet(
    booth: Booth, people: People, call_as: CallAs
) -> None:
    manager = people["property"][0]
    api = call_as(manager)
    tariff = next(one for one in api.rows("/tariffs") if one["basis"] == "meter")
    phone = booth.phone("property", manager)
    phone.open(f"/pages/firm/meters?id={tariff['id']}")
    place = phone.sees("meter-place").inner_text()
    phone.write("reading", "112.5")
    phone.write("previous", "100")
    phone.sees("usage-said", "本期 12.5")
    phone.tap("enter")
    phone.sees("progress", "已抄 1 /")
    assert phone.sees("meter-place").inner_text() != place

    phone.tap("to-import")
    sheet = (
        "楼栋,单元,房号,账期,抄表日期,上次读数,本次读数,备注\n9号楼,1单元,101,2026-11,昨天,1,2,\n"
    )
    with phone.page.expect_file_chooser() as chosen:
        phone.tap("choose")
    chosen.value.set_files(
        {"name": "抄表.csv", "mimeType": "text/csv", "buffer": sheet.encode("gb18030")}
    )
    phone.sees("report", "没有导入")
    phone.sees("row-2", "应为日期")
    with phone.page.expect_download() as template:
        phone.tap("template")
    assert template.value.suggested_filename == "抄表.xlsx"


def _set_up(phone: Phone, name: str, way: str) -> str:
    """A gate; its secret, which is gone from the page afterwards."""
    phone.tap("add-gate")
    phone.write("gate-name", name)
    phone.tap(f"seg-{way}")
    phone.tap("gate-save")
    secret = phone.sees("secret").inner_text().strip()
    phone.tap("secret-done")
    phone.tap("question-yes")
    phone.lacks("secret")
    return secret


def _report(city: Town, key: str, secret: str, plate: str, at: datetime) -> None:
    """What the device says, which was given the secret: a car passed."""
    event = {"sequence": 1, "kind": "pass", "at": at, "plate": plate, "is_offline": True}
    body = Batch(events=[GateEventIn.model_validate(event)]).model_dump_json().encode()
    path = f"/api/v1/parking/gates/{key}/events"
    signed = gate.headers(secret, path, body)
    httpx.post(city.api + path, content=body, headers=signed, trust_env=False).raise_for_status()


def test_a_new_car_park_with_its_gates_and_a_waived_stay(
    booth: Booth, people: People, call_as: CallAs, city: Town
) -> None:
    manager = people["property"][0]
    api = call_as(manager)
    phone = booth.phone("property", manager)
    phone.open("/pages/firm/lot")
    for field, words in {
        "name": "北区停车场",
        "capacity": "20",
        "month": "120",
        "price": "3",
    }.items():
        phone.write(f"lot-{field}", words)
    phone.tap("lot-save")
    secrets = {way: _set_up(phone, f"北门{way}", way) for way in ("in", "out")}
    lot = next(
        one for one in api.rows("/parking/lots", is_staffed="true") if one["name"] == "北区停车场"
    )
    assert (lot["month_price"], lot["tariff"]["step_price"]) == (12_000, 300)
    keys = {
        one["direction"]: one["key"]
        for one in api.rows("/parking/gates", limit=100)
        if one["lot_id"] == lot["id"]
    }
    # Within one day: a stay over midnight costs one step more.
    left = datetime.now(UTC) - timedelta(minutes=1)
    midnight = clock.bounds(clock.local(left).date())[0]
    if left - timedelta(hours=3) < midnight:
        left = midnight - timedelta(minutes=1)
    _report(city, keys["in"], secrets["in"], "鲁Q7788A", left - timedelta(minutes=179))
    _report(city, keys["out"], secrets["out"], "鲁Q7788A", left)

    phone.turn_to("/pages/parking/desk?tab=stays")
    phone.tap(f"lot-{lot['id']}")
    phone.tap("seg-owed")
    (stay,) = api.rows("/parking/stays", lot_id=lot["id"], is_owed="true")
    phone.sees(f"stay-{stay['id']}", "欠 9.00 元")
    phone.tap(f"waive-{stay['id']}")
    phone.write("grounds", "送急救病人")
    phone.tap("grounds-send")
    phone.lacks(f"stay-{stay['id']}")
    (stay,) = api.rows("/parking/stays", lot_id=lot["id"])
    assert (stay["waived"], stay["owed"]) == (900, 0)


def test_a_shop_and_the_street_offer_coupons(booth: Booth, people: People, call_as: CallAs) -> None:
    merchant, desk = people["merchant"][0], people["dispatcher"][0]
    phone = booth.phone("property", merchant)
    phone.open("/pages/merchant/coupons")
    phone.tap("new-coupon")
    phone.write("coupon-face", "5")
    phone.write("coupon-minimum", "3")
    phone.sees("coupon-sum", "填完")
    phone.write("coupon-minimum", "30")
    phone.sees("coupon-sum", "满 30 减 5，最多花 500.00 元")
    phone.tap("coupon-send")
    phone.tap("question-yes")
    phone.hears("已发放")
    shop = call_as(merchant).rows("/shops/mine")[0]["id"]
    made = next(
        one
        for one in call_as(merchant).rows(f"/shops/{shop}/coupons")
        if one["name"] == "满 30 减 5" and one["status"] == "running"
    )
    assert (made["face"], made["minimum"], made["budget"]) == (500, 3000, 50_000)
    phone.tap(f"stop-{made['id']}")
    phone.tap("question-yes")
    phone.hears("已停发")

    street = booth.phone("worker", desk)
    street.open("/pages/rulings/funding")
    street.tap("new-coupon")
    street.write("coupon-face", "2")
    street.tap("coupon-send")
    street.tap("question-yes")
    street.hears("已发放")
    assert call_as(desk).rows("/coupons/funded")[0]["budget"] == 20_000
