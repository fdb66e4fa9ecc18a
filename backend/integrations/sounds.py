"""Voice notes: which kind the bytes are, how long they last, and without what they need not say.

Sounds are not decoded: they are told by their own bytes, measured where the format lets us, and
lose the tags in which a phone may have written a name or a place.
"""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_AMR_BYTES = (13, 14, 16, 18, 20, 21, 27, 32, 6, 1, 1, 1, 1, 1, 1, 1)
_AMR_WIDE_BYTES = (18, 24, 33, 37, 41, 47, 51, 59, 61, 6, 1, 1, 1, 1, 1, 1)
_ADTS_RATES = (96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000)
_MP3_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
_MP3_KILOBITS = (
    (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
)
_PARENTS = frozenset({b"moov", b"trak", b"mdia"})
_TAGS = frozenset({b"udta", b"meta", b"uuid"})
_CLUSTER = b"\x1fC\xb6u"
"""Where a WebM's description ends and its sound begins."""


class NotASound(Exception):
    """Its first bytes promised a sound; what follows is none, or has moving pictures."""


@dataclass(frozen=True)
class Sound:
    """`seconds` is None where the format does not tell; `content` has lost its tags."""

    media_type: str
    seconds: float | None
    content: bytes


@dataclass(frozen=True)
class _Box:
    kind: bytes
    start: int
    end: int


def read(content: bytes) -> Sound:
    """The sound in these bytes, of at most a few megabytes. Raises NotASound."""
    kind = kind_of(content)
    if kind is None:
        raise NotASound
    try:
        clean = _untagged(kind, content)
        return Sound(kind, _seconds(kind, clean), clean)
    except (ValueError, IndexError, struct.error, ZeroDivisionError) as error:
        raise NotASound from error


def kind_of(content: bytes) -> str | None:
    """The media type that the first bytes promise."""
    for media_type, is_kind in _KINDS.items():
        if is_kind(content):
            return media_type
    return None


_OGG_HEADS = (b"OpusHead", b"\x01vorbis")
_KINDS: dict[str, Callable[[bytes], object]] = {
    "audio/wav": lambda content: content[:4] == b"RIFF" and content[8:12] == b"WAVE",
    "audio/amr": lambda content: content.startswith((b"#!AMR\n", b"#!AMR-WB\n")),
    "audio/mp4": lambda content: content[4:8] == b"ftyp",
    "audio/ogg": lambda content: content[:4] == b"OggS" and _ogg_head(content),
    "audio/webm": lambda content: content[:4] == b"\x1aE\xdf\xa3" and b"webm" in content[:64],
    "audio/aac": lambda content: len(content) > 7 and _is_adts(content, 0),
    "audio/mpeg": lambda content: content[:3] == b"ID3" or _mp3_frame(content, 0),
}


def _ogg_head(content: bytes) -> bool:
    return any(one in content[:256] for one in _OGG_HEADS)


def _untagged(kind: str, content: bytes) -> bytes:
    if kind == "audio/mpeg":
        return _without_id3(content)
    if kind == "audio/mp4":
        return _without_boxes(content)
    return content


def _without_id3(content: bytes) -> bytes:
    at = 0
    while content[at : at + 3] == b"ID3" and at + 10 <= len(content):
        # Four times seven bits, so that no tag looks like a frame.
        size = 0
        for byte in content[at + 6 : at + 10]:
            size = size << 7 | byte & 0x7F
        at += 10 + size
    end = len(content) - 128 if content[-128:-125] == b"TAG" else len(content)
    return content[at:end]


def _boxes(content: bytes, start: int, end: int, depth: int = 0) -> Iterator[_Box]:
    """The boxes of an MP4 between two offsets, and those inside them that hold boxes."""
    while start + 8 <= end:
        size, kind = struct.unpack_from(">I4s", content, start)
        head = 8
        if size == 1:
            (size,), head = struct.unpack_from(">Q", content, start + 8), 16
        stop = end if size == 0 else start + size
        if stop > end or stop < start + head:
            raise NotASound
        yield _Box(kind, start + head, stop)
        if kind in _PARENTS and depth < len(_PARENTS):
            yield from _boxes(content, start + head, stop, depth + 1)
        start = stop


def _without_boxes(content: bytes) -> bytes:
    """Boxes of tags become free space of the same length: no offset moves."""
    made = bytearray(content)
    for box in _boxes(content, 0, len(content)):
        if box.kind in _TAGS:
            at = content.rindex(box.kind, 0, box.start)
            made[at : at + 4] = b"free"
            made[box.start : box.end] = bytes(box.end - box.start)
    return bytes(made)


def _seconds(kind: str, content: bytes) -> float | None:
    measure = {
        "audio/wav": _wav,
        "audio/amr": _amr,
        "audio/mp4": _mp4,
        "audio/ogg": _ogg,
        "audio/webm": _webm,
        "audio/mpeg": _mp3,
        "audio/aac": _adts,
    }
    return measure[kind](content)


def _wav(content: bytes) -> float:
    at, rate, total = 12, 0, 0
    while at + 8 <= len(content):
        name, size = struct.unpack_from("<4sI", content, at)
        if name == b"fmt ":
            (rate,) = struct.unpack_from("<I", content, at + 16)
        if name == b"data":
            total += min(size, len(content) - at - 8)
        at += 8 + size + size % 2
    return total / rate


def _amr(content: bytes) -> float:
    is_wide = content.startswith(b"#!AMR-WB\n")
    sizes, at = (_AMR_WIDE_BYTES, 9) if is_wide else (_AMR_BYTES, 6)
    frames = 0
    while at < len(content):
        at += sizes[content[at] >> 3 & 0x0F]
        frames += 1
    return frames * 0.02


def _mp4(content: bytes) -> float | None:
    boxes = list(_boxes(content, 0, len(content)))
    handlers = {content[box.start + 8 : box.start + 12] for box in boxes if box.kind == b"hdlr"}
    if b"soun" not in handlers or b"vide" in handlers:
        raise NotASound
    for box in boxes:
        if box.kind == b"mvhd":
            is_long = content[box.start] == 1
            form, at = (">IQ", 20) if is_long else (">II", 12)
            scale, length = struct.unpack_from(form, content, box.start + at)
            return float(length / scale) if length else None
    raise NotASound


def _ogg(content: bytes) -> float:
    last = content.rindex(b"OggS")
    (granule,) = struct.unpack_from("<q", content, last + 6)
    head = content.find(b"OpusHead", 0, 256)
    if head >= 0:
        (skipped,) = struct.unpack_from("<H", content, head + 10)
        return float(max(granule - skipped, 0) / 48000)
    vorbis = content.index(b"\x01vorbis", 0, 256)
    (rate,) = struct.unpack_from("<I", content, vorbis + 12)
    return float(max(granule, 0) / rate)


def _webm(content: bytes) -> float | None:
    """Recorders that write as they go leave the length out."""
    head = content[: max(content.find(_CLUSTER), 0)]
    if b"V_" in head or not any(one in head for one in (b"A_OPUS", b"A_VORBIS", b"A_AAC")):
        raise NotASound
    at = head.find(b"\x44\x89")
    sizes = {0x84: ">f", 0x88: ">d"}
    if at < 0 or head[at + 2] not in sizes:
        return None
    (milliseconds,) = struct.unpack_from(sizes[head[at + 2]], head, at + 3)
    return float(milliseconds / 1000) if 0 < milliseconds < 1e9 else None


def _mp3_frame(content: bytes, at: int) -> tuple[int, float] | None:
    """Length in bytes and seconds of the layer III frame at this place; None if there is none."""
    if at + 4 > len(content) or content[at] != 0xFF or content[at + 1] & 0xE6 != 0xE2:
        return None
    version = content[at + 1] >> 3 & 3
    bits, rate_index = content[at + 2] >> 4, content[at + 2] >> 2 & 3
    if version == 1 or bits in (0, 15) or rate_index == 3:
        return None
    is_first = version == 3
    rate = _MP3_RATES[version][rate_index]
    samples = 1152 if is_first else 576
    padding = content[at + 2] >> 1 & 1
    length = samples // 8 * _MP3_KILOBITS[not is_first][bits] * 1000 // rate + padding
    return length, samples / rate


def _mp3(content: bytes) -> float:
    at, seconds = 0, 0.0
    while frame := _mp3_frame(content, at):
        at += frame[0]
        seconds += frame[1]
    if not seconds:
        raise NotASound
    return seconds


def _is_adts(content: bytes, at: int) -> bool:
    return content[at] == 0xFF and content[at + 1] & 0xF6 == 0xF0


def _adts(content: bytes) -> float:
    at, seconds = 0, 0.0
    while at + 7 <= len(content) and _is_adts(content, at):
        rate = _ADTS_RATES[content[at + 2] >> 2 & 0x0F]
        length = (content[at + 3] & 3) << 11 | content[at + 4] << 3 | content[at + 5] >> 5
        if length < 7:
            break
        at += length
        seconds += 1024 * (1 + (content[at - length + 6] & 3)) / rate
    if not seconds:
        raise NotASound
    return seconds
