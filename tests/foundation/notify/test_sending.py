"""One message, one call, and the truth about what became of it."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial

import pytest
import time_machine

from backend.core import database, jobs
from backend.core.events import emit
from backend.foundation.identity.events import UserErased
from backend.foundation.identity.models import User
from backend.foundation.notify import messages, queries, service
from backend.foundation.notify.models import Consent, ConsentEntry, Delivery, Message
from backend.foundation.notify.models import DeliveryStatus as Status
from backend.foundation.notify.rules import Reason
from tests.foundation.notify.sending import (
    ALL,
    QUIET,
    SEND,
    TAKEN,
    URGENT,
    insist,
    much_later,
    openid_of,
    person,
    quota,
    settle,
    tell,
)
from tests.wechat_mock.conftest import Mock
from wechat_mock.world import Injected

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
LATE = datetime(2026, 11, 22, 15, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(messages, "known", lambda: ALL)
    with time_machine.travel(NOON):
        yield


async def after(row: Delivery) -> Delivery:
    return await Delivery.get(id=row.id)


async def test_who_agreed_gets_one_message(weixin: Mock) -> None:
    user_id = await person(weixin)
    row = await tell(user_id, title="三单元门口的路灯不亮了\n晚上看不见路，老人孩子都怕摔跤")
    await settle()
    (got,) = weixin.world.messages
    assert got["openid"] == openid_of(user_id)
    assert got["page"] == "pages/order/index?id=1"
    assert got["data"]["thing1"] == "三单元门口的路灯不亮了 晚上看不见路，…"
    row = await after(row)
    assert (row.status, row.wechat_id) == (Status.SENT, str(got["id"]))
    assert await quota(user_id) == 0
    assert await jobs.Job.all().count() == 0


async def test_who_did_not_agree_finds_it_in_the_inbox(weixin: Mock) -> None:
    user_id = await person(weixin, agreed=0)
    row = await tell(user_id)
    assert (row.status, row.reason) == (Status.SKIPPED, Reason.NO_CONSENT)
    assert await jobs.Job.all().count() == 0
    assert await Message.filter(user_id=user_id).count() == 1


async def test_messages_without_a_wechat_side_stay_in_the_inbox(weixin: Mock) -> None:
    await service.send(QUIET, to=await person(weixin), title="x")
    assert await Delivery.all().count() == 0


async def test_43101_stops_and_empties_the_count(weixin: Mock) -> None:
    """Ours said three, WeChat's none: routine, and asked once only."""
    user_id = await person(weixin, agreed=0, counted=3)
    row = await after(await tell(user_id))
    await settle()
    row = await after(row)
    assert (row.status, row.errcode) == (Status.REFUSED, 43101)
    assert await quota(user_id) == 0
    await much_later()
    assert weixin.world.calls[SEND] == 1
    assert (await tell(user_id)).status is Status.SKIPPED


@pytest.mark.parametrize("errcode", [45009, -1, 43108, 40164])
async def test_throttling_is_waited_out(weixin: Mock, errcode: int) -> None:
    user_id = await person(weixin)
    weixin.world.injected.append(Injected(SEND, errcode=errcode, times=2))
    row = await tell(user_id)
    await settle()
    assert (await after(row)).status is Status.WAITING
    assert await quota(user_id) == 1
    (job,) = await jobs.Job.all()
    assert (job.run_at - NOON).total_seconds() >= 29
    await much_later()
    await much_later()
    assert (await after(row)).status is Status.SENT
    assert len(weixin.world.messages) == 1
    assert await quota(user_id) == 0


async def test_throttling_without_end_is_given_up(weixin: Mock) -> None:
    user_id = await person(weixin)
    weixin.world.injected.append(Injected(SEND, errcode=45009, times=100))
    row = await tell(user_id)
    for _ in range(12):
        await much_later()
    assert (await after(row)).status is Status.FAILED
    assert weixin.world.calls[SEND] == service.rules.MOST_ATTEMPTS
    assert await quota(user_id) == 1


@pytest.mark.parametrize("errcode", [47003, 40037, 40003, 41030])
async def test_what_wechat_will_never_take_fails_at_once(weixin: Mock, errcode: int) -> None:
    user_id = await person(weixin)
    weixin.world.injected.append(Injected(SEND, errcode=errcode))
    row = await tell(user_id)
    await settle()
    await much_later()
    row = await after(row)
    assert (row.status, row.errcode) == (Status.FAILED, errcode)
    assert weixin.world.calls[SEND] == 1
    assert await quota(user_id) == 1


@pytest.mark.parametrize(
    "failure",
    [
        Injected(SEND, http_status=502, body="bad gateway", is_late=True),
        Injected(SEND, body="<html>", is_late=True),
        Injected(SEND, latency_ms=6000, is_late=True),
    ],
    ids=["502", "unreadable", "silence"],
)
async def test_a_lost_answer_is_unknown_and_never_sent_again(
    weixin: Mock, failure: Injected
) -> None:
    user_id = await person(weixin, agreed=5)
    weixin.world.injected.append(failure)
    row = await tell(user_id)
    await settle()
    assert ((await after(row)).status, (await after(row)).reason) == (
        Status.UNKNOWN,
        Reason.NO_ANSWER,
    )
    for _ in range(3):
        await much_later()
    assert weixin.world.calls[SEND] == 1
    assert len(weixin.world.messages) == 1
    assert await quota(user_id) == 4


