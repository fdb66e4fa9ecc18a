"""Thirty days of demands: everything in them could have happened."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from backend.core import clock, crypto
from backend.core.actor import Actor, Role
from backend.engines.clocks.queries import NONE, nearest
from backend.engines.orders import rules, states
from backend.engines.orders.models import Grade, Order, OrderStatus, Party
from backend.engines.orders.states import ENDED, MOVES, OPEN
from backend.foundation.areas.models import Level
from backend.foundation.notify.models import DeliveryStatus
from backend.foundation.notify.queries import opened
from backend.sample import texts
from backend.sample.lives import Life
from backend.sample.seed import Sample
from tests.sample.conftest import NOW, compose

S = OrderStatus
AT_NIGHT = datetime(2026, 11, 20, 19, 10, tzinfo=UTC)


def live_clock(order: Order) -> tuple[object, ...]:
    return (
        order.clock,
        order.clock_state,
        order.clock_since,
        order.due_at,
        order.remind_at,
    )


def test_there_are_as_many_as_thirty_days_bring(sample: Sample) -> None:
    orders = sample.orders.orders
    assert 1_500 <= len(orders) <= 3_000
    assert min(one.created_at for one in orders) > NOW - timedelta(days=31)
    assert max(one.created_at for one in orders) < NOW
    assert [one.id for one in orders] == list(range(1, len(orders) + 1))
    assert [one.created_at for one in orders] == sorted(one.created_at for one in orders)


async def test_every_status_in_every_grade_by_day_and_by_night(
    sample: Sample, tmp_path: Path
) -> None:
    night = await compose(tmp_path, 8, AT_NIGHT, days=2)
    for one in (sample, night):
        found = Counter((order.status, order.grade) for order in one.orders.orders)
        missing = {(status, grade) for status in S for grade in Grade} - set(found)
        assert not missing
    assert _texts(night) != _texts(sample)


def _texts(one: Sample) -> list[str]:
    return [order.text for order in one.orders.orders[:50]]


def test_people_say_it_in_many_ways_about_every_duty(sample: Sample) -> None:
    orders = sample.orders.orders
    assert len({one.text for one in orders}) > 500
    ruled = {one.duty_code for one in orders if one.duty_code}
    assert ruled == set(texts.codes()) - {texts.ELSEWHERE}
    # Cars are asked to be moved, and bills disputed, in places of their own.
    assert {one.kind for one in orders} == set(rules.kinds()) - {"move_car", "fee"}
    assert all("{" not in one.text + one.title for one in orders)
    assert all("{" not in event.note for event in sample.orders.events)


def test_each_text_fills_its_places() -> None:
    from random import Random

    for code in texts.codes():
        for number in range(30):
            saying = texts.say(Random(number), code, "3号楼", "2单元", "江南苑")
            assert 4 <= len(saying.text) <= 200
            assert "{" not in saying.text + saying.result
            assert saying.kind in rules.kinds()


def test_an_order_agrees_with_its_area(sample: Sample) -> None:
    city = sample.city
    homes = {one.id: one for one in city.dwellings}
    for one in sample.orders.orders:
        area = city.by_id[one.area_id]
        assert one.area_path == area.path
        assert one.street_id == city.above(area, Level.STREET).id
        assert one.community_id == city.above(area, Level.COMMUNITY).id
        compound = city.above(area, Level.COMPOUND)
        assert (one.compound_id, one.compound_name) == (compound.id, compound.name)
        assert compound.name in one.place
        if one.dwelling_id:
            assert homes[one.dwelling_id].area_id == one.area_id
            assert one.place.endswith(homes[one.dwelling_id].number)


_SET_CLOCKS = {"dispatch", "reopen", "withdraw"}


def test_an_order_agrees_with_its_clocks(sample: Sample) -> None:
    seen = Counter[str]()
    for life in sample.orders.lives:
        order, timers = life.order, life.timers
        assert order.round == timers.round
        told = [event.move for event in life.events if event.move in _SET_CLOCKS]
        expected = nearest(timers.current) if told and told[-1] != "reopen" else NONE
        assert live_clock(order) == tuple(expected.columns().values())
        for one in timers.all:
            seen[one.state] += 1
            assert one.state != "running" or one.round == timers.round
            assert (one.paused_at is not None) == (one.state == "paused")
            assert one.state not in ("met", "late") or one.met_at is not None
            assert one.state == "running" or one.fire_at is None
            if one.state == "running":
                assert one.fire_at is None or one.fire_at >= NOW - timedelta(seconds=10)
                assert (one.overdue_at is not None) == (one.fire_at is None)
    assert set(seen) == {"running", "paused", "met", "late", "void"}
    assert 0.05 < seen["late"] / (seen["late"] + seen["met"]) < 0.3


def test_some_that_are_open_are_overdue_and_some_are_paused(sample: Sample) -> None:
    running = [one for one in sample.orders.orders if one.status in OPEN and one.due_at]
    assert sum(one.clock_state == "running" and one.due_at < NOW for one in running) >= 5
    assert sum(one.clock_state == "paused" for one in running) >= 5
    assert all((one.status is S.SUSPENDED) == (one.clock_state == "paused") for one in running)


def test_history_follows_the_table(sample: Sample) -> None:
    made = Counter[str]()
    for life in sample.orders.lives:
        status, at = S.REPORTED, life.order.created_at
        assert life.events[0].move == "report"
        for event in life.events:
            assert event.from_status == status
            assert at <= event.at <= NOW
            if event.move in MOVES:
                move = MOVES[event.move]
                assert status in move.sources
                assert event.to_status in (move.targets or {status})
            status, at = S(event.to_status), event.at
            made[event.move] += 1
        assert life.order.status == status
        moves = sum(event.move in MOVES for event in life.events)
        assert life.order.version == moves + 1
        assert life.order.updated_at == max(
            event.at for event in life.events if event.move in MOVES or event.move == "report"
        )
    assert set(MOVES) <= set(made)


def test_events_are_numbered_in_the_order_of_time(sample: Sample) -> None:
    events = sample.orders.events
    assert [event.id for event in events] == list(range(1, len(events) + 1))
    assert [event.at for event in events] == sorted(event.at for event in events)
    for life in sample.orders.lives:
        ids = [event.id for event in life.events]
        assert ids == sorted(ids)


def test_orders_hold_what_their_status_says(sample: Sample) -> None:
    for one in sample.orders.orders:
        is_held = one.status in states.HELD or one.status is S.ASSIGNED
        assert (one.handler_id is not None) == is_held or one.status in {S.RESOLVED, *ENDED}
        assert (one.taken_at is not None) == (
            one.handler_id is not None and one.status is not S.ASSIGNED
        ) or one.status is S.WITHDRAWN
        assert (one.close_at is not None) == (one.status is S.RESOLVED)
        assert (one.stars is None) == (one.rated_at is None)
        # The house looks every ten minutes.
        assert one.close_at is None or one.close_at > NOW - timedelta(minutes=10)
        assert (one.party is None) == (one.status in (S.REPORTED, S.ACCEPTED)) or (
            one.status is S.WITHDRAWN
        )
        assert (one.unit_id is not None) == (one.party in (Party.PROPERTY, Party.DEPARTMENT))
        assert (one.suspended_from is not None) == (one.status is S.SUSPENDED)
        assert one.urged <= rules.MOST_URGES
        assert one.returned <= rules.MOST_RETURNS
    assert any(one.rating_text for one in sample.orders.orders)


def test_parts_are_closed_before_their_order(sample: Sample) -> None:
    keys = [part.key for part in sample.orders.parts]
    assert len(set(keys)) == len(keys)
    assert len({part.id for part in sample.orders.parts}) == len(keys)
    done = {one.id for one in sample.orders.orders if one.status in (S.RESOLVED, S.CLOSED)}
    assert all(part.closed_at for part in sample.orders.parts if part.order_id in done)
    assert any(part.closed_at is None for part in sample.orders.parts)


def test_somebody_can_go_on_with_every_open_order(
    sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    by_id = {one.user_id: one for one in sample.people.workers}
    for life in [one for one in sample.orders.lives if one.order.status in OPEN]:
        order = life.order
        open_to = {
            name
            for actor in _around(sample, life, by_id)
            for name in states.moves_open(order, actor)
        }
        assert open_to & _WANTED[order.status], (order.id, order.status, open_to)
        assert "withdraw" in open_to or order.status is S.ARRIVED


_WANTED = {
    S.REPORTED: {"accept"},
    S.ACCEPTED: {"dispatch"},
    S.POOLED: {"take"},
    S.ASSIGNED: {"take"},
    S.TAKEN: {"contact"},
    S.CONTACTED: {"arrive", "resolve"},
    S.ARRIVED: {"resolve"},
    S.SUSPENDED: {"resume"},
}


def _around(sample: Sample, life: Life, by_id: dict[int, object]) -> list[Actor]:
    """Its reporter, its handler, who may take it, who dispatches."""
    order, crowd = life.order, sample.people
    area = sample.city.by_id[order.area_id]
    staff = [*crowd.at(Role.STREET_DISPATCHER, area)]
    staff += crowd.colleagues(str(order.party), order.unit_id, order.area_path)
    staff += [by_id[order.handler_id]] if order.handler_id else []  # type: ignore[list-item]
    return [Actor(order.reporter_id or 0), *(one.actor for one in staff)]


def test_the_demos_people_have_work_before_them(sample: Sample) -> None:
    named = {one.openid: one.id for one in sample.people.users}
    orders = sample.orders.orders
    worker, manager = named["demo-worker-1"], named["demo-property-1"]
    for handler in (worker, manager):
        held = {one.status for one in orders if one.handler_id == handler}
        assert held >= {S.ASSIGNED, S.TAKEN, S.CONTACTED, S.ARRIVED, S.SUSPENDED, S.RESOLVED}
    compound = sample.city.at(Level.COMPOUND)[0]
    pooled = [one for one in orders if one.status is S.POOLED and one.compound_id == compound.id]
    assert sum(one.party == Party.COMMUNITY for one in pooled) >= 5
    assert sum(one.party == Party.PROPERTY for one in pooled) >= 5
    mine = [one for one in orders if one.reporter_id == named["demo-resident-1"]]
    assert {one.status for one in mine} >= {
        S.POOLED,
        S.TAKEN,
        S.SUSPENDED,
        S.RESOLVED,
        S.CLOSED,
        S.WITHDRAWN,
    }


def test_inboxes_open_for_their_owners_only(sample: Sample) -> None:
    inbox = sample.inbox
    assert len(inbox.messages) > 1_000
    for one in inbox.messages[::100]:
        title, text = opened(one.words, field="notify.words", user_id=one.user_id)
        assert title
        assert "{" not in text
        with pytest.raises(crypto.WrongKey):
            opened(one.words, field="notify.words", user_id=one.user_id + 1)
    assert any(one.read_at is None for one in inbox.messages)
    assert all(one.created_at <= NOW for one in inbox.messages)
    assert [one.created_at for one in inbox.messages] == sorted(
        one.created_at for one in inbox.messages
    )


def test_the_book_of_consent_adds_up(sample: Sample) -> None:
    inbox = sample.inbox
    total, count = Counter[tuple[int, str]](), Counter[tuple[int, str]]()
    for entry in inbox.entries:
        total[(entry.user_id, entry.template)] += entry.change
        count[(entry.user_id, entry.template)] += 1
    for key, consent in inbox.consents.items():
        assert total[key] == consent.quota == 0
        assert count[key] == consent.version
    spent = {entry.delivery_id for entry in inbox.entries if entry.cause == "send"}
    called = {one.id for one in inbox.deliveries if one.status is not DeliveryStatus.SKIPPED}
    assert spent == called
    assert {one.status for one in inbox.deliveries} >= {
        DeliveryStatus.SENT,
        DeliveryStatus.SKIPPED,
        DeliveryStatus.REFUSED,
    }
