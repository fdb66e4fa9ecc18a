"""A vote is put right while it is a draft: its plan, what is unsold, and the doors of its roll."""

from datetime import timedelta
from typing import Any

from backend.core import clock
from backend.foundation.areas.models import Dwelling
from tests.hall import Assembly, assembly, city, frozen, hall

__all__ = ["assembly", "city", "frozen", "hall"]


def plan_of(voting: Any, **given: Any) -> Any:
    names = ("kind", "is_secret", "takes_paper", "starts_at", "ends_at", "unsold_ids", "version")
    return {name: voting[name] for name in names} | given


async def test_a_draft_is_planned_anew_and_frozen_so(assembly: Assembly) -> None:
    unit = assembly.city.unit.id
    bare = [
        (await Dwelling.create(area_id=unit, number=f"8{n}", floor=8, square=10_000)).id
        for n in range(2)
    ]
    made = await assembly.prepared(unsold_ids=[assembly.flats["ann"].id])
    path = f"/votings/{made['id']}"
    assert "change" in made["moves"]
    await assembly.call("worker", f"{path}/freeze", {}, status=422)  # ann's flat is sold
    later = str(clock.now() + timedelta(days=9))
    right = plan_of(made, unsold_ids=bare, ends_at=later, kind="manager")
    for who in ("far_secretary", "ann"):
        status = 403 if who == "ann" else 404
        await assembly.call(who, path, right, method="PUT", status=status)
    changed = await assembly.call("worker", path, right, method="PUT")
    assert (changed["unsold_ids"], changed["kind"]) == (bare, "manager")
    await assembly.call("worker", path, right, method="PUT", status=409)  # an old version
    frozen_one = await assembly.call("worker", f"{path}/freeze", {})
    assert (frozen_one["whole"]["dwellings"], frozen_one["whole"]["heads"]) == (8, 7)
    await assembly.call("worker", path, plan_of(frozen_one), method="PUT", status=409)
    assert (await assembly.call("ann", path))["unsold_ids"] is None


async def test_a_draft_cannot_be_planned_into_the_past(assembly: Assembly) -> None:
    made = await assembly.prepared()
    late = plan_of(made, ends_at=str(clock.now() - timedelta(hours=1)))
    path = f"/votings/{made['id']}"
    refused = await assembly.call("worker", path, late, method="PUT", status=422)
    assert refused["errors"][0]["field"] == "ends_at"


async def test_the_register_shows_every_door_of_the_vote(assembly: Assembly) -> None:
    bare = await Dwelling.create(area_id=assembly.city.unit.id, number="901", floor=9)
    made = await assembly.prepared(unsold_ids=[bare.id])
    path = f"/votings/{made['id']}/register"
    lines = (await assembly.call("worker", path))["items"]
    assert {one["number"]: (one["area"], one["owners"], one["is_unsold"]) for one in lines} == {
        **{f"{n}01": (10_000, 1, False) for n in range(1, 7)},
        "901": (None, 0, True),
    }
    part = await assembly.call("worker", f"{path}?area_id={assembly.city.unit.id}&limit=2")
    assert ([one["number"] for one in part["items"]], bool(part["next"])) == (["101", "201"], True)
    await assembly.call("worker", f"{path}?area_id={assembly.city.spring.id}", status=404)
    await assembly.call("far_secretary", path, status=404)
    await assembly.call("ann", path, status=403)
