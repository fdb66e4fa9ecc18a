"""Codes and links: limits, and pictures that really hold what they promise."""

import io
from typing import Any

import pytest
from PIL import Image

from tests.wechat_mock.conftest import Mock
from wechat_mock import drawing

UNLIMITED, LIMITED = "/wxa/getwxacodeunlimit", "/wxa/getwxacode"
SQUARE = "/cgi-bin/wxaapp/createwxaqrcode"


async def picture(mock: Mock, path: str, body: dict[str, Any]) -> Image.Image:
    query = {"access_token": await mock.token()}
    answer = await mock.http.post(path, params=query, json=body)
    assert answer.headers["content-type"] == "image/png", answer.text
    return Image.open(io.BytesIO(answer.content))


async def errcode(mock: Mock, path: str, /, **body: Any) -> int:
    return (await mock.call(path, body))["errcode"]


def read_back(image: Image.Image, text: str, share: float) -> bool:
    """Whether the picture's middle, sampled at the centre of each cell, is the text's symbol."""
    wanted = drawing.matrix_of(text)
    grey = image.convert("RGBA")
    step = image.width * share / len(wanted)
    start = (image.width - step * len(wanted)) / 2
    seen = [
        [
            _is_dark(grey, start + (x + 0.5) * step, start + (y + 0.5) * step)
            for x in range(len(row))
        ]
        for y, row in enumerate(wanted)
    ]
    return seen == wanted


def _is_dark(image: Image.Image, x: float, y: float) -> bool:
    red, green, blue, alpha = image.getpixel((int(x), int(y)))  # type: ignore[misc]
    return alpha > 127 and red + green + blue < 500


@pytest.mark.parametrize("width", [280, 430, 1280])
async def test_a_round_code_holds_its_scene(mock: Mock, width: int) -> None:
    body = {"scene": "c=10.2&k=b", "page": "pages/scan/index", "width": width}
    image = await picture(mock, UNLIMITED, body)
    assert image.size == (width, width)
    assert read_back(image, "pages/scan/index?scene=c=10.2&k=b", 0.62)
    assert not read_back(image, "pages/scan/index?scene=c=10.3&k=b", 0.62)


@pytest.mark.parametrize(("asked", "width"), [(1, 280), (5000, 1280)])
async def test_widths_have_ends(mock: Mock, asked: int, width: int) -> None:
    image = await picture(mock, UNLIMITED, {"scene": "a", "width": asked})
    assert image.width == width


async def test_colours_and_ground(mock: Mock) -> None:
    colour = {"r": 200, "g": "0", "b": 0}
    body = {"scene": "a=1", "line_color": colour, "is_hyaline": True}
    image = await picture(mock, UNLIMITED, body)
    assert image.mode == "RGBA"
    assert image.getpixel((0, 0))[3] == 0  # type: ignore[index]
    assert (200, 0, 0, 255) in {pixel for _, pixel in image.getcolors(2**24)}  # type: ignore[union-attr]
    assert read_back(image, "pages/index/index?scene=a=1", 0.62)
    plain = await picture(mock, UNLIMITED, {"scene": "a=1"})
    assert plain.mode == "RGB"


async def test_a_square_code_is_an_ordinary_one(mock: Mock) -> None:
    image = await picture(mock, SQUARE, {"path": "pages/order/index?id=5"})
    cells = len(drawing.matrix_of("pages/order/index?id=5"))
    assert read_back(image, "pages/order/index?id=5", cells / (cells + 8))


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, 40129),
        ({"scene": 5}, 40129),
        ({"scene": ""}, 40169),
        ({"scene": "x" * 33}, 40169),
        ({"scene": "社区"}, 40129),
        ({"scene": "a%20"}, 40129),
        ({"scene": "a b"}, 40129),
        ({"scene": "scancode_time=1"}, 85096),
        ({"scene": "a", "page": "/pages/index/index"}, 41030),
        ({"scene": "a", "page": "pages/index/index?a=1"}, 41030),
        ({"scene": "a", "page": "pages/gone/index"}, 41030),
        ({"scene": "a", "env_version": "beta"}, 40097),
        ({"scene": "a", "width": "430"}, 40097),
        ({"scene": "a", "line_color": "red"}, 40097),
        ({"scene": "a", "line_color": {"r": "x"}}, 40097),
    ],
)
async def test_refused(mock: Mock, body: dict[str, Any], code: int) -> None:
    mock.world.settings.pages = frozenset({"pages/index/index"})
    assert await errcode(mock, UNLIMITED, **body) == code


