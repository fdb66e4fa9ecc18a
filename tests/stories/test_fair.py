"""A whole fair: asked for, reviewed, announced, open, and what it added up to."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from backend.sample.caller import Refused, eventually
from tests.stories.conftest import Town

Fair = dict[str, Any]
RULES = "物品干净完好，以物易物，不收现金"


async def _move(town: Town, who: str, fair: Fair, name: str, **body: Any) -> Fair:
    made: Fair = await town[who].post(f"/fairs/{fair['id']}/{name}", body)
    return made


def _scene(town: Town, table: str, row_id: int) -> str:
    sql = f"SELECT c.token FROM codes_code c JOIN {table} t ON t.code_id = c.id WHERE t.id = ?"
    with closing(sqlite3.connect(town.demo.database, timeout=20)) as database:
        return str(database.execute(sql, (row_id,)).fetchone()[0])


async def _approved(town: Town) -> Fair:
    """Residents were asked, the street agrees."""
    community = next(one for one in (await town["worker"].get("/me"))["posts"])["area"]
    body = {
        "area_id": community["id"],
        "title": "桃花涧年货集市",
        "theme": "理发磨刀，年货到家门口",
    }
    fair: Fair = await town["worker"].post("/fairs", body)
    fair = await _move(town, "worker", fair, "needs")
    sheet = {"services": ["s1", "s2"], "time": "sat", "help": "yes"}
    await town["resident"].post(f"/surveys/{fair['needs_survey_id']}/answers", {"answers": sheet})
    await _move(town, "worker", fair, "survey", needs="理发、量血压最需要")
    await _move(town, "worker", fair, "submit")
    return await _move(town, "street", fair, "approve")


async def _announced(town: Town) -> tuple[Fair, dict[str, Any]]:
    """A craftsman's stall stands on the map; eight days are left."""
    fair = await _approved(town)
    start = (datetime.now(UTC) + timedelta(days=8)).replace(microsecond=0)
    plan = {"place": "文化广场", "map_columns": 4, "map_rows": 3, "exchange_rules": RULES}
    times = {
        "starts_at": start.isoformat(),
        "ends_at": (start + timedelta(hours=4)).isoformat(),
    }
    await _move(town, "worker", fair, "arrange", **plan, **times)
    fair = await _move(town, "worker", fair, "prepare")
    offered = {"kind": "craft", "zone": "care", "name": "张师傅磨刀"}
    stall = await town["neighbour"].post(f"/fairs/{fair['id']}/stalls", offered)
    await town["worker"].post(f"/stalls/{stall['id']}/accept")
    await town["worker"].post(f"/stalls/{stall['id']}/place", {"row": 1, "column": 2})
    return await _move(town, "worker", fair, "preview"), stall


async def _hurry(town: Town, fair: Fair) -> Fair:
    """Eight days pass: everything of the fair is so much older."""
    now = datetime.now(UTC).replace(tzinfo=None)
    sql = "UPDATE fairs_fair SET starts_at = ?, ends_at = ?, previewed_at = ? WHERE id = ?"
    moments = (now, now + timedelta(hours=4), now - timedelta(days=8))
    town.time_passes(sql, *(f"{one.isoformat(' ')}+00:00" for one in moments), fair["id"])
    return await _move(town, "worker", fair, "open")


async def test_a_whole_fair(town: Town) -> None:
    fair, stall = await _announced(town)
    path = f"/fairs/{fair['id']}"
    thing = {"title": "电饭煲", "about": "用过两次", "accepts_rules": True}
    item = await town["neighbour"].post(f"{path}/exchanges", thing)
    await town["resident"].post(f"/exchanges/{item['id']}/reserve")
    with pytest.raises(Refused):
        await town["resident"].post(
            "/stalls/scan", {"scene": _scene(town, "stalls_stall", stall["id"])}
        )
    await _hurry(town, fair)
    poster = {"scene": _scene(town, "fairs_fair", fair["id"])}
    for who in ("resident", "neighbour", "resident"):
        arrived = await town[who].post("/fairs/arrive", poster | {"is_named": who == "neighbour"})
    assert (arrived["number"], arrived["is_first"]) == (1, False)
    at_stall = {"scene": _scene(town, "stalls_stall", stall["id"])}
    visits = [await town["resident"].post("/stalls/scan", at_stall) for _ in range(2)]
    assert [one["is_first"] for one in visits] == [True, False]
    await town["neighbour"].post(f"/exchanges/{item['id']}/hand-over")
    words = {"kind": "letter", "text": "广场边的路灯傍晚不亮，散场时看不清台阶"}
    letter = await town["resident"].post(f"{path}/letters", words)
    taken = await town["worker"].post(f"/letters/{letter['id']}/take", {"kind": "complaint"})
    order = await town.see("resident", {"id": taken["order_id"]})
    assert order["text"] == words["text"]
    wall = await town["neighbour"].get(f"{path}/wall")
    assert (wall["total"], wall["stalls"][0]["visitors"]) == (2, 1)
    await _move(town, "worker", fair, "close")
    done = await _move(town, "worker", fair, "review", summary="磨刀最受欢迎，下次加摊")
    found = {one["key"]: one["value"] for one in done["figures"]}
    assert (found["visitors"], found["visits"], found["exchanged"]) == (2, 1, 1)
    assert (found["letters"], found["demands"]) == (1, 1)


async def test_residents_hear_of_the_preview(town: Town) -> None:
    fair, _ = await _announced(town)

    async def told() -> list[str]:
        listed = await town["resident"].rows("/inbox", limit=100)
        return [one["title"] for one in listed if one["link"].endswith(f"id={fair['id']}")]

    assert await eventually(told, lambda them: "公益集市预告" in them)
