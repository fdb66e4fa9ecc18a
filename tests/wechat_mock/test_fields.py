"""WeChat's limits on the fields of a subscription message, kind by kind, on both sides."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wechat_mock import fields
from wechat_mock.errors import Fault
from wechat_mock.world import Template

GOOD = {
    "thing": ["a", "长" * 20, "3号楼 电梯!"],
    "number": ["0", "12", "3.14", "-5", "9" * 32],
    "letter": ["a", "Z" * 32],
    "symbol": ["!", "！？", "*****"],
    "character_string": ["A-2026/0001", "x" * 32, "a b"],
    "time": [
        "15:01",
        "9:30",
        "15:01:59",
        "2026年11月2日 15:01",
        "2026-11-22 15:01",
        "2026/11/22 15:01",
        "2026年11月22日15:01",
        "15:01~16:00",
        "2026年11月22日 15:01~2026年11月22日 16:01",
    ],
    "date": [
        "2026年11月22日",
        "2026-11-22",
        "2026/1/2",
        "2026.11.22",
        "2026年11月22日 15:01",
        "2026年11月22日~2026年11月25日",
    ],
    "amount": ["100", "￥100.50", "100元", "$0.99", "¥1234567890", "100.5元"],
    "phone_number": ["+86-0766-66888866", "13800000001"],
    "car_number": ["粤A8Z888挂", "京A12345", "粤B123456"],
    "name": ["李建国", "John Smith", "李John", "欧" * 10, "a" * 20],
    "phrase": ["已接单", "配送中", "五个字可以"],
}
BAD = {
    "thing": ["长" * 21, "两\n行", "tab\t", "\u2028x"],
    "number": ["", "九", "1,000", "9" * 33, "1.", ".5", "1 2"],
    "letter": ["a1", "é", "a" * 33, "中"],
    "symbol": ["a", "1", "!!!!!!", "中", " "],
    "character_string": ["编号", "x" * 33, "a\n"],
    "time": [
        "24:00",
        "１５:０１",
        "15:60",
        "15",
        "2026-02-30 15:01",
        "2026年13月1日 15:01",
        "明天",
        "15:01~",
    ],
    "date": ["15:01", "2026-2-30", "11月22日", "20261122", "2026年11月", "0000-01-01"],
    "amount": ["12345678901", "一百", "￥", "￥￥1", "1元2", "-5", "1.", "100块", "五", "x5"],
    "phone_number": ["1" * 18, "电话", "13800000001a"],
    "car_number": ["京A1234567", "", "京A 1234"],
    "name": ["欧" * 11, "a" * 21, "李4"],
    "phrase": ["六个字不可以", "OK", "已 接", "好1", "好！"],
}


def message(kind: str, value: Any) -> dict[str, str]:
    template = Template("t", "题", {f"{kind}1": "字段"}, enums={"enum1": ["报修"]})
    return fields.check(template, {f"{kind}1": {"value": value}})


@pytest.mark.parametrize(("kind", "value"), [(k, v) for k, vs in GOOD.items() for v in vs])
def test_taken(kind: str, value: str) -> None:
    assert message(kind, value) == {f"{kind}1": value}


@pytest.mark.parametrize(("kind", "value"), [(k, v) for k, vs in BAD.items() for v in vs])
def test_refused(kind: str, value: str) -> None:
    with pytest.raises(Fault) as caught:
        message(kind, value)
    assert caught.value.errcode == 47003
    assert f"data.{kind}1.value" in caught.value.detail


def test_every_kind_is_tested() -> None:
    assert set(GOOD) == set(BAD) == set(fields.RULES)


def test_enumerations() -> None:
    assert message("enum", "报修") == {"enum1": "报修"}
    with pytest.raises(Fault):
        message("enum", "投诉")


def test_numbers_may_be_numbers() -> None:
    assert message("number", 5) == {"number1": "5"}
    with pytest.raises(Fault):
        message("number", True)


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {},
        {"thing1": "bare"},
        {"thing1": {}},
        {"thing1": {"value": None}},
        {"thing1": {"value": " "}},
        {"thing1": {"value": ["a"]}},
        {"thing1": {"value": "a"}, "thing2": {"value": "too many"}},
        {"thing2": {"value": "another"}},
    ],
)
def test_wrong_shapes(data: Any) -> None:
    with pytest.raises(Fault) as caught:
        fields.check(Template("t", "题", {"thing1": "字段"}), data)
    assert caught.value.errcode == 47003


@pytest.mark.parametrize(
    ("name", "kind"),
    [("thing1", "thing"), ("phone_number12", "phone_number"), ("thing", ""), ("odd1", "")],
)
def test_names(name: str, kind: str) -> None:
    assert fields.kind_of(name) == kind


@given(st.sampled_from(sorted(fields.RULES)), st.text(max_size=60))
def test_no_text_breaks_a_rule(kind: str, value: str) -> None:
    assert fields.RULES[kind](value) in (True, False)
