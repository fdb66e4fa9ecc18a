"""Whatever is fitted passes the mock's own rules."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.integrations import wechat_fields
from wechat_mock.fields import RULES


@given(
    st.sampled_from(["thing", "phrase", "character_string", "letter"]),
    st.text(max_size=80),
)
def test_fitted_texts_are_taken(kind: str, text: str) -> None:
    fitted = wechat_fields.fit(f"{kind}1", text)
    assert RULES[kind](fitted), fitted
    assert fitted.isprintable() or kind == "thing"
    assert "\n" not in fitted


@pytest.mark.parametrize(
    ("name", "text", "fitted"),
    [
        ("thing1", "三号楼二单元\n电梯 又坏了", "三号楼二单元 电梯 又坏了"),
        ("thing1", "长" * 30, "长" * 19 + "…"),
        ("thing1", "", "无"),
        (
            "thing1",
            "刚好二十个字的标题刚好二十个字的标题行行",
            "刚好二十个字的标题刚好二十个字的标题行行",
        ),
        ("phrase2", "已接单，处理中", "已接单处理"),
        ("phrase2", "OK", "无"),
        ("character_string3", "编号 A-2026", "A-2026"),
        ("name4", "李建国", "李建国"),
        ("name4", "阿卜杜拉·买买提·艾力江", "阿卜杜拉·买买提·艾"),
        ("name4", "Maximilian Alexander Schmidt", "Maximilian Alexander"),
        ("time5", "2026年11月22日 09:30", "2026年11月22日 09:30"),
        ("number6", "", "0"),
        ("odd", "text", "text"),
    ],
)
def test_fitting(name: str, text: str, fitted: str) -> None:
    assert wechat_fields.fit(name, text) == fitted
