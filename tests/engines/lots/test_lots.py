"""Car parks as their staff see and change them."""

from tests.engines.gates.conftest import Park
from tests.engines.gates.conftest import noon as noon
from tests.engines.gates.conftest import park as park
from tests.engines.vehicles.conftest import yard as yard
from tests.foundation.conftest import city as city


async def test_staff_find_their_own_also_out_of_use(park: Park) -> None:
    lot = f"/lots/{park.lot['id']}"

    async def found(who: str, **query: bool) -> list[int]:
        return [one["id"] for one in (await park.call(who, "/lots", **query))["items"]]

    await park.call("manager", lot, {"is_active": False}, method="PATCH")
    assert await found("manager", is_staffed=True) == [park.lot["id"]]
    assert await found("guard", is_staffed=True) == [park.lot["id"]]
    for who in ("owner", "other", "stranger"):
        assert await found(who, is_staffed=True) == []
        assert await found(who) == []


async def test_an_owned_space_says_whose_it_is(park: Park) -> None:
    home = park.yard.city.home
    path = f"/lots/{park.lot['id']}/spaces"
    owned = {"numbers": ["B1-001"], "kind": "owned", "dwelling_id": home.id}
    (made,) = (await park.call("manager", path, owned))["items"]
    assert made["place"].endswith(home.number)
    await park.call("manager", path, {"numbers": ["B1-002", "B1-003"], "kind": "rented"})
    seen = (await park.call("guard", path))["items"]
    mine = [one for one in seen if one["number"].startswith("B1-")]
    assert [bool(one["place"]) for one in mine] == [True, False, False]
    changed = {"kind": "rented", "dwelling_id": None}
    let = await park.call("manager", f"/spaces/{made['id']}", changed, method="PATCH")
    assert (let["kind"], let["place"]) == ("rented", "")
    await park.call("manager", path, owned, status=409)
    await park.call("guard", path, owned, status=403)