@pytest.mark.parametrize("moment", ["_call", "_finish"])
async def test_a_crash_while_sending_is_unknown_and_never_sent_again(
    weixin: Mock, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """The worker dies before the call, or between the call and writing down its outcome."""

    async def die(*_: object) -> None:
        raise RuntimeError("the worker is gone")

    user_id = await person(weixin, agreed=5)
    row = await tell(user_id)
    with monkeypatch.context() as crash:
        crash.setattr(service, moment, die)
        await settle()
    assert (await after(row)).status is Status.SENDING
    await jobs.Job.all().update(run_at=NOON)
    await settle()
    assert (await after(row)).status is Status.SENDING, "too early to give up: it may still run"
    for _ in range(3):
        await much_later()
    row = await after(row)
    assert (row.status, row.reason) == (Status.UNKNOWN, Reason.CRASHED)
    assert len(weixin.world.messages) == (moment == "_finish")
    assert [one.id for one in (await queries.health()).unknown] == [row.id]


async def test_two_workers_send_one_message(weixin: Mock) -> None:
    user_id = await person(weixin, agreed=5)
    row = await tell(user_id)
    await asyncio.gather(
        *(service.deliver(delivery_id=row.id) for _ in range(6)), return_exceptions=True
    )
    assert len(weixin.world.messages) == 1
    assert (await after(row)).status is Status.SENT
    assert await quota(user_id) == 4


async def test_quota_is_never_overdrawn(weixin: Mock) -> None:
    """Twelve messages at once, three consents: three go out, nine do not, none is refused."""
    user_id = await person(weixin, agreed=3)
    weixin.world.settings.send_seconds = 0
    told = [await tell(user_id) for _ in range(12)]
    assert all(one.status is Status.WAITING for one in told)

    await asyncio.gather(*(insist(partial(service.deliver, delivery_id=one.id)) for one in told))
    await much_later()
    statuses = [one.status for one in await Delivery.all()]
    assert statuses.count(Status.SENT) == 3
    assert statuses.count(Status.SKIPPED) == 9
    assert await quota(user_id) == 0


async def test_at_night_only_the_urgent_is_sent(weixin: Mock) -> None:
    user_id = await person(weixin, agreed=2)
    with time_machine.travel(LATE):
        calm, urgent = await tell(user_id), await tell(user_id, URGENT)
        await settle()
        assert (await after(urgent)).status is Status.SENT
        assert (await after(calm)).status is Status.WAITING
        assert await Message.filter(user_id=user_id).count() == 2
        (job,) = await jobs.Job.all()
        late = job.run_at - datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
        assert 0 <= late.total_seconds() < 5, "8 in the morning there"
        await jobs.Job.all().update(run_at=LATE)
        await settle()
        assert (await after(calm)).status is Status.WAITING
    with time_machine.travel(datetime(2026, 11, 23, 0, 0, 9, tzinfo=UTC)):
        await settle()
    assert (await after(calm)).status is Status.SENT


async def test_what_was_read_meanwhile_is_not_sent(weixin: Mock) -> None:
    user_id = await person(weixin)
    row = await tell(user_id)
    await Message.filter(user_id=user_id).update(read_at=NOON)
    await settle()
    row = await after(row)
    assert (row.status, row.reason) == (Status.SKIPPED, Reason.ALREADY_READ)
    assert await quota(user_id) == 1


async def test_without_wechat_or_template_there_is_no_call(
    weixin: Mock, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger, other = await person(weixin), await person(weixin)
    first, second = await tell(stranger), await tell(other)
    await User.filter(id=stranger).update(openid=None)
    await service.deliver(delivery_id=first.id)
    monkeypatch.setattr(queries, "wechat_id", lambda _: None)
    await service.deliver(delivery_id=second.id)
    found = [(await after(one)).reason for one in (first, second)]
    assert found == [Reason.NO_WECHAT, Reason.NO_TEMPLATE]
    assert weixin.world.calls[SEND] == 0
    await service.deliver(delivery_id=10**9)


async def test_who_has_left_is_told_nothing_more_and_nothing_is_kept(weixin: Mock) -> None:
    user_id, other = await person(weixin), await person(weixin)
    await tell(user_id)
    await tell(other)
    await User.filter(id=user_id).update(openid=None, erased_at=NOON)
    async with database.transaction():
        await emit(UserErased(user_id))
    await settle()
    await service.send(TAKEN, to=user_id, title="x", who="y")
    await service.send(TAKEN, to=0, title="x", who="y")
    for kept in (Message, Delivery, Consent, ConsentEntry):
        assert set(await kept.all().values_list("user_id", flat=True)) == {other}
