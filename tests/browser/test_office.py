"""A firm's people at their phones: a wrong bill, a new price, meters, cash that goes back."""

import re
import time
from collections.abc import Callable
from typing import Any

from tests.browser.phones import Api, Booth, Person, Phone

People = dict[str, list[Person]]
CallAs = Callable[[Person], Api]
NAME = "电梯维护费"


def _billed(manager: Api, home: dict[str, Any]) -> dict[str, Any]:
    """A bill of 30 yuan a month, made now for the whole compound: the one of this dwelling."""
    tariff = {"area_id": home["compound_id"], "name": NAME, "basis": "fixed", "period": "year"}
    price = {"valid_from": "2020-01-01", "price": 300_000}
    made = manager.post("/tariffs", tariff | {"first": price})
    manager.post("/billings/runs", {"tariff_id": made["id"], "period": "2025"})
    for _ in range(100):
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
    office.sees("toast", "已作废")
    office.tap("reissue")
    office.tap("question-yes")
    office.sees("toast", "已重开，应缴 360.00 元")
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
    office.sees("toast", "已发起退费")
    back = call_as(manager).get(f"/fees/bills/{new}/money")["refunds"][0]

    till.turn_to("/pages/firm/payouts")
    till.sees(f"refund-{back['id']}", "¥20.50")
    till.tap(f"pay-refund-{back['id']}")
    _say(till, "现金已当面退给住户，已签字")
    till.sees("toast", "已登记")
    till.lacks(f"refund-{back['id']}")

    money = call_as(cashier).get(f"/fees/bills/{new}/money")
    assert (money["refundable"], money["refunds"][0]["status"]) == (33_950, "succeeded")
    old = call_as(manager).get(f"/bills/{wrong['id']}")
    assert (old["status"], old["owed"], old["moves"]) == ("void", 0, [])


def test_a_price_is_tried_and_then_holds(booth: Booth, people: People, call_as: CallAs) -> None:
    manager = people["property"][0]
    phone = booth.phone("property", manager)
    phone.open("/pages/firm/tariff")
    phone.write("tariff-name", "垃圾清运费")
    phone.tap("seg-fixed")
    phone.tap("seg-month")
    phone.write("price", "12.5")
    phone.tap("try")
    phone.sees("tried", "¥12.50")
    phone.tap("sheet-close")
    phone.tap("tariff-save")
    phone.sees("toast", "已保存")
    made = call_as(manager).rows("/tariffs")[0]
    assert (made["name"], made["versions"][0]["price"]) == ("垃圾清运费", 125_000)
    phone.turn_to(f"/pages/firm/tariff?id={made['id']}&reprice=1")
    phone.write("price", "15")
    phone.tap("try")
    phone.sees("tried", "现在 ¥12.50")
    phone.sees("tried", "¥15.00")
    phone.tap("sheet-close")
    phone.tap("tariff-save")
    phone.tap("question-yes")
    phone.sees("toast", "已调价")
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
