"""The chains: every touch of every row is found, and an untouched chain is sound."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import unquote, urlsplit

import pymysql
import pytest

from backend.core import crypto
from backend.core.actor import Actor
from backend.core.database import execute, is_retryable, rows, transaction
from backend.core.errors import Conflict
from backend.foundation.audit import queries, rules, service
from tests.conftest import KEYS

ANN = Actor(7)
COMMUNITY = "/1/2/3/"


async def _written(number: int = 5) -> None:
    """`number` entries in each of two chains, by as many transactions."""
    for n in range(number):
        async with transaction():
            await service.record(ANN, "orders.accept", f"order:{n}", f"{COMMUNITY}9/", n=n)
            await service.record(ANN, "orders.accept", f"order:{n}", "/1/2/4/", n=n)


async def _kinds(chain: str = COMMUNITY) -> list[tuple[str, int]]:
    report = await queries.verify()
    assert all(fault.chain == chain for fault in report.faults), report.faults
    return [(fault.kind, fault.position) for fault in report.faults]


async def test_an_untouched_audit_is_whole(db: str) -> None:
    await _written()
    report = await queries.verify()
    assert report.is_whole
    assert report.entries == 12  # and the opening of two chains
    assert [(head.chain, head.length) for head in report.heads] == [
        ("/", 2),
        (COMMUNITY, 5),
        ("/1/2/4/", 5),
    ]


async def test_an_empty_audit_is_whole(db: str) -> None:
    assert (await queries.verify()).is_whole


@pytest.mark.parametrize("position", range(1, 6))
@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("actor_id", 8),
        ("action", "orders.close"),
        ("subject", "order:99"),
        ("area_path", "/1/2/3/8/"),
        ("area_path", "/1/2/4/"),
        ("detail", '{"n":99}'),
        ("at", "2020-01-01 00:00:00.000000"),
        ("hash", "f" * 64),
        ("previous", "f" * 64),
    ],
)
async def test_an_edit_of_any_row_is_found(
    db: str, position: int, column: str, value: object
) -> None:
    await _written()
    sql = f"UPDATE audit_entry SET {column} = ? WHERE chain = ? AND position = ?"
    assert await execute(sql, value, COMMUNITY, position) == 1
    assert ("edited", position) in await _kinds()


@pytest.mark.parametrize("position", range(1, 6))
async def test_a_removal_of_any_row_is_found(db: str, position: int) -> None:
    await _written()
    await execute("DELETE FROM audit_entry WHERE chain = ? AND position = ?", COMMUNITY, position)
    assert await _kinds() == [("missing" if position < 5 else "cut", position)]


@pytest.mark.parametrize("position", range(1, 6))
async def test_a_removal_with_the_rest_moved_up_is_found(db: str, position: int) -> None:
    await _written()
    await execute("DELETE FROM audit_entry WHERE chain = ? AND position = ?", COMMUNITY, position)
    for later in range(position + 1, 6):
        sql = "UPDATE audit_entry SET position = ? WHERE chain = ? AND position = ?"
        await execute(sql, later - 1, COMMUNITY, later)
    assert ("cut", 5) in await _kinds()


@pytest.mark.parametrize("position", range(1, 5))
async def test_a_swap_of_any_two_rows_is_found(db: str, position: int) -> None:
    await _written()
    sql = "UPDATE audit_entry SET position = ? WHERE chain = ? AND position = ?"
    await execute(sql, 99, COMMUNITY, position)
    await execute(sql, position, COMMUNITY, position + 1)
    await execute(sql, position + 1, COMMUNITY, 99)
    found = await _kinds()
    assert {("edited", position), ("edited", position + 1)} <= set(found)


@pytest.mark.parametrize("keep", range(5))
async def test_a_cut_end_is_found_even_with_the_head_moved_back(db: str, keep: int) -> None:
    await _written()
    last = await rows(
        "SELECT hash FROM audit_entry WHERE chain = ? AND position = ?", COMMUNITY, keep
    )
    await execute("DELETE FROM audit_entry WHERE chain = ? AND position > ?", COMMUNITY, keep)
    assert await _kinds() == [("cut", keep + 1)]
    end = last[0]["hash"] if last else rules.FIRST
    sql = "UPDATE audit_head SET length = ?, hash = ? WHERE chain = ?"
    await execute(sql, keep, end, COMMUNITY)
    assert await _kinds() == [("head", keep)]


async def _insert(position: int, previous: str) -> None:
    """What somebody could add who knows how the hashes are made, but not the key."""
    entry = {"id": 900, "actor_id": 1, "action": "a.b", "subject": "x:1", "area_path": COMMUNITY}
    entry["detail"] = "{}"
    at = "2026-01-01 00:00:00.000000"
    moment = queries.moment(at)
    assert moment is not None
    made = rules.link(entry, moment, position=position, previous=previous, chain=COMMUNITY)
    await execute(
        "INSERT INTO audit_entry (id, actor_id, action, subject, area_path, detail, at, chain, "
        "position, previous, hash) VALUES (900, 1, 'a.b', 'x:1', ?, '{}', ?, ?, ?, ?, ?)",
        COMMUNITY,
        at,
        COMMUNITY,
        position,
        previous,
        made,
    )


async def test_a_row_put_at_the_end_is_found(db: str) -> None:
    await _written()
    sql = "SELECT hash FROM audit_entry WHERE chain = ? AND position = 5"
    last = (await rows(sql, COMMUNITY))[0]["hash"]
    await _insert(6, last)
    assert await _kinds() == [("inserted", 6)]


@pytest.mark.parametrize("position", range(1, 6))
async def test_a_row_put_between_is_found(db: str, position: int) -> None:
    await _written()
    for later in range(5, position - 1, -1):
        sql = "UPDATE audit_entry SET position = ? WHERE chain = ? AND position = ?"
        await execute(sql, later + 1, COMMUNITY, later)
    await _insert(position, rules.FIRST)
    found = await _kinds()
    assert ("edited", position + 1) in found
    assert ("inserted", 6) in found


async def _drop_head() -> None:
    await execute("DELETE FROM audit_head WHERE chain = ?", COMMUNITY)


async def _drop_chain() -> None:
    await execute("DELETE FROM audit_entry WHERE chain = ?", COMMUNITY)
    await _drop_head()


async def _unseal() -> None:
    sql = "UPDATE audit_entry SET chain = NULL, position = NULL WHERE chain = ? AND position = 2"
    await execute(sql, COMMUNITY)


@pytest.mark.parametrize("harm", [_drop_head, _drop_chain, _unseal])
async def test_a_chain_does_not_vanish_unseen(db: str, harm: Callable[[], Awaitable[None]]) -> None:
    await _written()
    await harm()
    assert await _kinds()


async def test_a_rewound_chain_is_found_by_the_heads_noted_before(db: str) -> None:
    await _written(2)
    old = await rows("SELECT * FROM audit_head WHERE chain = ?", COMMUNITY)
    await _written(5)
    noted = (await queries.verify()).heads
    await execute(
        "DELETE FROM audit_entry WHERE chain = ? AND position > ?", COMMUNITY, old[0]["length"]
    )
    sql = "UPDATE audit_head SET length = ?, hash = ?, signature = ? WHERE chain = ?"
    await execute(sql, old[0]["length"], old[0]["hash"], old[0]["signature"], COMMUNITY)
    assert (await queries.verify()).is_whole  # a copy of an older truth: nothing inside tells
    report = await queries.verify(noted)
    assert [(fault.chain, fault.kind) for fault in report.faults] == [(COMMUNITY, "cut")]


@pytest.mark.parametrize("how", ["together", "alone"])
async def test_many_writers_at_once_leave_sound_chains(db: str, how: str) -> None:
    """And whoever verifies meanwhile, finds nothing wrong either."""
    seen = []

    async def writer(number: int) -> None:
        for n in range(4):
            if how == "alone":
                await service.record(ANN, "a.b", f"x:{number}-{n}", COMMUNITY)
                continue
            async with transaction():
                for path in (COMMUNITY, "/1/2/4/", "/")[:: 1 if number % 2 else -1]:
                    await service.record(ANN, "a.b", f"x:{number}-{n}", path)

    async def verifier() -> None:
        for _ in range(5):
            seen.extend((await queries.verify()).faults)
            await asyncio.sleep(0)

    await service.record(ANN, "a.b", "x:0", COMMUNITY)
    await service.record(ANN, "a.b", "x:0", "/1/2/4/")
    await asyncio.gather(*(writer(number) for number in range(8)), verifier())
    report = await queries.verify()
    assert report.is_whole, report.faults
    assert report.entries == 4 + 8 * 4 * (1 if how == "alone" else 3)
    # SQLite has one connection: there who verifies sees what others have not committed yet.
    assert seen == [] or db.startswith("sqlite")


async def test_chains_may_be_opened_by_several_at_once(db: str) -> None:
    async def open_all() -> None:
        for _ in range(10):
            try:
                async with transaction():
                    for number in range(5):
                        await service.record(ANN, "a.b", f"x:{number}", f"/1/2/{number + 3}/")
            except Exception as error:
                assert is_retryable(error), error  # noqa: PT017
            else:
                return
        raise AssertionError("never got through")

    await asyncio.gather(*(open_all() for _ in range(6)))
    report = await queries.verify()
    assert report.is_whole, report.faults
    assert report.entries == 5 + 6 * 5


async def test_a_savepoint_that_is_taken_back_leaves_no_gap(db: str) -> None:
    async with transaction():
        await service.record(ANN, "a.b", "x:1", COMMUNITY)
        with pytest.raises(RuntimeError):
            async with transaction():
                await service.record(ANN, "a.b", "x:2", COMMUNITY)
                raise RuntimeError
        await service.record(ANN, "a.b", "x:3", COMMUNITY)
    assert await _kinds() == []
    kept = await rows("SELECT subject FROM audit_entry WHERE chain = ?", COMMUNITY)
    assert [one["subject"] for one in kept] == ["x:1", "x:3"]


async def test_nobody_sees_an_entry_without_its_seal(db: str) -> None:
    """There is no moment between the commit and the sealing in which a row could be touched."""
    async with transaction():
        await service.record(ANN, "a.b", "x:1", COMMUNITY)
        pending = await rows("SELECT hash FROM audit_entry")
        assert [one["hash"] for one in pending] == [None]  # control: sealed at the end
        if not db.startswith("sqlite"):
            assert await elsewhere(db, "SELECT * FROM audit_entry") == []
    assert await rows("SELECT id FROM audit_entry WHERE hash IS NULL") == []
    assert await _kinds() == []


async def elsewhere(db: str, sql: str) -> list[Any]:
    """What another connection reads."""
    parts = urlsplit(db)
    with pymysql.connect(
        host=parts.hostname,
        port=parts.port or 3306,
        user=unquote(parts.username or "root"),
        password=unquote(parts.password or ""),
        database=parts.path.lstrip("/"),
    ) as connection:
        cursor = connection.cursor()
        cursor.execute(sql)
        return list(cursor.fetchall())


async def test_a_row_without_a_seal_is_a_forgery(db: str) -> None:
    await _written()
    await execute(
        "INSERT INTO audit_entry (id, actor_id, action, subject, area_path, detail, at) "
        "VALUES (900, 1, 'a.b', 'x:1', ?, '{}', '2026-01-01 00:00:00.000000')",
        COMMUNITY,
    )
    assert await _kinds() == [("unsealed", 900)]
    await service.record(ANN, "a.b", "x:2", COMMUNITY)
    assert await _kinds() == [("unsealed", 900)], "writing on does not make it good"


async def test_a_head_that_was_touched_is_not_made_good_by_writing_on(db: str) -> None:
    """Cut the end off and move the head back: the next entry must not sign that."""
    await _written()
    sql = "SELECT hash FROM audit_entry WHERE chain = ? AND position = 3"
    third = (await rows(sql, COMMUNITY))[0]["hash"]
    await execute("DELETE FROM audit_entry WHERE chain = ? AND position > 3", COMMUNITY)
    await execute("UPDATE audit_head SET length = 3, hash = ? WHERE chain = ?", third, COMMUNITY)
    assert await _kinds() == [("head", 3)]
    await service.record(ANN, "a.b", "x:9", COMMUNITY)
    assert await _kinds() == [("head", 4)]


async def test_the_report_reads_well(db: str) -> None:
    await _written()
    assert (await service.verify()).text().endswith("完好")
    await execute("UPDATE audit_entry SET actor_id = 8 WHERE chain = ? AND position = 2", COMMUNITY)
    words = (await service.verify()).text()
    assert f"!! {COMMUNITY} #2 edited" in words
    assert words.endswith("发现 1 处问题")


async def test_heads_are_signed_anew_when_keys_change(db: str) -> None:
    await _written()
    newer = crypto.new_key("newer")
    try:
        crypto.configure(f"{newer},{KEYS}")
        assert await service.sign_heads_anew() == 3
        assert await service.sign_heads_anew() == 0
        crypto.configure(newer)
        assert (await service.verify()).is_whole
    finally:
        crypto.configure(KEYS)
    assert not (await service.verify()).is_whole  # control: another house's signature
    with pytest.raises(Conflict):
        await service.sign_heads_anew()


async def test_personal_data_stays_out(db: str) -> None:
    with pytest.raises(ValueError, match="phone"):
        await service.record(ANN, "a.b", "x:1", COMMUNITY, phone="13900001234")
    await service.record(
        ANN,
        "a.b",
        "x:1",
        purpose="回拨13900001234，证件371302199001011234",
        number="20261122000042",
    )
    stored = (await rows("SELECT detail FROM audit_entry"))[0]["detail"]
    assert "13900001234" not in stored
    assert "199001011234" not in stored
    assert "139****1234" in stored
    assert "20261122000042" in stored
