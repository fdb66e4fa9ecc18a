"""Voice notes are told by their bytes, measured, and lose their tags."""

import io
import struct
import wave

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.integrations import sounds


def wav(seconds: float) -> bytes:
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"\0\0" * int(8000 * seconds))
    return made.getvalue()


def amr(seconds: float) -> bytes:
    return b"#!AMR\n" + (b"\x3c" + b"\0" * 31) * round(seconds * 50)


def mp3(seconds: float, tag: bytes = b"") -> bytes:
    """MPEG-1 layer III, 64 kbit/s, 48 kHz: frames of 192 bytes and 24 ms."""
    frame = b"\xff\xfb\x54\x00" + b"\0" * 188
    head = b"ID3\x04\0\0" + bytes([0, 0, len(tag) >> 7, len(tag) & 127]) + tag if tag else b""
    return head + frame * round(seconds / 0.024)


def adts(seconds: float) -> bytes:
    """AAC at 16 kHz, one block of 1024 samples a frame."""
    length = 60
    head = bytes([0xFF, 0xF1, 0x60, 0x40, length >> 3, (length & 7) << 5 | 0x1F, 0xFC])
    return (head + b"\0" * (length - 7)) * round(seconds * 16000 / 1024)


def box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", 8 + len(body)) + kind + body


def m4a(seconds: float, handler: bytes = b"soun", tags: bytes = b"") -> bytes:
    mvhd = box(b"mvhd", struct.pack(">IIIII", 0, 0, 0, 1000, round(seconds * 1000)) + b"\0" * 80)
    hdlr = box(b"hdlr", b"\0" * 8 + handler + b"\0" * 13)
    trak = box(b"trak", box(b"mdia", hdlr))
    moov = box(b"moov", mvhd + trak + (box(b"udta", tags) if tags else b""))
    return box(b"ftyp", b"M4A \0\0\0\0") + moov + box(b"mdat", b"sound" * 20)


def opus(seconds: float) -> bytes:
    def page(granule: int, body: bytes) -> bytes:
        return b"OggS\0\0" + struct.pack("<q", granule) + b"\0" * 12 + b"\x01" + b"\x13" + body

    head = b"OpusHead\x01\x01" + struct.pack("<H", 312) + b"\0" * 7
    return page(0, head) + page(round(seconds * 48000) + 312, b"\0" * 19)


def webm(seconds: float | None, codec: bytes = b"A_OPUS") -> bytes:
    length = b"" if seconds is None else b"\x44\x89\x88" + struct.pack(">d", seconds * 1000)
    head = b"\x1aE\xdf\xa3\x9f\x42\x82\x84webm" + length + b"\xae\x86" + codec
    return head + b"\x1fC\xb6u" + b"\x44\x89\x84" * 50


MAKERS = {
    "audio/wav": wav,
    "audio/amr": amr,
    "audio/mpeg": mp3,
    "audio/aac": adts,
    "audio/mp4": m4a,
    "audio/ogg": opus,
    "audio/webm": webm,
}


@pytest.mark.parametrize("media_type", MAKERS)
@pytest.mark.parametrize("seconds", [1.5, 59.0, 240.0])
def test_kind_and_length(media_type: str, seconds: float) -> None:
    sound = sounds.read(MAKERS[media_type](seconds))
    assert sound.media_type == media_type
    assert sound.seconds == pytest.approx(seconds, abs=0.07)


def test_a_recorder_that_writes_as_it_goes_tells_no_length() -> None:
    sound = sounds.read(webm(None))
    assert sound.seconds is None


def test_films_are_not_sounds() -> None:
    for content in (m4a(3, b"vide"), webm(3, b"V_VP9")):
        with pytest.raises(sounds.NotASound):
            sounds.read(content)


def test_tags_are_gone_and_offsets_stay() -> None:
    tagged = m4a(3, tags=box(b"\xa9xyz", b"+35.05+118.35/"))
    sound = sounds.read(tagged)
    assert b"+35.05" not in sound.content
    assert len(sound.content) == len(tagged)
    assert sound.content.index(b"mdat") == tagged.index(b"mdat")
    song = sounds.read(mp3(3, tag=b"SecretName" * 30) + b"TAG" + b"SecretName".ljust(125, b"\0"))
    assert b"SecretName" not in song.content
    assert song.seconds == pytest.approx(3, abs=0.05)


@pytest.mark.parametrize(
    "content",
    [
        b"#!AMR",
        b"\xff\xfb" + b"\xff" * 100,
        box(b"ftyp", b"M4A ") + b"\0" * 30,
        wav(1)[:20],
        b"ID3\x04\0\0\0\0\0\0" * 100_000,
        box(b"ftyp", b"M4A ") + b"\0\0\0\0moov" * 200_000,
        b"<svg/>",
        b"",
    ],
)
def test_what_only_begins_like_one_is_refused_quickly(content: bytes) -> None:
    with pytest.raises(sounds.NotASound):
        sounds.read(content)


@given(st.sampled_from(sorted(MAKERS)), st.binary(max_size=40), st.integers(0, 200))
def test_broken_bytes_never_raise_anything_else(kind: str, noise: bytes, at: int) -> None:
    content = MAKERS[kind](1.0)
    try:
        sounds.read(content[:at] + noise + content[at + len(noise) :])
    except sounds.NotASound:
        return
