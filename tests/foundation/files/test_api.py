"""Uploading and fetching over HTTP, by people who mean well and others."""

import io
import math
import struct
import wave
import zlib
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest
import time_machine
from PIL import Image

from backend.core import clock
from backend.core.actor import Role
from backend.foundation.files import rules, service
from backend.foundation.files.models import File, Moderation
from backend.integrations.storage import storage
from tests.conftest import People
from tests.foundation.files.test_life import verdict

FILES = "/api/v1/files"


def photo(size: tuple[int, int] = (640, 480), **more: object) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, "teal").save(made, "JPEG", **more)
    return made.getvalue()


def voice(seconds: float) -> bytes:
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(8000)
        file.writeframes(b"\x80" * int(8000 * seconds))
    return made.getvalue()


def bomb() -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(name + body))
        return struct.pack(">I", len(body)) + name + body + check

    head = struct.pack(">IIBBBBB", 30000, 30000, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1_000_000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


async def send(
    client: httpx.AsyncClient,
    who: dict[str, str],
    content: bytes,
    purpose: str | None = "order",
    name: str = "a.jpg",
) -> httpx.Response:
    form = {} if purpose is None else {"purpose": purpose}
    return await client.post(FILES, headers=who, files={"file": (name, content)}, data=form)


def kept_below(folder: Path) -> list[Path]:
    return [one for one in folder.rglob("*") if one.is_file()]


async def test_a_photo_goes_in_and_comes_out_clean(
    client: httpx.AsyncClient, people: People
) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8825)[2] = (35.0, 3.0, 7.5)
    exif[0x010F] = "SecretPhone"
    content = photo((3000, 1000), exif=exif) + b"<script>polyglot</script>"
    answer = await send(client, people.sign_in(7), content, name="../../../etc/passwd\0.svg")
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert (made["kind"], made["width"], made["height"]) == ("image", 2048, 683)
    full = await client.get(made["url"])
    assert full.status_code == 200
    assert len(full.content) == made["bytes"]
    for secret in (b"SecretPhone", b"polyglot", b"Exif"):
        assert secret not in full.content
    assert Image.open(io.BytesIO(full.content)).size == (2048, 683)
    assert full.headers["content-type"] == "image/jpeg"
    assert full.headers["x-content-type-options"] == "nosniff"
    assert full.headers["content-disposition"] == "inline"
    assert "private" in full.headers["cache-control"]
    thumb = await client.get(made["thumb_url"])
    assert Image.open(io.BytesIO(thumb.content)).size == (400, 133)


async def test_names_never_become_paths(
    client: httpx.AsyncClient, people: People, tmp_path: Path
) -> None:
    await send(client, people.sign_in(7), photo(), name="../../evil.php")
    kept = kept_below(tmp_path / "files")
    assert len(kept) == 2
    assert all(len(one.name) == 48 and one.name.isalnum() for one in kept)
    assert not [one for one in kept_below(tmp_path) if "evil" in one.name]


BAD = {
    "an SVG": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "an SVG with a head": b"<?xml version='1.0'?><svg/>",
    "a page": b"<html><script>alert(1)</script>",
    "a program": b"MZ\x90\0",
    "a GIF": b"GIF89a" + b"\0" * 40,
    "nothing": b"",
    "a picture by its first bytes only": b"\xff\xd8\xff\xe0" + b"\0" * 200,
    "half a picture": photo()[:600],
    "a bomb": bomb(),
    "a long voice note": voice(75),
    "a spreadsheet": b"PK\x03\x04" + b"\0" * 30,
}


@pytest.mark.parametrize("what", BAD)
async def test_what_is_no_good_is_refused_in_words(
    client: httpx.AsyncClient, people: People, what: str
) -> None:
    answer = await send(client, people.sign_in(7), BAD[what])
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_file")
    assert any("\u4e00" <= one <= "\u9fff" for one in answer.json()["detail"])
    assert await File.all().count() == 0


async def test_what_is_too_large_is_refused(client: httpx.AsyncClient, people: People) -> None:
    headers = people.sign_in(7)
    for content, purpose in ((voice(300), "order"), (photo() + b"\0" * 5_300_000, "avatar")):
        answer = await send(client, headers, content, purpose)
        assert (answer.status_code, answer.json()["code"]) == (413, "file_too_large")
    whole = await send(client, headers, b"\xff\xd8\xff" + b"\0" * (15 * rules.MEGABYTE + 70_000))
    assert whole.status_code == 413


async def test_purposes_allow_their_own_kinds_only(
    client: httpx.AsyncClient, people: People
) -> None:
    resident = people.sign_in(7)
    assert (await send(client, resident, voice(2), "avatar")).status_code == 422
    assert (await send(client, resident, photo(), "import")).status_code == 403
    odd = await send(client, resident, photo(), "poster")
    assert odd.json()["errors"][0]["field"] == "purpose"
    assert (await client.post(FILES, headers=resident)).status_code == 422
    assert (await send(client, {}, photo())).status_code == 401