async def test_all_allowed_characters_and_no_page_check(mock: Mock) -> None:
    mock.world.settings.pages = frozenset({"pages/index/index"})
    for scene in ("0123456789abcdefXYZ!#$&'()*+,/:;", "=?@-._~"):
        await picture(mock, UNLIMITED, {"scene": scene})
    await picture(mock, UNLIMITED, {"scene": "a", "page": "pages/new/index", "check_path": False})


async def test_five_thousand_a_minute(mock: Mock) -> None:
    await mock.control("quotas", name="getwxacodeunlimit", limit=1)
    await picture(mock, UNLIMITED, {"scene": "a"})
    assert await errcode(mock, UNLIMITED, scene="a") == 45009
    await mock.control("clock", advance_seconds=60)
    await picture(mock, UNLIMITED, {"scene": "a"})


async def test_a_hundred_thousand_in_all_are_shared(mock: Mock) -> None:
    await mock.control("quotas", name="wxacode", limit=2)
    await picture(mock, LIMITED, {"path": "pages/index/index?a=1"})
    await picture(mock, SQUARE, {"path": "pages/index/index?a=1"})
    await mock.control("clock", advance_seconds=10_000_000)
    assert await errcode(mock, LIMITED, path="pages/index/index") == 45029
    assert await errcode(mock, SQUARE, path="pages/index/index") == 45029


@pytest.mark.parametrize(("path", "most"), [(LIMITED, 1024), (SQUARE, 128)])
async def test_paths_have_lengths(mock: Mock, path: str, most: int) -> None:
    await picture(mock, path, {"path": "p" * most})
    for wrong in ("", "p" * (most + 1), "/pages/index/index", None):
        assert await errcode(mock, path, path=wrong) == 40159


async def test_links_can_be_opened(mock: Mock) -> None:
    body = {"path": "/pages/order/index", "query": "id=5", "expire_type": 1, "expire_interval": 30}
    link = (await mock.call("/wxa/generate_urllink", body))["url_link"]
    jump = {"jump_wxa": {"path": "pages/order/index", "query": "id=6"}}
    scheme = (await mock.call("/wxa/generatescheme", jump))["openlink"]
    assert link.startswith("https://wxaurl.cn/")
    assert scheme.startswith("weixin://dl/business/?t=")
    listed = (await mock.http.get("/control/scan-code")).json()["items"]
    assert [scan["path"] for scan in listed] == [
        "pages/order/index?id=6",
        "pages/order/index?id=5",
    ]
    kind = (await mock.http.get("/control/scan-code?kind=link")).json()["items"]
    assert [scan["link"] for scan in kind] == [link]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"path": 5}, 40165),
        ({"path": "pages/a?b=1"}, 40165),
        ({"path": "pages/gone/index"}, 40165),
        ({"query": "a b"}, 40212),
        ({"query": "x" * 1025}, 40212),
        ({"env_version": "beta"}, 85402),
        ({"expire_type": 2}, 85406),
        ({"expire_type": 1}, 85407),
        ({"expire_type": 1, "expire_interval": 31}, 85407),
        ({"expire_type": 0, "expire_time": 5}, 85401),
        ({"expire_type": 0, "expire_time": 10**12}, 85401),
    ],
)
async def test_links_refused(mock: Mock, body: dict[str, Any], code: int) -> None:
    mock.world.settings.pages = frozenset({"pages/index/index"})
    assert await errcode(mock, "/wxa/generate_urllink", **body) == code
    nested = {name: body[name] for name in ("path", "query", "env_version") if name in body}
    rest = {name: value for name, value in body.items() if name not in nested}
    assert await errcode(mock, "/wxa/generatescheme", jump_wxa=nested, **rest) == code


async def test_links_have_quotas(mock: Mock) -> None:
    path = "/wxa/generate_urllink"
    await mock.control("quotas", name="links", limit=0)
    assert await errcode(mock, path, path="") == 44990
    await mock.control("quotas", name="links", limit=100)
    await mock.control("quotas", name="links.day", limit=0)
    assert await errcode(mock, path, path="") == 44993


async def test_a_code_can_be_laid_before_the_phone(mock: Mock) -> None:
    laid = await mock.control("scan-code", page="pages/scan/index", scene="c=7", label="东门")
    assert laid["path"] == "pages/scan/index?scene=c=7"
    (listed,) = (await mock.http.get("/control/scan-code")).json()["items"]
    assert (listed["label"], listed["scene"]) == ("东门", "c=7")
