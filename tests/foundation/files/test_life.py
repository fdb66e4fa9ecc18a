"""What becomes of files: judged, used, forgotten."""

import asyncio
import io
from datetime import timedelta
from itertools import count

import httpx
import pytest
from PIL import Image

from backend.core import clock, database, jobs
from backend.core.actor import Actor
from backend.core.events import emit
from backend.foundation.files import queries, service
from backend.foundation.files.models import File, Kind, Moderation, Purpose
from backend.foundation.identity.events import UserErased
from backend.foundation.identity.models import User
from backend.foundation.identity.schemas import MeChange
from backend.foundation.identity.service import change_me
from backend.integrations.storage import storage
from backend.integrations.wechat_push import Push
from tests.conftest import People
from tests.wechat_mock.conftest import Mock
from wechat_mock.world import Injected

OPENID = "oResident0001"
NUMBERS = count(1)


async def kept(owner_id: int, purpose: Purpose = Purpose.ORDER, **more: object) -> File:
    """A file whose bytes really lie in the storage."""
    now = clock.now()
    key = f"{next(NUMBERS):048x}"
    await storage().put(key, b"bytes")
    facts = {"created_at": now, "stored_at": now, "subject": ""}
    return await File.create(
        owner_id=owner_id,
        purpose=purpose,
        kind=Kind.IMAGE,
        media_type="image/jpeg",
        bytes=5,
        key=key,
        sha256="0" * 64,
        **{**facts, **more},
    )


def verdict(trace_id: str, suggest: str | None, age: int = 0) -> Push:
    said = {"result": {"suggest": suggest, "label": 100}} if suggest else {"errcode": -1008}
    message = {"trace_id": trace_id, "version": 2} | said
    created_at = int(clock.now().timestamp()) - age
    return Push("key", "event", "wxa_media_check", OPENID, created_at, message)


async def settle() -> None:
    """Let the worker do what is due."""
    while await jobs.run_due():
        pass


async def attached(owner_id: int) -> File:
    async with database.transaction():
        (row,) = await service.attach(Actor(owner_id), [(await kept(owner_id)).id], "order:1")
    await settle()
    return await File.get(id=row.id)


async def test_a_used_picture_is_shown_to_moderation(weixin: Mock) -> None:
    user = await User.create(openid=OPENID)
    weixin.world.visit(OPENID)
    row = await attached(user.id)
    assert row.status is Moderation.ASKED
    assert row.trace_id
    assert weixin.world.calls["/wxa/media_check_async"] == 1
    await service.take_verdict(verdict(row.trace_id, "review"))
    assert (await File.get(id=row.id)).status is Moderation.PASSED
    await service.take_verdict(verdict(row.trace_id, "risky"))
    assert (await File.get(id=row.id)).status is Moderation.BLOCKED
    await service.take_verdict(verdict(row.trace_id, "pass"))
    assert (await File.get(id=row.id)).status is Moderation.BLOCKED


async def test_a_verdict_ahead_of_its_question_waits_for_it(weixin: Mock) -> None:
    with pytest.raises(service.NotYetAsked):
        await service.take_verdict(verdict("early", "risky"))
    await service.take_verdict(verdict("never", "risky", age=600))


async def test_what_wechat_could_not_fetch_stays(weixin: Mock) -> None:
    row = await kept(7, status=Moderation.ASKED, trace_id="t")
    await service.take_verdict(verdict("t", None))
    assert (await File.get(id=row.id)).status is Moderation.UNJUDGED


async def test_the_whole_way_of_moderation(
    pushing: Mock, client: httpx.AsyncClient, people: People
) -> None:
    """Uploaded, used, fetched by WeChat at our signed address, judged by push, hidden."""
    user = await User.create(openid=OPENID)
    pushing.world.visit(OPENID)
    pushing.world.media_verdicts.append({"match": "/content", "suggest": "risky", "label": 20002})
    picture = io.BytesIO()
    Image.new("RGB", (9, 9)).save(picture, "PNG")
    form = {"files": {"file": ("a.png", picture.getvalue())}, "data": {"purpose": "order"}}
    answer = await client.post("/api/v1/files", headers=people.sign_in(user.id), **form)
    async with database.transaction():
        await service.attach(Actor(user.id), [answer.json()["id"]], "order:1")
    await settle()
    for _ in range(3000):
        await asyncio.sleep(0.02)
        await settle()
        if (await File.get()).status is Moderation.BLOCKED:
            break
    assert pushing.world.pushes[-1]["delivered"]
    assert (await client.get(answer.json()["url"])).status_code == 404


