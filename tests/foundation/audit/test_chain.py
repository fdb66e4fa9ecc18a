"""The chains: every touch of every row is found, and an untouched chain is sound."""

from collections.abc import Awaitable, Callable

import pytest

from backend.core import crypto
from backend.core.actor import Actor
from backend.core.database import execute, rows
from backend.core.errors import Conflict
from backend.foundation.audit import queries, rules, service
from tests.conftest import KEYS

ANN = Actor(7)
COMMUNITY = "/1/2/3/"


async def _written(number: int = 5) -> None:
    """`number` entries in each of two chains, sealed in several rounds."""
    for n in range(number):
        await service.record(ANN, "orders.accept", f"order:{n}", f"{COMMUNITY}9/", n=n)
        await service.record(ANN, "orders.accept", f"order:{n}", "/1/2/4/", n=n)
        if n % 2:
            await service.seal()
    while await service.seal():
        pass


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


async def test_sealing_by_two_workers_at_once_leaves_one_sound_chain(db: str) -> None:
    import asyncio

    from backend.core.database import transaction

    async def worker() -> None:
        for _ in range(20):
            try:
                async with transaction():
                    await service.seal(3)
            except Exception:
                await asyncio.sleep(0)

    for n in range(12):
        await service.record(ANN, "a.b", f"x:{n}", COMMUNITY)
    await asyncio.gather(worker(), worker())
    while await service.seal():
        pass
    report = await queries.verify()
    assert report.is_whole, report.faults
    assert report.entries == 13


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
