"""Inbox, health and rulings over HTTP; what WeChat's pushes change."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import time_machine

from backend.core import clock, crypto, database, sealing
from backend.core.actor import Role
from backend.foundation.audit.models import Entry
from backend.foundation.notify import messages, queries, service
from backend.foundation.notify.models import Delivery, Message
from backend.foundation.notify.models import DeliveryStatus as Status
from backend.foundation.notify.rules import Reason
from backend.integrations.wechat_push import Push, Subscription
from tests.conftest import KEYS, People
from tests.foundation.notify.sending import (
    ALL,
    SEND,
    TAKEN,
    openid_of,
    person,
    quota,
    settle,
    tell,
)
from tests.wechat_mock.conftest import Mock
from wechat_mock.world import Injected

API = "/api/v1"
NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
ADMIN = (Role.ADMINISTRATOR, 1, "/1/")


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(messages, "known", lambda: ALL)
    today = clock.now().replace(hour=4, minute=0)
    with time_machine.travel(today):
        yield


async def test_the_inbox_is_read_page_by_page(client: httpx.AsyncClient, people: People) -> None:
    mine, others = people.sign_in(7), people.sign_in(8)
    for number in range(5):
        await tell(7, title=f"第{number}件")
    await tell(8)
    first = (await client.get(f"{API}/inbox", params={"limit": 3}, headers=mine)).json()
    assert [one["text"] for one in first["items"]] == [f"「第{n}件」由王处理。" for n in (4, 3, 2)]
    assert first["items"][0]["link"] == "/pages/order/index?id=1"
    query = {"limit": 3, "cursor": first["next"]}
    second = (await client.get(f"{API}/inbox", params=query, headers=mine)).json()
    assert len(second["items"]) == 2
    assert second["next"] is None
    assert (await client.get(f"{API}/inbox/unread", headers=mine)).json() == {"count": 5}
    one = first["items"][0]["id"]
    assert (await client.post(f"{API}/inbox/{one}/read", headers=others)).status_code == 404
    for _ in range(2):
        assert (await client.post(f"{API}/inbox/{one}/read", headers=mine)).status_code == 200
    assert (await client.get(f"{API}/inbox/unread", headers=mine)).json() == {"count": 4}
    assert (await client.post(f"{API}/inbox/read-all", headers=mine)).status_code == 200
    assert (await client.get(f"{API}/inbox/unread", headers=mine)).json() == {"count": 0}
    assert (await client.get(f"{API}/inbox/unread", headers=others)).json() == {"count": 1}
    assert (await client.get(f"{API}/inbox")).status_code == 401
    bad = await client.get(f"{API}/inbox", params={"cursor": "zzz"}, headers=mine)
    assert bad.status_code == 422


async def lost(weixin: Mock, user_id: int, *, is_late: bool = True) -> Delivery:
    weixin.world.injected.append(Injected(SEND, http_status=502, body="x", is_late=is_late))
    row = await tell(user_id)
    await settle()
    row = await Delivery.get(id=row.id)
    assert row.status is Status.UNKNOWN
    return row


async def test_health_tells_what_went_how(
    weixin: Mock, client: httpx.AsyncClient, people: People
) -> None:
    user_id = await person(weixin, agreed=2)
    await tell(user_id)
    await settle()
    unknown = await lost(weixin, user_id)
    await tell(user_id)
    old = await tell(user_id)
    await Delivery.filter(id=old.id).update(created_at=clock.now() - timedelta(hours=25))
    waiting = await tell(await person(weixin))
    office = people.sign_in(99, (Role.COUNTY_OFFICE, 1, "/1/"))
    found = (await client.get(f"{API}/deliveries/health", headers=office)).json()
    assert found["statuses"] == {"sent": 1, "unknown": 1, "skipped": 1, "waiting": 1}
    assert found["templates"] == [
        {"template": TAKEN.key, "title": TAKEN.called, "statuses": found["statuses"]}
    ]
    assert [one["id"] for one in found["unknown"]] == [unknown.id]
    assert found["unknown"][0]["status_name"] == "结果不明"
    oldest = datetime.fromisoformat(found["oldest_waiting_at"])
    assert abs((oldest - waiting.created_at).total_seconds()) < 1
    assert "路灯" not in str(found)
    for who in ((), ((Role.SECRETARY, 1, "/1/"),)):
        headers = people.sign_in(5, *who)
        assert (await client.get(f"{API}/deliveries/health", headers=headers)).status_code == 403


@pytest.mark.parametrize("ruling", ["mark-sent", "resend"])
async def test_an_administrator_rules_on_the_unknown(
    weixin: Mock, client: httpx.AsyncClient, people: People, ruling: str
) -> None:
    user_id = await person(weixin)
    row = await lost(weixin, user_id, is_late=False)
    admin = people.sign_in(99, ADMIN)
    office = people.sign_in(98, (Role.COUNTY_OFFICE, 1, "/1/"))
    url = f"{API}/deliveries/{row.id}/{ruling}"
    assert (await client.post(url, headers=office)).status_code == 403
    assert (await client.post(url, headers=admin)).status_code == 200
    assert (await client.post(url, headers=admin)).status_code == 409
    missing = f"{API}/deliveries/999999/{ruling}"
    assert (await client.post(missing, headers=admin)).status_code == 404
    await settle()
    assert (await Delivery.get(id=row.id)).status is Status.SENT
    assert len(weixin.world.messages) == (ruling == "resend")
    assert await quota(user_id) == 0
    entry = await Entry.get(subject=f"delivery:{row.id}")
    assert entry.actor_id == 99


async def test_a_push_is_the_answer_that_was_lost(pushing: Mock, client: httpx.AsyncClient) -> None:
    """The reply to our call was lost; then WeChat tells of the message by push."""
    user_id = await person(pushing)
    pushing.world.injected.append(Injected(SEND, http_status=502, body="x", is_late=True))
    row = await tell(user_id)
    for _ in range(3000):
        await settle()
        row = await Delivery.get(id=row.id)
        if row.status is Status.SENT:
            break
        await asyncio.sleep(0.02)
    assert (row.status, row.errcode) == (Status.SENT, 0), "there was an answer, but not to us"
    assert row.wechat_id == str(pushing.world.messages[0]["id"])
    assert pushing.world.calls[SEND] == 1


async def outcome(user_id: int, message_id: str, code: int = 0) -> None:
    at = int(clock.now().timestamp())
    push = Push("k", "event", "subscribe_msg_sent_event", openid_of(user_id), at, {})
    async with database.transaction():
        await service.take_pushed_outcome(push, Subscription(TAKEN.key, "", message_id, code))


async def test_a_push_that_could_mean_two_means_neither(weixin: Mock) -> None:
    user_id = await person(weixin, agreed=3)
    first, second = await lost(weixin, user_id), await lost(weixin, user_id)
    await outcome(user_id, "777")
    statuses = {(await Delivery.get(id=one.id)).status for one in (first, second)}
    assert statuses == {Status.UNKNOWN}


async def test_a_push_ahead_of_its_answer_waits(weixin: Mock) -> None:
    user_id = await person(weixin, agreed=3)
    await lost(weixin, user_id)
    row = await tell(user_id)
    await Delivery.filter(id=row.id).update(status=Status.SENDING)
    with pytest.raises(service.StillSending):
        await outcome(user_id, "777")


async def test_what_bounced_is_not_sent_and_ends_consent(weixin: Mock) -> None:
    user_id = await person(weixin, agreed=3)
    row = await tell(user_id)
    await settle()
    row = await Delivery.get(id=row.id)
    await outcome(user_id, row.wechat_id or "", 0)
    assert (await Delivery.get(id=row.id)).status is Status.SENT
    await outcome(user_id, row.wechat_id or "", 1003)
    row = await Delivery.get(id=row.id)
    assert (row.status, row.reason, row.errcode) == (Status.REFUSED, Reason.BOUNCED, 1003)
    assert await quota(user_id) == 0


async def test_sealed_words_are_sealed_anew(db: str) -> None:
    await tell(7, title="旧钥匙")
    newer = crypto.new_key("newer")
    crypto.configure(f"{newer},{KEYS}")
    assert await sealing.seal_anew(1) == 2
    assert await sealing.seal_anew() == 0
    crypto.configure(newer)
    kept = (await queries.about(7))["消息"]
    assert kept[0]["内容"] == "「旧钥匙」由王处理。"
    assert (await Message.get()).words.startswith("newer.")
