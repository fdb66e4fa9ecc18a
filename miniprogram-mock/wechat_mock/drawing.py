"""Pictures of codes: an ordinary QR symbol inside a disc of dots, so that it looks like WeChat's.

The symbol in the middle is a true one: any reader gets the text.
"""

import io
import math
from dataclasses import dataclass

import qrcode
from PIL import Image, ImageDraw

Colour = tuple[int, int, int]
SMALLEST, LARGEST = 280, 1280
SCALE = 2
GREEN: Colour = (7, 193, 96)


@dataclass(frozen=True)
class Look:
    """Width in pixels, colour of the dots, and whether the ground is transparent."""

    width: int = 430
    colour: Colour = (0, 0, 0)
    is_transparent: bool = False


def matrix_of(text: str) -> list[list[bool]]:
    """The QR symbol of a text, without its quiet zone."""
    symbol = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=0)
    symbol.add_data(text)
    symbol.make(fit=True)
    return [[bool(cell) for cell in row] for row in symbol.get_matrix()]


def square(text: str, look: Look) -> bytes:
    """An ordinary QR picture as PNG."""
    image, draw = _canvas(look)
    cells = matrix_of(text)
    step = image.width / (len(cells) + 8)
    _draw_cells(draw, cells, step, 4 * step, look.colour)
    return _png(image, look)


def disc(text: str, look: Look) -> bytes:
    """The symbol inside a round field of dots as PNG; the symbol's side is 62 % of the width."""
    image, draw = _canvas(look)
    width = image.width
    cells = matrix_of(text)
    step = width * 0.62 / len(cells)
    start = (width - step * len(cells)) / 2
    _draw_rays(draw, width, look.colour)
    quiet = start - 3 * step
    draw.rectangle((quiet, quiet, width - quiet, width - quiet), fill=_ground(look))
    _draw_cells(draw, cells, step, start, look.colour)
    badge = width * 0.065
    centre = width * 0.865
    draw.ellipse((centre - badge, centre - badge, centre + badge, centre + badge), fill=GREEN)
    return _png(image, look)


def _ground(look: Look) -> tuple[int, int, int, int]:
    return (255, 255, 255, 0) if look.is_transparent else (255, 255, 255, 255)


def _canvas(look: Look) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    side = look.width * SCALE
    image = Image.new("RGBA", (side, side), _ground(look))
    return image, ImageDraw.Draw(image)


def _draw_cells(
    draw: ImageDraw.ImageDraw, cells: list[list[bool]], step: float, start: float, colour: Colour
) -> None:
    for y, row in enumerate(cells):
        for x, is_dark in enumerate(row):
            if is_dark:
                left, top = start + x * step, start + y * step
                draw.rectangle((left, top, left + step, top + step), fill=colour)


def _draw_rays(draw: ImageDraw.ImageDraw, width: int, colour: Colour) -> None:
    centre, radius = width / 2, width * 0.006
    for ray in range(72):
        angle = ray * math.pi / 36
        for ring in range(6 - ray % 3):
            distance = width * (0.34 + 0.026 * ring)
            x, y = centre + distance * math.cos(angle), centre + distance * math.sin(angle)
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)


def _png(image: Image.Image, look: Look) -> bytes:
    small = image.resize((look.width, look.width), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    (small if look.is_transparent else small.convert("RGB")).save(out, "PNG", optimize=True)
    return out.getvalue()
