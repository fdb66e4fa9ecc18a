"""A whole owners' vote: demands become a matter, co-owners, a delegate and paper vote, every voter
checks the own ballot, and anybody counts again."""

import asyncio
import json
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from backend.core import clock
from backend.engines.ballots.rules import new_code
from tests.stories.conftest import Town

SCRIPT = Path(__file__).parents[2] / "scripts" / "recount"
SECTION = {"key": "place", "title": "装在哪里"}


async def _open_vote(town: Town, order: dict[str, Any]) -> dict[str, Any]:
    """A vote of the first resident's compound, as it is opened by the secretary."""
    secretary = town["secretary"]
    home = (await town["resident"].rows("/me/dwellings"))[0]
    body = {
        "area_id": home["compound_id"],
        "title": "东门外装充电桩",
        "text": "几位居民都反映电动车充电不便，请大家商议怎么办。",
        "sections": [SECTION],
        "opinions_until": _in(3600),
        "order_ids": [order["id"]],
    }
    matter = await secretary.post("/matters", body)
    path = f"/matters/{matter['id']}"
    await secretary.post(f"{path}/publish", {})
    said = {"section": "place", "text": "装在东门，离楼远一点"}
    opinion = await town["resident"].post(f"{path}/opinions", said)
    assert (await town["neighbour"].post(f"/opinions/{opinion['id']}/like", {}))["likes"] == 1
    shaped = {
        "summaries": [{"key": "place", "summary": "多数人希望装在东门。"}],
        "options": [{"key": "agree", "text": "同意"}],
    }
    await secretary.post(f"{path}/summarize", shaped)
    plan = {"kind": "common_use", "starts_at": _in(-1), "ends_at": _in(3600)}
    voting = await secretary.post(f"{path}/voting", plan)
    await secretary.post(f"/votings/{voting['id']}/freeze", {})
    return await secretary.post(f"/votings/{voting['id']}/start", {})  # type: ignore[no-any-return]


def _in(seconds: int) -> str:
    return (clock.now() + timedelta(seconds=seconds)).isoformat()


async def test_a_vote_from_the_demand_to_the_recount(town: Town, tmp_path: Path) -> None:
    voting = await _open_vote(town, await town.report())
    path = f"/votings/{voting['id']}"
    mine = (await town["resident"].get(f"{path}/ballots/mine"))["items"]
    home = next(one for one in mine if one["may_cast"])
    code = new_code(26)
    ballot = {"dwelling_id": home["dwelling_id"], "code": code}
    cast = await town["resident"].post(f"{path}/ballots", {"choice": "agree", "ballots": [ballot]})
    listed = (await town["resident"].http.get(f"{path}/hashes")).text.split()
    assert cast["ballots"][0]["hash"] in listed
    refused = await _refused(town, "resident", f"{path}/ballots", ballot)
    assert refused == "already_voted"
    paper_code = await _paper(town, voting, home["dwelling_id"])
    await _end(town, voting)
    counted = await town["secretary"].get(path)
    assert counted["status"] == "counted"
    assert counted["outcome"]["has_quorum"] is False
    export = await town["resident"].get(f"{path}/export")
    file = tmp_path / "vote.json"
    file.write_text(json.dumps(export))
    for known in (code, paper_code):
        done = await asyncio.to_thread(_recount, file, known)
        assert done.returncode == 0, done.stdout.decode()
    over = await town["resident"].rows("/matters", state="over")
    assert over[0]["decision"].endswith("表决无效")


def _recount(file: Path, code: str) -> subprocess.CompletedProcess[bytes]:
    """As a voter runs it."""
    command = [sys.executable, "-I", str(SCRIPT), str(file), code, "agree"]
    return subprocess.run(command, capture_output=True, check=False)


async def _refused(town: Town, who: str, path: str, ballot: dict[str, Any]) -> str:
    body = {"choice": "agree", "ballots": [ballot | {"code": new_code(26)}]}
    answer = await town[who].http.post(path, json=body)
    assert answer.status_code == 409
    return str(answer.json()["code"])


async def _paper(town: Town, voting: dict[str, Any], taken: int) -> str:
    """Two social workers enter one paper of another dwelling; its code."""
    path = f"/votings/{voting['id']}"
    body = {"choice": "agree", "code": new_code(), "received_at": clock.now().isoformat()}
    units = await town["worker"].rows("/areas", parent_id=voting["area_id"])
    while units:
        homes = await town["worker"].rows(f"/areas/{units[0]['id']}/dwellings")
        free = [one["id"] for one in homes if one["id"] != taken]
        if free:
            break
        units = await town["worker"].rows("/areas", parent_id=units[0]["id"])
    first = await town["worker"].post(f"{path}/papers", body | {"dwelling_id": free[0]})
    assert first["status"] == "waiting"
    second = await town["colleague"].post(f"{path}/papers", body | {"dwelling_id": free[0]})
    assert second["status"] == "counted"
    return str(body["code"])


async def _end(town: Town, voting: dict[str, Any]) -> None:
    """The deadline passes; the clock ends the vote; the secretary counts."""
    sql = "UPDATE votings_voting SET ends_at = ? WHERE id = ?"
    town.time_passes(sql, clock.now().isoformat(sep=" "), voting["id"])
    for _ in range(60):
        if (await town["secretary"].get(f"/votings/{voting['id']}"))["status"] == "ended":
            break
        await asyncio.sleep(1)
    await town["secretary"].post(f"/votings/{voting['id']}/count", {})
    # What was frozen says when it ends: a moved moment would be found by whoever counts again.
    ends = datetime.fromisoformat(voting["ends_at"]).isoformat(sep=" ")
    town.time_passes(sql, ends, voting["id"])
    path = f"/matters/{voting['subject'].partition(':')[2]}"
    for _ in range(60):
        if (await town["secretary"].get(path))["status"] == "rejected":
            break
        await asyncio.sleep(1)
