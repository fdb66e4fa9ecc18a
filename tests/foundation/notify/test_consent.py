"""The book of consent: every change has its entry, and what is told twice counts once."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count

import httpx
import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.core import clock, database
from backend.foundation.identity.models import User
from backend.foundation.notify import messages, service
from backend.foundation.notify.models import Consent, ConsentEntry, Delivery
from backend.foundation.notify.rules import Cause, Source
from backend.integrations.wechat_push import Push, Subscription
from tests.conftest import People
from tests.foundation.notify.sending import ALL, LATER, TAKEN, insist, openid_of, quota, tell

URL = "/api/v1/subscriptions"
NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
NUMBERS = count()


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(messages, "known", lambda: ALL)
    with time_machine.travel(NOON, tick=False):
        yield


async def resident() -> int:
    user = await User.create()
    await User.filter(id=user.id).update(openid=openid_of(user.id))
    return user.id


async def by_phone(user_id: int, answer: str = "accept", after: int = 0) -> None:
    with time_machine.travel(NOON + timedelta(seconds=after)):
        async with database.transaction():
            now = clock.now()
            await service._take_answer(user_id, TAKEN.key, Cause(answer), Source.PHONE, now)


async def by_push(user_id: int, answer: str = "accept", after: int = 0) -> None:
    at = int(NOON.timestamp()) + after
    push = Push("k", "event", "subscribe_msg_popup_event", openid_of(user_id), at, {})
    async with database.transaction():
        await service.take_pushed_answer(push, Subscription(TAKEN.key, answer))  # type: ignore[arg-type]


async def test_phone_and_push_tell_of_one_tap(db: str) -> None:
    first, second = await resident(), await resident()
    await by_phone(first)
    await by_push(first, after=3)
    await by_push(second)
    await by_phone(second, after=30)
    assert await quota(first) == await quota(second) == 1
    assert await ConsentEntry.filter(user_id=first).count() == 2


async def test_two_taps_are_two(db: str) -> None:
    user_id = await resident()
    for after in (0, 20):
        await by_phone(user_id, after=after)
    for after in (1, 21):
        await by_push(user_id, after=after)
    assert await quota(user_id) == 2


async def test_a_push_alone_counts_and_so_does_a_phone_alone(db: str) -> None:
    user_id = await resident()
    await by_push(user_id)
    await by_phone(user_id, after=600)
    assert await quota(user_id) == 2


@pytest.mark.parametrize(("answer", "left"), [("reject", 0), ("ban", 0), ("filter", 2)])
async def test_no_means_no(db: str, answer: str, left: int) -> None:
    user_id = await resident()
    await by_phone(user_id)
    await by_phone(user_id)
    await by_phone(user_id, answer)
    assert await quota(user_id) == left


async def test_pushes_about_strangers_and_other_templates_are_let_go(db: str) -> None:
    user_id = await resident()
    push = Push("k", "event", "subscribe_msg_popup_event", "oNobodyAtAll", 0, {})
    await service.take_pushed_answer(push, Subscription(TAKEN.key, "accept"))
    known = Push("k", "event", "subscribe_msg_popup_event", openid_of(user_id), 0, {})
    await service.take_pushed_answer(known, Subscription("somebody-elses", "accept"))
    assert await ConsentEntry.all().count() == 0


async def test_what_to_ask_for_and_what_was_answered(
    client: httpx.AsyncClient, people: People
) -> None:
    headers = people.sign_in(await resident())
    asked = await client.get(URL, params={"scene": "report"}, headers=headers)
    assert asked.json() == [
        {"template_id": TAKEN.key, "title": TAKEN.called, "reason": TAKEN.reason, "quota": 0},
        {"template_id": LATER.key, "title": "回复", "reason": "", "quota": 0},
    ]
    results = {TAKEN.key: "accept", LATER.key: "reject"}
    told = await client.post(URL, json={"results": results}, headers=headers)
    assert {one["template_id"]: one["quota"] for one in told.json()} == {TAKEN.key: 1, LATER.key: 0}
    asked = await client.get(URL, params={"scene": "report"}, headers=headers)
    assert [one["template_id"] for one in asked.json()] == [LATER.key, TAKEN.key]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"results": {}},
        {"results": {"no.such": "accept"}},
        {"results": {TAKEN.key: "yes"}},
        {"results": {"test.inbox": "accept"}},
        {"results": {f"t{one}": "accept" for one in range(11)}},
        {"results": {TAKEN.key: "accept"}, "user_id": 9},
    ],
)
async def test_odd_answers_are_refused(
    client: httpx.AsyncClient, people: People, body: object
) -> None:
    answer = await client.post(URL, json=body, headers=people.sign_in(7))
    assert answer.status_code == 422
    assert await ConsentEntry.all().count() == 0
    assert (await client.post(URL, json=body)).status_code == 401


async def test_concurrent_accepts_are_all_counted(db: str) -> None:
    user_id = await resident()

    await asyncio.gather(*(insist(lambda: by_phone(user_id)) for _ in range(12)))
    assert await quota(user_id) == 12


STEPS = st.lists(
    st.sampled_from(["accept", "push", "reject", "ban", "spend", "return", "refused"]), max_size=14
)


@given(STEPS)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
async def test_the_book_always_adds_up(db: str, steps: list[str]) -> None:
    user_id = await resident()
    await by_phone(user_id)
    row = await tell(user_id)
    for number, step in enumerate(steps):
        async with database.transaction():
            if step == "spend":
                await service._spend(row)
            elif step == "return":
                await service._give_back(row)
            elif step == "refused":
                await service._close(row)
        if step == "push":
            await by_push(user_id, after=number * 7)
        elif step in ("accept", "reject", "ban"):
            await by_phone(user_id, step, after=number * 7)
        await quota(user_id)
    assert await Consent.filter(user_id=user_id).count() == 1
    assert await Delivery.filter(user_id=user_id).count() == 1
