"""Reading and exporting the audit: who may, how far, and that the export itself is recorded."""

import httpx
import pytest

from backend.core import spreadsheets
from backend.core.actor import Actor, Role
from backend.core.database import rows, transaction
from backend.foundation.audit import service
from tests.conftest import People
from tests.foundation.identity.conftest import Town, town  # noqa: F401 - a fixture

AUDIT = "/api/v1/audit"


@pytest.fixture
async def written(town: Town) -> Town:  # noqa: F811
    for n in range(5):
        await service.record(Actor(7), "orders.accept", f"order:{n}", f"{town.spring.path}77/", n=n)
    await service.record(Actor(7), "orders.close", "order:9", town.autumn.path or "")
    await service.record(Actor(7), "identity.erased", "user:7")
    return town


async def test_who_looks_after_an_area_reads_it_and_nothing_else(
    client: httpx.AsyncClient, people: People, written: Town
) -> None:
    office = people.sign_in(1, (Role.COUNTY_OFFICE, written.spring.id, written.spring.path or ""))
    answer = await client.get(AUDIT, headers=office)
    assert answer.status_code == 200, answer.text
    found = answer.json()["items"]
    assert [one["subject"] for one in found] == [f"order:{n}" for n in (4, 3, 2, 1, 0)]
    assert found[0]["detail"] == {"n": 4}
    elsewhere = {"area_id": written.autumn.id}
    refused = await client.get(AUDIT, params=elsewhere, headers=office)
    assert refused.status_code == 404


async def test_the_house_itself_is_read_by_who_stands_everywhere(
    client: httpx.AsyncClient, people: People, written: Town
) -> None:
    everywhere = people.sign_in(1, (Role.ADMINISTRATOR, 0, "/"))
    county = people.sign_in(2, (Role.ADMINISTRATOR, written.county.id, written.county.path or ""))
    seen = [
        {one["subject"] for one in (await client.get(AUDIT, headers=who)).json()["items"]}
        for who in (everywhere, county)
    ]
    chains = {f"chain:{one.path}" for one in (written.spring, written.autumn)}
    assert seen[0] - seen[1] == {"user:7"} | chains
    one = await client.get(AUDIT, params={"area_id": written.autumn.id}, headers=everywhere)
    assert [entry["subject"] for entry in one.json()["items"]] == ["order:9"]


async def test_pages_follow_each_other(
    client: httpx.AsyncClient, people: People, written: Town
) -> None:
    headers = people.sign_in(1, (Role.ADMINISTRATOR, 0, "/"))
    subjects: list[str] = []
    cursor: str | None = None
    while True:
        params = {"limit": "3"} | ({"cursor": cursor} if cursor else {})
        page = (await client.get(AUDIT, params=params, headers=headers)).json()
        subjects += [one["subject"] for one in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    found = [one for one in subjects if not one.startswith("chain:")]
    assert found == ["user:7", "order:9", *(f"order:{n}" for n in (4, 3, 2, 1, 0))]
    assert len(set(subjects)) == len(subjects) == 9


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMINISTRATOR, Role.COUNTY_OFFICE}))
async def test_nobody_else_reads(
    client: httpx.AsyncClient, people: People, written: Town, role: Role
) -> None:
    headers = people.sign_in(1, (role, written.county.id, written.county.path or ""))
    for path in (AUDIT, f"{AUDIT}/export"):
        assert (await client.get(path, headers=headers)).status_code == 403


async def test_taking_it_out_is_recorded_and_harmless(
    client: httpx.AsyncClient, people: People, written: Town
) -> None:
    await service.record(Actor(7), "=cmd|'/c calc'!A0", "x:1", written.spring.path or "")
    headers = people.sign_in(3, (Role.COUNTY_OFFICE, written.spring.id, written.spring.path or ""))
    params = {"area_id": written.spring.id}
    answer = await client.get(f"{AUDIT}/export", params=params, headers=headers)
    assert answer.status_code == 200, answer.text
    cells = spreadsheets.read("audit.xlsx", answer.content, 100)
    assert len(cells) == 7
    assert not any(cell.startswith("=") for line in cells for cell in line)
    last = (await rows("SELECT * FROM audit_entry ORDER BY id DESC LIMIT 1"))[0]
    assert (last["actor_id"], last["action"]) == (3, "audit.exported")
    assert last["area_path"] == written.spring.path


async def test_a_rolled_back_change_leaves_no_entry(db: str) -> None:
    with pytest.raises(RuntimeError):
        async with transaction():
            await service.record(Actor(7), "a.b", "x:1")
            raise RuntimeError
    assert await rows("SELECT id FROM audit_entry") == []
