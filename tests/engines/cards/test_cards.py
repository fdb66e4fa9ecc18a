"""A card from a list says at every moment what the same card says when it is made anew."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core import database
from backend.core.actor import Actor, Post, Role
from backend.engines.cards import queries
from backend.engines.cards.queries import Card, View
from backend.engines.orders.queries import HIDDEN_TITLE, Grade, OrderStatus

BEGAN = datetime(2026, 11, 22, 1, 2, 3, 400_000, UTC).replace(tzinfo=None)
"""As a raw row of MariaDB has it."""
CARD = Card(
    id=42,
    kind="repair",
    title="楼道灯不亮",
    status=OrderStatus.POOLED.value,
    version=3,
    grade=Grade.YELLOW.value,
    place="锦绣花园1号楼",
    compound_name="锦绣花园",
    area_id=7,
    area_path="/1/2/3/7/",
    created_at=BEGAN,
    updated_at=BEGAN + timedelta(minutes=5),
    picture_id=None,
    handler_id=None,
    handler_role="",
    clock="contact",
    clock_state="running",
    clock_since=None,
    due_at=BEGAN + timedelta(hours=3),
    remind_at=BEGAN + timedelta(hours=2),
    returned=0,
    urged=0,
    is_hidden=0,
    reporter_id=9,
    latitude=35_104_672,
    longitude=None,
)
NOW = (BEGAN + timedelta(hours=1)).replace(tzinfo=UTC)

moments = st.datetimes(BEGAN - timedelta(days=2), BEGAN + timedelta(days=2))
texts = st.text(max_size=20)
rows = st.builds(
    CARD._replace,
    id=st.integers(1, 2**63 - 1),
    title=texts,
    place=texts,
    status=st.sampled_from([one.value for one in OrderStatus]),
    grade=st.sampled_from([one.value for one in Grade]),
    clock=st.sampled_from([None, "contact", "arrive", "done"]),
    clock_state=st.sampled_from(["running", "paused", "met", "late"]),
    clock_since=moments,
    due_at=st.none() | moments,
    remind_at=st.none() | moments,
    version=st.integers(1, 99),
    urged=st.integers(0, 3),
    latitude=st.none() | st.integers(-90_000_000, 90_000_000),
)
views = st.builds(View, st.booleans(), st.none() | texts, st.none() | texts)


def _from_list(row: Card, seen: View, now: datetime) -> Any:
    return msgspec.json.decode(queries._at(queries._written(row, seen), now))


def _anew(row: Card, seen: View, now: datetime) -> Any:
    return msgspec.json.decode(msgspec.json.encode(queries.shown(row, seen, now)))


@given(rows, views, st.lists(moments, min_size=1, max_size=3))
def test_what_is_remembered_is_what_is_made(row: Card, seen: View, nows: list[datetime]) -> None:
    """At every later look too, though the text was written at the first."""
    for now in [one.replace(tzinfo=UTC) for one in nows]:
        assert _from_list(row, seen, now) == _anew(row, seen, now)


CHANGES: dict[str, Any] = {
    "title": "电梯停了",
    "status": OrderStatus.TAKEN.value,
    "version": 4,
    "grade": Grade.RED.value,
    "place": "锦绣花园2号楼",
    "updated_at": BEGAN + timedelta(hours=2),
    "clock": None,
    "clock_state": "met",
    "due_at": BEGAN + timedelta(hours=9),
    "returned": 1,
    "urged": 1,
    "latitude": None,
}


@pytest.mark.parametrize("column", CHANGES)
def test_no_change_stays_unseen(column: str) -> None:
    """Whoever changes a row, a move with a new version or a hand in the database."""
    before = _from_list(CARD, queries.PLAIN, NOW)
    after = _from_list(CARD._replace(**{column: CHANGES[column]}), queries.PLAIN, NOW)
    assert after != before
    assert _from_list(CARD, queries.PLAIN, NOW) == before


async def test_each_sees_their_own(db: str) -> None:
    """One row, three who look: what moderation keeps back is kept back after a dispatcher read
    it, and the handler's name is told as to whom it is told."""
    hidden = CARD._replace(is_hidden=1, handler_id=5, handler_role=Role.SOCIAL_WORKER.value)
    await database.execute(
        "INSERT INTO identity_user (id, nickname, created_at, large_type, theme) "
        "VALUES (5, '王小明', ?, 0, 'auto')",
        NOW,
    )
    street = Post(1, Role.STREET_DISPATCHER, 2, "/1/2/", None)
    worker = Post(2, Role.SOCIAL_WORKER, 3, "/1/2/3/", None)
    looks = {}
    for name, actor in {
        "dispatcher": Actor(11, (street,)),
        "worker": Actor(12, (worker,)),
        "reporter": Actor(9),
    }.items():
        (told,) = msgspec.json.decode(await queries.listed([hidden], actor))
        looks[name] = (told["title"], told["handler_name"])
    assert looks["dispatcher"] == (CARD.title, "王小明")
    assert looks["worker"] == (HIDDEN_TITLE, "王小明")
    assert looks["reporter"] == (CARD.title, "王社工")
