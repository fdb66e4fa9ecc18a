"""Nothing hidden survives, and what would hurt is refused before it is unpacked."""

import io
import struct
import time
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from backend.integrations import painting, pictures

GPS = 0x8825


def picture(form: str = "JPEG", size: tuple[int, int] = (64, 48), **more: object) -> bytes:
    made = io.BytesIO()
    mode = more.pop("mode", "RGB")
    Image.new(str(mode), size, more.pop("colour", "red")).save(made, form, **more)  # type: ignore[arg-type]
    return made.getvalue()


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def with_gps(**tags: object) -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F] = "SecretPhone"
    exif[0x0112] = tags.get("orientation", 1)
    exif.get_ifd(GPS)[2] = (35.0, 3.0, 7.5)
    return exif


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_exif_and_place_are_gone(form: str) -> None:
    content = picture(form, exif=with_gps(), comment=b"hidden-comment")
    assert opened(content).getexif().get_ifd(GPS)
    made = pictures.remake(content)
    for one in (made.full, made.thumb):
        image = opened(one)
        assert image.format == "JPEG"
        assert not image.getexif()
        assert "icc_profile" not in image.info
        for secret in (b"SecretPhone", b"Exif", b"hidden-comment"):
            assert secret not in one


def test_a_second_file_glued_to_the_end_is_gone() -> None:
    tail = b"PK\x03\x04<script>alert(1)</script><?php system($_GET[0]); ?>"
    made = pictures.remake(picture() + tail)
    assert b"script" not in made.full + made.thumb
    assert b"PK\x03\x04" not in made.full + made.thumb


def test_the_picture_is_turned_upright_before_its_orientation_is_forgotten() -> None:
    made = pictures.remake(picture(size=(60, 20), exif=with_gps(orientation=6)))
    assert (made.width, made.height) == (20, 60)


def test_large_pictures_are_shrunk_and_small_ones_left() -> None:
    large = pictures.remake(picture(size=(4000, 3000)))
    assert (large.width, large.height) == (2048, 1536)
    assert opened(large.thumb).size == (400, 300)
    small = pictures.remake(picture(size=(90, 30)))
    assert (small.width, small.height) == (90, 30)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "L", "P", "1", "I;16"])
def test_every_mode_becomes_plain_colour(mode: str) -> None:
    made = pictures.remake(picture("PNG", mode=mode, colour=0))
    red, green, blue = opened(made.full).convert("RGB").getpixel((5, 5))
    # Transparent shows the white below it, everything else here is black.
    expected = 255 if mode in ("RGBA", "LA") else 0
    assert all(abs(one - expected) < 4 for one in (red, green, blue))


def test_printers_colours_are_understood() -> None:
    made = pictures.remake(picture("JPEG", mode="CMYK", colour=(0, 0, 0, 0)))
    assert min(opened(made.full).convert("RGB").getpixel((5, 5))) > 250


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    """65000 × 65000 pixels promised: decoding would take 12 GB."""
    head = struct.pack(">IIBBBBB", 65000, 65000, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1_000_000, 9)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    before = time.process_time()
    with pytest.raises(pictures.TooManyPixels):
        pictures.remake(bomb)
    assert time.process_time() - before < 0.5


def test_a_webp_bomb_is_refused_by_its_header() -> None:
    side = (16000 - 1).to_bytes(3, "little")
    body = b"\x10\0\0\0" + side + side
    bomb = b"RIFF" + struct.pack("<I", 4 + 8 + 10) + b"WEBPVP8X" + struct.pack("<I", 10) + body
    with pytest.raises(pictures.TooManyPixels):
        pictures.remake(bomb)


@pytest.mark.parametrize("options", [{}, {"lossless": True}, {"exif": with_gps()}])
def test_the_size_of_every_kind_of_webp_is_read(options: dict[str, object]) -> None:
    content = picture("WEBP", size=(300, 7), **options)
    assert painting._webp_size(content) == (300, 7)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_half_a_picture_is_unreadable(form: str) -> None:
    whole = picture(form, size=(400, 400))
    with pytest.raises(pictures.Unreadable):
        pictures.remake(whole[: len(whole) // 2])


@pytest.mark.parametrize(
    "content",
    [b"", b"GIF89a", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%PDF-1.7", b"BM" + b"\0" * 60],
)
def test_other_kinds_are_not_even_opened(content: bytes) -> None:
    assert pictures.kind_of(content) is None
    with pytest.raises(pictures.Unreadable):
        pictures.remake(content)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["JPEG", "PNG", "WEBP"]), st.data())
def test_broken_bytes_never_raise_anything_else(form: str, data: st.DataObject) -> None:
    content = bytearray(picture(form, exif=with_gps()))
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        made = pictures.remake(bytes(content))
    except (pictures.Unreadable, pictures.TooManyPixels):
        return
    assert opened(made.full).size == (made.width, made.height)
