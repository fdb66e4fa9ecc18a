"""Which texts are number plates."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.engines.vehicles import rules
from backend.engines.vehicles.rules import NotAPlate, PlateKind

GOOD = {
    "鲁Q12345": PlateKind.ORDINARY,
    "鲁QA1B23": PlateKind.ORDINARY,
    "京AD12345": PlateKind.GREEN_SMALL,
    "粤BDA1234": PlateKind.GREEN_SMALL,
    "鲁Q12345D": PlateKind.GREEN_LARGE,
    "鲁Q98765F": PlateKind.GREEN_LARGE,
    "鲁QA123警": PlateKind.POLICE,
    "鲁Q123A学": PlateKind.LEARNER,
    "鲁Q1234挂": PlateKind.TRAILER,
    "粤ZA123港": PlateKind.HONG_KONG,
    "粤Z1A23澳": PlateKind.MACAO,
    "沪A0023领": PlateKind.CONSULATE,
    "224001使": PlateKind.EMBASSY,
    "鲁X1234应急": PlateKind.RESCUE,
    "WJ鲁1234X": PlateKind.ARMED_POLICE,
    "WJ12345": PlateKind.ARMED_POLICE,
    "VA12345": PlateKind.MILITARY,
}


@pytest.mark.parametrize(("text", "kind"), GOOD.items())
def test_every_form_is_known(text: str, kind: PlateKind) -> None:
    found = rules.parse(text)
    assert (found.text, found.kind) == (text, kind)
    assert found.kind.label


@pytest.mark.parametrize(
    "text",
    [
        "", "鲁Q", "鲁Q1234", "鲁Q123456", "鲁QABCDE", "台A12345", "鲁112345", "Q12345", "鲁Q1234O",
        "鲁QI2345", "鲁QL12345", "鲁Q12345Z", "粤ZA123门", "京Z1A23港", "鲁Q12345; DROP",
        "鲁Q1234\u096b", "鲁Q1234\u0661", "12345使", "鲁Q12 345警",
    ],
)  # fmt: skip
def test_what_is_none_is_refused(text: str) -> None:
    with pytest.raises(NotAPlate):
        rules.parse(text)


@pytest.mark.parametrize(
    "written",
    ["鲁q·12345", "鲁Q 12345", "鲁Ｑ１２３４５", "鲁Q・12345", " 鲁q-12345 ", "鲁Q．12345"],
)
def test_width_case_and_separators_do_not_matter(written: str) -> None:
    assert rules.parse(written).text == "鲁Q12345"
    assert rules.parse(written).shown == "鲁Q·12345"


@given(st.text(max_size=12))
def test_what_is_taken_is_taken_again(text: str) -> None:
    try:
        found = rules.parse(text)
    except NotAPlate:
        return
    assert rules.parse(found.text) == rules.parse(found.shown) == found
    assert not {"O", "I"} & set(found.text)


@given(st.sampled_from(sorted(GOOD)))
def test_a_mask_hides_the_middle(text: str) -> None:
    masked = rules.masked(text)
    assert len(masked) == len(text)
    assert masked.count("*") == len(text) - 4 >= 3
