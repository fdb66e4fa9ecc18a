"""How pictures are painted anew: what `integrations.pictures` promises."""

import io
import struct

from PIL import Image, ImageOps

from backend.integrations.pictures import Picture, TooManyPixels, Unreadable, kind_of

MOST_PIXELS = 50_000_000
FULL, THUMB = 2048, 400
"""Longest sides."""
_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
_SMOOTH = frozenset({"RGB", "RGBA", "L"})
_WITH_ALPHA = frozenset({"LA", "PA", "La", "RGBa"})


def remake(content: bytes) -> Picture:
    """Decode, turn upright, shrink, encode. Raises Unreadable or TooManyPixels."""
    kind = kind_of(content)
    if kind is None:
        raise Unreadable
    try:
        if kind == "image/webp":
            # Pillow makes room for the whole canvas as soon as it opens one.
            _check_size(*_webp_size(content))
        with Image.open(io.BytesIO(content), formats=[_FORMATS[kind]]) as image:
            _check_size(*image.size)
            return _painted(image)
    except (TooManyPixels, Image.DecompressionBombError) as error:
        raise TooManyPixels from error
    except Exception as error:
        # Decoders answer broken input with whatever comes to their mind.
        raise Unreadable from error


def _painted(image: Image.Image) -> Picture:
    # A JPEG can be decoded at a half, a quarter or an eighth: cheap for what gets shrunk anyway.
    image.draft("RGB", (FULL, FULL))
    image.load()
    upright = _plain(_upright(image))
    upright.thumbnail((FULL, FULL), Image.Resampling.LANCZOS)
    clean = _on_white(upright)
    thumb = clean.copy()
    thumb.thumbnail((THUMB, THUMB), Image.Resampling.LANCZOS)
    return Picture(_jpeg(clean, 85), _jpeg(thumb, 78), *clean.size)


def _upright(image: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(image)
    except Exception:
        # Broken EXIF is no reason to refuse a sound picture.
        return image


def _plain(image: Image.Image) -> Image.Image:
    """In a mode that can be shrunk smoothly: palettes cannot."""
    if image.mode.startswith("I"):
        # 16 bits of grey: the upper eight.
        return image.convert("I").point(lambda value: value / 256).convert("L")
    if image.mode in _WITH_ALPHA or "transparency" in image.info:
        return image.convert("RGBA")
    return image if image.mode in _SMOOTH else image.convert("RGB")


def _on_white(image: Image.Image) -> Image.Image:
    """The pixels alone, on a canvas that never knew the original's metadata."""
    clean = Image.new("RGB", image.size, "white")
    if image.mode == "RGBA":
        clean.paste(image, mask=image.getchannel("A"))
    else:
        clean.paste(image.convert("RGB"))
    return clean


def _jpeg(image: Image.Image, quality: int) -> bytes:
    made = io.BytesIO()
    image.save(made, "JPEG", quality=quality, optimize=True, progressive=True)
    return made.getvalue()


def _check_size(width: int, height: int) -> None:
    if width < 1 or height < 1:
        raise Unreadable
    if width * height > MOST_PIXELS:
        raise TooManyPixels


def _webp_size(content: bytes) -> tuple[int, int]:
    """Width and height of the canvas, from the first chunk's header."""
    chunk, head = content[12:16], content[20:30]
    if chunk == b"VP8X":
        return (
            1 + int.from_bytes(head[4:7], "little"),
            1 + int.from_bytes(head[7:10], "little"),
        )
    if chunk == b"VP8L":
        bits = int.from_bytes(head[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if chunk == b"VP8 ":
        width, height = struct.unpack("<HH", head[6:10])
        return width & 0x3FFF, height & 0x3FFF
    raise Unreadable
