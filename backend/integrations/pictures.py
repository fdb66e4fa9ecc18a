"""Pictures taken apart and painted anew, so that nothing hidden in them survives.

No EXIF, no place, no comment, no profile, no second file glued to the end. Runs in a process of
its own (`core.processes`): a 12-megapixel photo takes about 0.4 s.
"""

from dataclasses import dataclass

from backend.core.loader import when_used

MEDIA_TYPE = "image/jpeg"


class Unreadable(Exception):
    """Not a whole picture of the kind that its first bytes promise."""


class TooManyPixels(Exception):
    """It would not fit into memory when unpacked."""


@dataclass(frozen=True)
class Picture:
    """JPEG bytes of the picture and its thumbnail; width and height of the picture, upright."""

    full: bytes
    thumb: bytes
    width: int
    height: int


def kind_of(content: bytes) -> str | None:
    """The media type that the first bytes promise, among those that can be painted anew."""
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return None


def remake(content: bytes) -> Picture:
    """Decode, turn upright, shrink, encode. Raises Unreadable or TooManyPixels."""
    made: Picture = when_used("backend.integrations.painting").remake(content)
    return made
