"""Keys: what opens, what does not, rotation, signatures."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core import crypto

OLD, NEW = crypto.new_key("old"), crypto.new_key("new")


@pytest.fixture(autouse=True)
def keys() -> Iterator[None]:
    crypto.configure(OLD)
    yield
    crypto.configure(OLD)


@given(text=st.text(max_size=200), row=st.integers(min_value=1))
def test_what_was_sealed_opens_for_its_field_and_row_only(text: str, row: int) -> None:
    crypto.configure(OLD)
    sealed = crypto.encrypt(text, field="resident.phone", row=row)
    assert crypto.decrypt(sealed, field="resident.phone", row=row) == text
    for field, other in (("resident.name", row), ("resident.phone", row + 1)):
        with pytest.raises(crypto.WrongKey):
            crypto.decrypt(sealed, field=field, row=other)


def test_rotation() -> None:
    sealed, index = crypto.encrypt("x", field="f", row=1), crypto.blind_index("x", field="f")
    signature = crypto.sign("message")
    crypto.configure(f"{NEW},{OLD}")
    assert crypto.decrypt(sealed, field="f", row=1) == "x"
    assert not crypto.is_current(sealed)
    assert crypto.is_current(crypto.encrypt("x", field="f", row=1))
    assert index in crypto.blind_indexes("x", field="f")
    assert crypto.blind_index("x", field="f") != index
    assert crypto.signed_ok("message", signature)
    crypto.configure(NEW)
    assert not crypto.signed_ok("message", signature)
    with pytest.raises(crypto.WrongKey):
        crypto.decrypt(sealed, field="f", row=1)


def test_a_tampered_text_does_not_open() -> None:
    sealed = crypto.encrypt("12345", field="f", row=1)
    changed = sealed[:-6] + ("A" if sealed[-6] != "A" else "B") + sealed[-5:]
    with pytest.raises(crypto.WrongKey):
        crypto.decrypt(changed, field="f", row=1)


@pytest.mark.parametrize(
    "keys", ["", "a:c2hvcnQ=", f"{OLD},{OLD}"], ids=["none", "too short", "one id twice"]
)
def test_bad_keys_are_refused(keys: str) -> None:
    with pytest.raises(ValueError, match=r"key|KEYS"):
        crypto.configure(keys)


def test_masks() -> None:
    assert crypto.mask_phone("13800138000") == "138****8000"
    assert crypto.mask_phone("12345") == "*****"
    assert crypto.mask_name("欧阳锋") == "欧**"
    assert crypto.mask_id_number("371302199001011234").startswith("371****")
