"""Attaching: one's own, unused, whole or not at all."""

import pytest

from backend.core import clock, database
from backend.core.actor import Actor
from backend.core.errors import NotFound
from backend.foundation.files import queries, service
from backend.foundation.files.models import File, Kind, Purpose


async def upload(owner_id: int, key: str, **more: object) -> File:
    now = clock.now()
    facts = {"width": 10, "height": 20, "stored_at": now, "thumb_key": f"{key}t"}
    return await File.create(
        owner_id=owner_id,
        purpose=Purpose.ORDER,
        kind=Kind.IMAGE,
        media_type="image/jpeg",
        bytes=100,
        key=key,
        sha256="0" * 64,
        created_at=now,
        **{**facts, **more},
    )


async def test_own_files_are_attached_in_the_given_order(db: str) -> None:
    first, second = await upload(7, "a"), await upload(7, "b")
    got = await service.attach(Actor(7), [second.id, first.id, second.id], "order:1")
    assert [one.id for one in got] == [second.id, first.id]
    assert {one.subject for one in got} == {"order:1"}


@pytest.mark.parametrize("spoilt", ["another's", "attached", "deleted", "not stored", "unknown"])
async def test_one_bad_file_spoils_all(db: str, spoilt: str) -> None:
    good = await upload(7, "a")
    now = clock.now()
    bad = {
        "another's": lambda: upload(8, "b"),
        "attached": lambda: upload(7, "b", subject="order:9"),
        "deleted": lambda: upload(7, "b", deleted_at=now),
        "not stored": lambda: upload(7, "b", stored_at=None),
    }
    bad_id = (await bad[spoilt]()).id if spoilt in bad else 10**12
    with pytest.raises(NotFound):
        async with database.transaction():
            await service.attach(Actor(7), [good.id, bad_id], "order:1")
    assert (await File.get(id=good.id)).subject == ""


async def test_links_leave_out_what_is_gone(db: str) -> None:
    here, gone = await upload(7, "a"), await upload(7, "b", deleted_at=clock.now())
    found = await queries.links([here.id, gone.id, 10**12])
    assert list(found) == [here.id]
    assert found[here.id].url.startswith(f"/api/v1/files/{here.id}/content?variant=full&expires=")
    assert found[here.id].thumb_url
    assert (found[here.id].width, found[here.id].kind) == (10, Kind.IMAGE)
