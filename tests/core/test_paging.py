"""Cursors: they come back as they went, and nothing else gets in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core import paging
from backend.core.errors import Invalid


@given(number=st.integers(min_value=-(2**62), max_value=2**62), text=st.text(max_size=30))
def test_round_trip(number: int, text: str) -> None:
    assert paging.decode(paging.encode(number, text), int, str) == (number, text)


@given(junk=st.text(max_size=60))
def test_junk_is_refused_or_well_typed(junk: str) -> None:
    try:
        (number,) = paging.decode(junk, int)
    except Invalid:
        return
    assert type(number) is int


@pytest.mark.parametrize("position", [("x",), (1, 2), (2**70,), (True,), (None,)])
def test_the_wrong_shape_is_refused(position: tuple[object, ...]) -> None:
    with pytest.raises(Invalid):
        paging.decode(paging.encode(*position), int)  # type: ignore[arg-type]


def test_the_last_page_has_no_next() -> None:
    assert paging.cut([1, 2], 2, lambda n: (n,)) == ([1, 2], None)
    items, following = paging.cut([1, 2, 3], 2, lambda n: (n,))
    assert items == [1, 2]
    assert paging.decode(following or "", int) == (2,)
