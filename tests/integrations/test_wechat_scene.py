"""Scenes as phones hand them over."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.integrations import wechat_scene

CHARACTERS = "0123456789ABCxyz!#$&'()*+,/:;=?@-._~"


@given(st.text(CHARACTERS, min_size=1, max_size=32))
def test_a_scene_survives_encoding(scene: str) -> None:
    once = quote(scene, safe="")
    for raw in (scene, once, quote(once, safe=""), f" {once}\n"):
        assert wechat_scene.parse(raw) == scene


@given(st.text(CHARACTERS, min_size=1, max_size=32))
def test_a_scanned_page_holds_its_scene(scene: str) -> None:
    assert wechat_scene.parse_scanned(f"pages/scan/index?scene={quote(scene, safe='')}") == scene


@pytest.mark.parametrize(
    "raw",
    [
        "c=7",
        "c%3D7",
        "c%253D7",
        "pages/scan/index?scene=c%3D7",
        "https://linli.example/s?scene=c%3D7",
        "https%3A%2F%2Flinli.example%2Fs%3Fscene%3Dc%253D7",
        "pages/scan/index?q=https%3A%2F%2Flinli.example%2Fs%3Fscene%3Dc%253D7&scancode_time=1",
    ],
)
def test_what_phones_scan(raw: str) -> None:
    assert wechat_scene.parse_scanned(raw) == "c=7"


@pytest.mark.parametrize(
    "raw",
    ["", " ", "%", "%zz", "社区", "a b", "x" * 33, "%25" * 5, "a%00b", "?q=" * 400, "scene=" * 9],
)
def test_what_is_no_scene(raw: str) -> None:
    with pytest.raises(wechat_scene.BadScene):
        wechat_scene.parse_scanned(raw)


@given(st.text(max_size=300))
def test_anything_is_a_scene_or_refused(raw: str) -> None:
    try:
        scene = wechat_scene.parse_scanned(raw)
    except wechat_scene.BadScene:
        return
    assert wechat_scene.ALLOWED.fullmatch(scene)
