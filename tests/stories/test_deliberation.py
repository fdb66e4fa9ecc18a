"""Whole owners' votes. One from the demand to the recount: every voter checks the own ballot, and
anybody counts again. One of those who share a dwelling, send somebody, sell, or vote in two ways.
"""

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


async def _owns(town: Town, who: str, dwelling_id: int) -> None:
    """The community enters somebody as an owner of one more dwelling."""
    home = (await town[who].rows("/me/dwellings"))[0]
    asked = {"status": "confirmed", "area_id": home["building_id"], "limit": 100}
    known = await town["worker"].rows("/residents/bindings", **asked)
    resident = next(one["resident_id"] for one in known if one["id"] == home["binding_id"])
    body = {"dwelling_id": dwelling_id, "relation": "owner"}
    await town["worker"].post(f"/residents/{resident}/bindings", body)


async def _standing(town: Town, who: str, voting: dict[str, Any], home: int) -> dict[str, Any]:
    """How a person stands to a dwelling in a vote."""
    mine = await town[who].rows(f"/votings/{voting['id']}/ballots/mine")
    return next(one for one in mine if one["dwelling_id"] == home)


async def _cast(town: Town, who: str, voting: dict[str, Any], home: int) -> str:
    """Vote by phone: empty, or the code of the refusal."""
    ballot = {"dwelling_id": home, "code": new_code(26)}
    body = {"choice": "agree", "ballots": [ballot]}
    answer = await town[who].http.post(f"/votings/{voting['id']}/ballots", json=body)
    assert answer.status_code in (201, 403, 409), answer.text
    return "" if answer.status_code == 201 else str(answer.json()["code"])


async def _name(town: Town, who: str, voting: dict[str, Any], home: int, named: int) -> None:
    body = {"dwelling_id": home, "resident_id": named}
    await town[who].post(f"/votings/{voting['id']}/naming", body)


async def _share(town: Town, voting: dict[str, Any], home: int) -> None:
    """Two own a dwelling: while they name different people nobody votes, then whom both named."""
    me, other = "resident", "co-owner"
    owners = (await _standing(town, me, voting, home))["owners"]
    assert len(owners) == 2
    mine = next(one["resident_id"] for one in owners if one["is_me"])
    theirs = next(one["resident_id"] for one in owners if not one["is_me"])
    await _name(town, me, voting, home, mine)
    await _name(town, other, voting, home, theirs)
    assert "不一致" in (await _standing(town, me, voting, home))["why_not"]
    for who in (me, other):
        assert await _cast(town, who, voting, home) == "not_your_vote"
    await _name(town, other, voting, home, mine)
    assert await _cast(town, other, voting, home) == "not_your_vote"
    assert await _cast(town, me, voting, home) == ""
    seen = await _standing(town, other, voting, home)
    assert (seen["has_voted"], seen["is_cast_by_me"]) == (True, False)


async def _sell(town: Town, voting: dict[str, Any], binding: dict[str, Any]) -> None:
    """A dwelling is sold while the vote is on: who stands in the roll votes, not who bought."""
    home = binding["dwelling_id"]
    await town["seller"].post(f"/residents/bindings/{binding['binding_id']}/end", {})
    await _owns(town, "buyer", home)
    bought = await _standing(town, "buyer", voting, home)
    assert (bought["role"], bought["may_cast"]) == ("later_owner", False)
    assert await _cast(town, "buyer", voting, home) == "not_your_vote"
    assert (await _standing(town, "seller", voting, home))["may_cast"] is True


async def _outrun(town: Town, voting: dict[str, Any], home: int) -> None:
    """A paper is entered once, the phone is quicker than the second entry: the phone's counts."""
    path = f"/votings/{voting['id']}/papers"
    paper = {"choice": "agree", "code": new_code(), "received_at": clock.now().isoformat()}
    first = await town["worker"].post(path, paper | {"dwelling_id": home})
    assert first["status"] == "waiting"
    assert await _cast(town, "seller", voting, home) == ""
    second = await town["colleague"].post(path, paper | {"dwelling_id": home})
    assert (second["status"], second["status_name"]) == ("outrun", "已先用手机投票，不计入")
    assert (await _standing(town, "seller", voting, home))["source_name"] == "手机"