async def test_spreadsheets_are_for_those_who_import(
    client: httpx.AsyncClient, people: People
) -> None:
    office = people.sign_in(9, (Role.COUNTY_OFFICE, 1, "/1/"))
    made = io.BytesIO()
    import xlsxwriter

    with xlsxwriter.Workbook(made) as book:
        book.add_worksheet()
    answer = await send(client, office, made.getvalue(), "import", "楼栋.xlsx")
    assert answer.status_code == 201
    got = await client.get(answer.json()["url"])
    assert got.headers["content-disposition"].startswith("attachment")
    assert got.content == made.getvalue()
    assert (await send(client, office, b"PK\x03\x04junk", "import")).status_code == 422


async def test_a_voice_note_can_be_played_piece_by_piece(
    client: httpx.AsyncClient, people: People
) -> None:
    answer = await send(client, people.sign_in(7), voice(3.2))
    made = answer.json()
    assert (made["kind"], made["seconds"], made["thumb_url"]) == ("audio", math.ceil(3.2), None)
    whole = (await client.get(made["url"])).content
    part = await client.get(made["url"], headers={"range": "bytes=100-199"})
    assert (part.status_code, part.content) == (206, whole[100:200])
    assert part.headers["content-range"] == f"bytes 100-199/{len(whole)}"
    beyond = await client.get(made["url"], headers={"range": f"bytes={len(whole)}-"})
    assert beyond.status_code == 416


def changed(url: str, **parts: object) -> str:
    split = urlsplit(url)
    return f"{split.path}?{urlencode(dict(parse_qsl(split.query)) | parts)}"


async def test_only_a_whole_and_fresh_address_opens(
    client: httpx.AsyncClient, people: People
) -> None:
    headers = people.sign_in(7)
    one = (await send(client, headers, photo())).json()
    other = (await send(client, headers, photo())).json()
    forged = {
        "signature": changed(one["url"], signature="A" * 32),
        "later": changed(one["url"], expires=int(clock.now().timestamp()) + 10**6),
        "other variant": changed(one["url"], variant="thumb"),
        "other file": one["url"].replace(f"/{one['id']}/", f"/{other['id']}/"),
    }
    for what, url in forged.items():
        answer = await client.get(url)
        assert (answer.status_code, answer.json()["code"]) == (403, "link_expired"), what
    for bad in (changed(one["url"], variant="raw"), changed(one["url"], expires=-1)):
        assert (await client.get(bad)).status_code == 422
    assert (await client.get(f"{FILES}/{one['id']}/content")).status_code == 422
    with time_machine.travel(clock.now() + timedelta(minutes=31)):
        assert (await client.get(one["url"])).status_code == 403
    assert (await client.get(one["url"])).status_code == 200


async def test_addresses_stay_the_same_for_a_while_so_that_phones_can_cache(
    client: httpx.AsyncClient, people: People
) -> None:
    from backend.foundation.files import queries

    file_id = (await send(client, people.sign_in(7), photo())).json()["id"]
    begin = clock.now().replace(minute=30, second=1)
    urls = []
    for minutes in (0, 14, 15):
        with time_machine.travel(begin + timedelta(minutes=minutes)):
            urls.append((await queries.links([file_id]))[file_id].url)
    assert urls[0] == urls[1] != urls[2]


async def test_a_blocked_picture_is_hidden(client: httpx.AsyncClient, people: People) -> None:
    from backend.foundation.files import queries

    made = (await send(client, people.sign_in(7), photo())).json()
    await File.filter(id=made["id"]).update(trace_id="trace-1", status=Moderation.ASKED)
    await service.take_verdict(verdict("trace-1", "risky"))
    assert (await client.get(made["url"])).status_code == 404
    link = (await queries.links([made["id"]]))[made["id"]]
    assert link.is_blocked
    assert link.url == link.thumb_url == f"{FILES}/placeholder"
    shown = await client.get(link.url)
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/svg+xml")
    assert "sandbox" in shown.headers["content-security-policy"]


async def test_uploads_that_wait_are_counted(client: httpx.AsyncClient, people: People) -> None:
    content = photo((8, 8))
    first = people.sign_in(7)
    row = await File.get(id=(await send(client, first, content)).json()["id"])
    facts = {name: getattr(row, name) for name in ("purpose", "kind", "media_type", "bytes")}
    facts |= {"owner_id": 7, "sha256": row.sha256, "created_at": row.created_at}
    many = range(rules.MOST_UNATTACHED - 1)
    await File.bulk_create([File(key=f"{one:032}", **facts) for one in many])
    assert (await send(client, first, content)).status_code == 429
    assert (await send(client, people.sign_in(8), content)).status_code == 201


async def test_a_crash_between_row_and_bytes_leaves_nothing_to_attach(
    client: httpx.AsyncClient, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(storage(), "put", full)
    answer = await send(client, people.sign_in(7), photo())
    assert answer.status_code >= 500
    row = await File.get()
    assert row.stored_at is None
