"""Changes of areas reach the audit, although areas know nothing of it."""

import httpx

from backend.core.actor import Role
from backend.core.database import rows
from backend.core.jobs import run_due
from tests.conftest import People
from tests.foundation.conftest import City


async def test_creating_and_moving_an_area_are_recorded(
    client: httpx.AsyncClient, people: People, city: City
) -> None:
    me = people.sign_in(7, (Role.COUNTY_OFFICE, city.county.id, city.county.path or ""))
    body = {"parent_id": city.compound.id, "level": "grid", "name": "第三网格"}
    made = (await client.post("/api/v1/areas", headers=me, json=body)).json()
    target = {"parent_id": made["id"]}
    await client.post(f"/api/v1/areas/{city.buildings[0].id}/move", headers=me, json=target)
    while await run_due():
        pass
    found = await rows(
        "SELECT actor_id, action, subject, area_path FROM audit_entry "
        "WHERE action <> 'audit.chain_opened' ORDER BY id"
    )
    assert [(row["actor_id"], row["action"], row["subject"]) for row in found] == [
        (7, "areas.created", f"area:{made['id']}"),
        (7, "areas.moved", f"area:{city.buildings[0].id}"),
    ]
    assert found[1]["area_path"] == f"{made['path']}{city.buildings[0].id}/"