async def _entrust(town: Town, voting: dict[str, Any], home: int, phone: str) -> dict[str, Any]:
    """The worker records whom an owner sends, with the picture of the paper."""
    roll = await town["worker"].get(f"/votings/{voting['id']}/roll/{home}")
    body = {"dwelling_id": home, "owner_id": roll["owners"][0]["resident_id"], "phone": phone}
    body |= {"name": "受托人", "file_id": await town["worker"].upload("white")}
    made: dict[str, Any] = await town["worker"].post(f"/votings/{voting['id']}/proxies", body)
    return made


async def _send(town: Town, voting: dict[str, Any], home: int) -> None:
    """An owner sends somebody, takes the power back, and sends them again."""
    phone = {"openid": town["delegate"].openid, "phone": "19912345678"}
    code = (await town["delegate"].wechat.post("/control/phone-code", json=phone)).json()["code"]
    await town["delegate"].post("/me/phone", {"code": code})
    given = await _entrust(town, voting, home, phone["phone"])
    path = f"/votings/{voting['id']}/proxies/{given['id']}/withdraw"
    await town["worker"].post(path, {})
    ballot = {"dwelling_id": home, "code": new_code(26)}
    body = {"choice": "agree", "ballots": [ballot]}
    gone = await town["delegate"].http.post(f"/votings/{voting['id']}/ballots", json=body)
    assert gone.status_code == 404
    await _entrust(town, voting, home, phone["phone"])
    assert (await _standing(town, "delegate", voting, home))["role"] == "proxy"
    assert await _cast(town, "delegate", voting, home) == ""
    seen = await _standing(town, "sender", voting, home)
    assert (seen["source_name"], seen["is_cast_by_me"]) == ("受托人手机", False)
    assert await _cast(town, "sender", voting, home) == "already_voted"


async def _cast_parts(town: Town, compound: int) -> dict[str, dict[str, Any]]:
    """Log in who else takes part: the owners of three dwellings of the compound, with them, and
    three more people."""
    owners, homes = ["seller", "sender", "late"], {}
    others = ["buyer", "delegate", "co-owner"]
    for number in range(2, 40):
        caller = await town.person("somebody", "resident", number=number)
        found = await caller.rows("/me/dwellings")
        own = [one for one in found if one["compound_id"] == compound]
        if owners and own and own[0]["relation"] == "owner":
            homes[owners[0]] = own[0]
            part = owners.pop(0)
        elif others:
            part = others.pop(0)
        else:
            continue
        town.people[part], town.user_ids[part] = caller, town.user_ids["somebody"]
        if not owners and not others:
            return homes
    raise AssertionError(f"nobody plays {owners + others}")


async def test_a_vote_of_co_owners_a_delegate_a_sale_and_two_ways(town: Town) -> None:
    shared = (await town["resident"].rows("/me/dwellings"))[0]
    homes = await _cast_parts(town, shared["compound_id"])
    await _owns(town, "co-owner", shared["dwelling_id"])
    voting = await _open_vote(town, await town.report())
    await _share(town, voting, shared["dwelling_id"])
    await _sell(town, voting, homes["seller"])
    await _outrun(town, voting, homes["seller"]["dwelling_id"])
    await _send(town, voting, homes["sender"]["dwelling_id"])
    await _paper_first(town, voting, homes["late"]["dwelling_id"])
    await _end(town, voting)
    counted = await town["secretary"].get(f"/votings/{voting['id']}")
    assert counted["took_part"]["dwellings"] == 4


async def _paper_first(town: Town, voting: dict[str, Any], home: int) -> None:
    """The paper is counted: the phone comes too late, and the owner reads why."""
    path = f"/votings/{voting['id']}/papers"
    paper = {"choice": "agree", "code": new_code(), "received_at": clock.now().isoformat()}
    for who in ("worker", "colleague"):
        entered = await town[who].post(path, paper | {"dwelling_id": home})
    assert entered["status"] == "counted"
    assert await _cast(town, "late", voting, home) == "already_voted"
    seen = await _standing(town, "late", voting, home)
    assert (seen["source_name"], seen["may_cast"]) == ("纸质选票", False)
