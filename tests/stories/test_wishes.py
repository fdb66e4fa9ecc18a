"""A wish from the first word to the wall of thanks."""

from datetime import timedelta
from typing import Any

from backend.core import clock
from backend.sample.caller import eventually
from tests.stories.conftest import Town

OPEN_TO_ALL = (
    "UPDATE wishes_wish SET circle = 'county', widens_at = NULL, version = version + 1, "
    "open_path = (SELECT path FROM areas_area WHERE level = 'county') WHERE id = ?"
)


async def test_a_wish_comes_true(town: Town) -> None:
    until = str(clock.today() + timedelta(days=30))
    body = {"category": "goods", "title": "想要一床厚被子", "text": "双人的，干净就好"}
    resident, neighbour = town["resident"], town["neighbour"]
    made = await resident.post("/wishes", body | {"handover": "office", "until": until})
    path = f"/wishes/{made['id']}"
    opened = await town["secretary"].post(f"{path}/approve", {"version": made["version"]})
    assert (opened["status"], opened["circle_name"]) == ("open", "本楼")
    town.time_passes(OPEN_TO_ALL, made["id"])
    assert made["id"] in [one["id"] for one in await neighbour.rows("/wishes", limit=50)]
    claim = await neighbour.post(f"{path}/claim", {"shares": 1, "shows_name": True})

    async def told() -> Any:
        return [one["title"] for one in await resident.rows("/inbox", limit=50)]

    await eventually(told, lambda titles: "有邻居认领了您的微心愿" in titles)
    contact = await neighbour.post(f"/wish-claims/{claim['id']}/contact")
    assert (contact["name"], contact["place"].startswith("桃花涧社区")) == ("", True)
    proof = {"note": "送到社区了", "file_ids": [await neighbour.upload("green")]}
    await neighbour.post(f"/wish-claims/{claim['id']}/fulfil", proof)
    await resident.post(f"/wish-claims/{claim['id']}/confirm")
    assert (await resident.get(path))["status"] == "confirmed"
    thanks = {"text": "被子很暖和，谢谢", "is_public": True}
    (await resident.http.put(f"{path}/thanks", json=thanks)).raise_for_status()
    wall = await neighbour.rows("/wishes/thanks", limit=50)
    card = next(one for one in wall if one["wish_id"] == made["id"])
    assert card["helpers"][0].endswith("*")