async def test_the_export_tells_of_ones_files(weixin: Mock) -> None:
    await kept(7)
    await kept(8)
    assert len((await queries.about(7))["上传的文件"]) == 1


async def test_somebody_long_away_is_not_judged_and_their_picture_stays(weixin: Mock) -> None:
    user = await User.create(openid=OPENID)
    row = await attached(user.id)
    assert row.status is Moderation.UNJUDGED
    assert not (await queries.links([row.id]))[row.id].is_blocked
    assert await jobs.Job.all().count() == 0


async def test_moderation_that_does_not_answer_is_asked_again(weixin: Mock) -> None:
    user = await User.create(openid=OPENID)
    weixin.world.visit(OPENID)
    weixin.world.injected.append(Injected("/wxa/media_check_async", errcode=45009))
    row = await attached(user.id)
    assert row.status is Moderation.WAITING
    await jobs.Job.all().update(run_at=clock.now())
    await settle()
    assert (await File.get(id=row.id)).status is Moderation.ASKED


async def test_uploads_nobody_used_are_gone_after_a_day(weixin: Mock) -> None:
    old = clock.now() - timedelta(days=1, minutes=1)
    unused = await kept(7, created_at=old)
    never_stored = await kept(7, created_at=old, stored_at=None)
    used = await kept(7, created_at=old, subject="order:1")
    fresh = await kept(7)
    assert await service.remove_unattached() == 2
    await settle()
    left = set(await File.all().values_list("id", flat=True))
    assert left == {used.id, fresh.id}
    assert not await storage().exists(unused.key)
    assert not await storage().exists(never_stored.key)
    assert await storage().exists(used.key)


async def test_who_leaves_leaves_nothing_of_their_own(weixin: Mock) -> None:
    """Photos of a demand stay with it and no longer say whose they are."""
    loose = await kept(7)
    face = await kept(7, Purpose.AVATAR, subject="user:7")
    evidence = await kept(7, subject="order:1")
    other = await kept(8)
    async with database.transaction():
        await emit(UserErased(7))
    await settle()
    left = {row.id: row.owner_id for row in await File.all()}
    assert left == {evidence.id: 0, other.id: 8}
    assert not await storage().exists(loose.key)
    assert not await storage().exists(face.key)
    assert await storage().exists(evidence.key)


async def choose(user_id: int, file_id: int) -> str | None:
    async with database.transaction():
        return (await change_me(Actor(user_id), MeChange(avatar_id=file_id))).avatar_url


async def test_an_avatar_is_kept_and_the_one_before_it_removed(weixin: Mock) -> None:
    user = await User.create(openid=OPENID)
    first, second = await kept(user.id, Purpose.AVATAR), await kept(user.id, Purpose.AVATAR)
    for row in (first, second):
        await File.filter(id=row.id).update(thumb_key=f"{row.key[:-1]}t")
    assert f"/files/{first.id}/content" in (await choose(user.id, first.id) or "")
    await settle()
    await choose(user.id, second.id)
    await settle()
    row = await File.get()
    assert (row.id, row.subject) == (second.id, f"user:{user.id}")


@pytest.mark.parametrize("spoilt", ["another's", "for an order"])
async def test_only_ones_own_avatar_can_be_chosen(weixin: Mock, spoilt: str) -> None:
    user = await User.create(openid=OPENID)
    owner, purpose = {
        "another's": (user.id + 1, Purpose.AVATAR),
        "for an order": (user.id, Purpose.ORDER),
    }[spoilt]
    row = await kept(owner, purpose)
    with pytest.raises(Exception, match="有误"):
        await choose(user.id, row.id)
