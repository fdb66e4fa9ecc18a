"""Who may cast, that the first counts, and that every voter finds the own ballot."""

import asyncio
import json
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
import time_machine

from backend.core import clock
from backend.core.database import rows, transaction
from backend.core.events import emit
from backend.engines.ballots import rules
from backend.engines.ballots.rules import new_code
from backend.foundation.areas.models import Dwelling
from backend.foundation.identity import service as identity
from backend.foundation.identity.events import UserErased
from tests.engines.votings.test_recount import recount
from tests.hall import Assembly, assembly, city, frozen, hall

__all__ = ["assembly", "city", "frozen", "hall"]


async def test_the_receipt_finds_the_ballot_and_anybody_counts_again(
    assembly: Assembly, frozen: time_machine.Traveller
) -> None:
    voting = await assembly.voting("common_use")
    receipts = {}
    for who, choice in (
        ("ann", "agree"), ("bob", "agree"), ("cat", "agree"), ("dan", "abstain"),
    ):  # fmt: skip
        receipts[who] = await assembly.cast(who, voting, choice)
    mine = receipts["ann"]["ballots"][0]
    said = f"linli-ballot|{voting['id']}|{voting['text_hash']}|agree|{mine['code']}"
    assert sha256(said.encode()).hexdigest() == mine["hash"]
    listed = (await assembly.download("bob", f"/votings/{voting['id']}/hashes")).decode().split()
    assert mine["hash"] in listed
    assert listed == sorted(listed)
    seen = await assembly.call("ann", f"/votings/{voting['id']}")
    assert (seen["took_part"]["area"], seen["outcome"]) == (40_000, None)
    assert [one["result"] for one in seen["choices"]] == [None] * 3
    await assembly.call("ann", f"/votings/{voting['id']}/export", status=404)

    counted = await assembly.counted(voting, frozen)
    assert counted["outcome"]["passed"] == "agree"  # 3 of 4 is three quarters
    export = json.loads(await assembly.download("ann", f"/votings/{voting['id']}/export"))
    assert list(recount.problems(export)) == []
    assert [mine["hash"], "agree"] in [one[:2] for one in export["slips"]]
    assert (export["places"], export["root"]) == ({}, counted["outcome"]["root"])
    written = await rows("SELECT detail FROM audit_entry WHERE action = 'votings.counted'")
    assert json.loads(written[0]["detail"])["root"] == export["root"]


async def test_nothing_joins_a_secret_vote_to_its_voter(
    assembly: Assembly, frozen: time_machine.Traveller
) -> None:
    """After the count neither row, order, key nor idempotency tells who voted what."""
    voting = await assembly.voting()
    for who in ("ann", "bob", "cat", "dan", "eve"):
        code = new_code(26)
        body = {
            "choice": "agree" if who != "cat" else "against",
            "ballots": [{"dwelling_id": assembly.flats[who].id, "code": code}],
        }
        headers = assembly.headers[who] | {"idempotency-key": f"vote-of-{who}"}
        path = f"/api/v1/votings/{voting['id']}/ballots"
        answer = await assembly.client.post(path, json=body, headers=headers)
        assert answer.status_code == 201
        kept = await rows("SELECT * FROM votings_slip")
        assert code not in str(kept)
    await assembly.counted(voting, frozen)
    slips = await rows("SELECT * FROM votings_slip")
    assert {row["dwelling_id"] for row in slips} == {None}
    assert set(slips[0]) == {"id", "voting_id", "hash", "choice", "area", "head", "dwelling_id"}
    heads = {row["head"] for row in await rows("SELECT head FROM votings_mark")}
    assert {rules_pseudonym(head) for head in heads}.isdisjoint(row["head"] for row in slips)
    assert await rows("SELECT `key` FROM votings_voting WHERE `key` IS NOT NULL") == []
    assert await rows("SELECT 1 AS one FROM core_idempotency") == []
    mine = await assembly.mine("cat", voting)
    assert (mine["has_voted"], mine["choice"]) == (True, None)


def rules_pseudonym(head: int) -> str:
    """What somebody without the key would try."""
    return sha256(f"|{head}".encode()).hexdigest()[:16]


async def test_an_open_vote_says_who(assembly: Assembly, frozen: time_machine.Traveller) -> None:
    voting = await assembly.voting(is_secret=False)
    for who in ("ann", "bob", "cat", "dan"):
        await assembly.cast(who, voting)
    assert (await assembly.mine("ann", voting))["choice"] == "agree"
    await assembly.counted(voting, frozen)
    export = json.loads(await assembly.download("fay", f"/votings/{voting['id']}/export"))
    assert len(export["places"]) == 4
    assert list(recount.problems(export)) == []


async def test_who_is_no_owner_does_not_vote(assembly: Assembly) -> None:
    await assembly.move_in("tenant", assembly.flats["ann"], relation="tenant")
    voting = await assembly.voting()
    refused = await assembly.cast("tenant", voting, "agree", "ann", status=403)
    assert (refused["code"], refused["detail"]) == ("not_your_vote", "只有业主可以投票")
    await assembly.cast("bob", voting, "agree", "ann", status=404)
    await assembly.cast("stranger", voting, "agree", "ann", status=404)
    await assembly.cast("worker", voting, "agree", "ann", status=404)
    await assembly.cast("ann", voting, "none", status=422)
    assert await rows("SELECT 1 AS one FROM votings_mark") == []


async def test_the_first_counts_whoever_and_however_often(assembly: Assembly) -> None:
    """Forty taps of two co-owners at once: one ballot."""
    await assembly.move_in("spouse", assembly.flats["ann"])
    voting = await assembly.voting()
    path = f"/api/v1/votings/{voting['id']}/ballots"

    async def tap(who: str, choice: str) -> int:
        ballot = {"dwelling_id": assembly.flats["ann"].id, "code": new_code(26)}
        body = {"choice": choice, "ballots": [ballot]}
        answer = await assembly.client.post(path, json=body, headers=assembly.headers[who])
        return answer.status_code

    taps = [tap(*one) for one in (("ann", "agree"), ("spouse", "against")) * 10]
    assert sorted(await asyncio.gather(*taps)) == [201] + [409] * 19
    assert len(await rows("SELECT 1 AS one FROM votings_mark")) == 1
    assert len(await rows("SELECT 1 AS one FROM votings_slip")) == 1
    assert (await rows("SELECT ballots FROM votings_voting"))[0]["ballots"] == 1
    seen = [await assembly.mine(who, voting, "ann") for who in ("ann", "spouse")]
    assert [one["has_voted"] for one in seen] == [True, True]
    assert [one["is_cast_by_me"] for one in seen].count(True) == 1
    await assembly.work()
    other = "spouse" if seen[0]["is_cast_by_me"] else "ann"
    assert "您家已经投票" in await assembly.inbox(other)


async def test_co_owners_name_one(assembly: Assembly) -> None:
    await assembly.move_in("spouse", assembly.flats["ann"])
    voting = await assembly.voting()
    path = f"/votings/{voting['id']}/naming"
    owners = {one["is_me"]: one for one in (await assembly.mine("ann", voting))["owners"]}
    me, other = owners[True]["resident_id"], owners[False]["resident_id"]
    home = {"dwelling_id": assembly.flats["ann"].id}
    await assembly.call("ann", path, home | {"resident_id": other})
    refused = await assembly.cast("ann", voting, status=403)
    assert refused["detail"] == "共有人已推选另一位投票"
    await assembly.call("spouse", path, home | {"resident_id": me})
    for who in ("ann", "spouse"):
        refused = await assembly.cast(who, voting, "agree", "ann", status=403)
        assert refused["detail"] == "共有人推选的人不一致，请先商定由谁投票"
    await assembly.call("spouse", path, home | {"resident_id": other})
    await assembly.cast("spouse", voting, "agree", "ann")
    await assembly.call("ann", path, home | {"resident_id": me}, status=409)
    await assembly.call("bob", path, home | {"resident_id": me}, status=404)
    wrong = {"dwelling_id": assembly.flats["bob"].id, "resident_id": me}
    await assembly.call("bob", path, wrong, status=422)


def test_voters() -> None:
    both = frozenset({1, 2})
    assert rules.voters(both, {}) == both
    assert rules.voters(both, {1: 2}) == {2}
    assert rules.voters(both, {1: 2, 2: 2}) == {2}
    assert rules.voters(both, {1: 2, 2: 1}) == frozenset()


async def test_a_flat_sold_during_the_vote(assembly: Assembly) -> None:
    """The roll is frozen: who owned it then votes, and the buyer is told why not."""
    voting = await assembly.voting()
    home = assembly.flats["ann"]
    bound = (await assembly.call("ann", "/me/dwellings"))["items"][0]
    held = {"dwelling_id": home.id, "leaving": [bound["binding_id"]], "reason": "房屋买卖"}
    await assembly.call("secretary", "/holdings/hand-over", held)
    await assembly.move_in("buyer", home)
    seen = await assembly.mine("buyer", voting, "ann")
    assert (seen["role"], seen["may_cast"], "当时的业主" in seen["why_not"]) == (
        "later_owner", False, True,
    )  # fmt: skip
    refused = await assembly.cast("buyer", voting, "agree", "ann", status=403)
    assert refused["code"] == "not_your_vote"
    await assembly.cast("ann", voting)
    assert (await assembly.mine("buyer", voting, "ann"))["has_voted"] is True


async def test_a_delegate_in_writing(assembly: Assembly) -> None:
    voting = await assembly.voting()
    await assembly.move_in("nephew")
    await identity.set_phone(assembly.ids["nephew"], "13854321098")
    path, home = f"/votings/{voting['id']}/proxies", assembly.flats["ann"].id
    await assembly.call("nephew", f"/votings/{voting['id']}/ballots/mine", status=404)
    line = await assembly.call("worker", f"/votings/{voting['id']}/roll/{home}")
    body = {
        "dwelling_id": home,
        "owner_id": line["owners"][0]["resident_id"],
        "name": "李侄儿",
        "phone": "13854321098",
        "file_id": await assembly.picture("worker"),
    }
    await assembly.call("worker", path, body | {"owner_id": 999}, status=422)
    await assembly.call("worker", path, body | {"phone": "13900000000"}, status=422)
    await assembly.call("far_secretary", path, body, status=404)
    made = await assembly.call("worker", path, body, status=201)
    assert (made["name"], made["votes_by_phone"]) == ("李**", True)
    another = body | {"file_id": await assembly.picture("worker")}
    await assembly.call("worker", path, another, status=409)
    assert "请您代为投票" in await assembly.inbox("nephew")
    assert (await assembly.mine("nephew", voting, "ann"))["role_name"] == "受托人"
    seen = await assembly.call("nephew", f"/votings/{voting['id']}")
    assert (seen["id"], seen["moves"]) == (voting["id"], [])
    await assembly.cast("nephew", voting, "agree", "ann")
    seen = await assembly.mine("ann", voting)
    assert (seen["has_voted"], seen["source_name"]) == (True, "受托人手机")
    await assembly.cast("ann", voting, status=409)
    await assembly.work()
    assert "您家已经投票" in await assembly.inbox("ann")
    async with transaction():
        await emit(UserErased(assembly.ids["nephew"]))
    await assembly.work()
    assert await rows("SELECT name FROM ballots_proxy WHERE name IS NOT NULL") == []


async def test_a_power_taken_back(assembly: Assembly) -> None:
    voting = await assembly.voting()
    await assembly.move_in("nephew")
    await identity.set_phone(assembly.ids["nephew"], "13854321098")
    path, home = f"/votings/{voting['id']}/proxies", assembly.flats["ann"].id
    line = await assembly.call("worker", f"/votings/{voting['id']}/roll/{home}")
    body = {
        "dwelling_id": home,
        "owner_id": line["owners"][0]["resident_id"],
        "name": "李侄儿",
        "phone": "13854321098",
        "file_id": await assembly.picture("worker"),
    }
    made = await assembly.call("worker", path, body, status=201)
    await assembly.call("worker", f"{path}/{made['id']}/withdraw", {})
    await assembly.call("worker", f"{path}/{made['id']}/withdraw", {}, status=404)
    await assembly.cast("nephew", voting, "agree", "ann", status=404)


async def test_the_exact_deadline(assembly: Assembly, frozen: time_machine.Traveller) -> None:
    voting = await assembly.voting()
    frozen.shift(timedelta(days=7) - timedelta(microseconds=1))
    await assembly.cast("ann", voting)
    frozen.shift(timedelta(microseconds=1))
    assert (await assembly.cast("bob", voting, status=409))["code"] == "voting_over"
    await assembly.tick()
    assert (await assembly.cast("bob", voting, status=409))["code"] == "voting_over"


async def test_before_it_begins(assembly: Assembly, frozen: time_machine.Traveller) -> None:
    later = clock.now() + timedelta(days=1)
    made = await assembly.prepared(starts_at=str(later))
    path = f"/votings/{made['id']}"
    await assembly.call("worker", f"{path}/start", {}, status=409)
    await assembly.call("worker", f"{path}/freeze", {})
    await assembly.call("worker", f"{path}/start", {}, status=409)
    await assembly.cast("ann", made, status=409)
    await assembly.call("worker", f"{path}/thaw", {})
    assert await rows("SELECT 1 AS one FROM electorates_elector") == []
    await assembly.call("worker", f"{path}/freeze", {})
    frozen.move_to(later)
    await assembly.tick()
    await assembly.cast("ann", made)


async def test_one_vote_for_several_flats(
    assembly: Assembly, frozen: time_machine.Traveller
) -> None:
    """An owner of two is one head, and the areas of both count."""
    second = await Dwelling.create(
        area_id=assembly.city.unit.id, number="701", floor=7, square=10_000
    )
    assembly.flats["second"] = second
    await assembly.move_in("ann", second)
    voting = await assembly.voting()
    assert (voting["whole"]["dwellings"], voting["whole"]["heads"]) == (7, 6)
    await assembly.cast("ann", voting, "agree", "ann", "second")
    seen = await assembly.call("ann", f"/votings/{voting['id']}")
    assert seen["took_part"] == {"dwellings": 2, "heads": 1, "area": 20_000}
    again: Any = await assembly.cast("ann", voting, "agree", "ann", "ann", status=422)
    assert again["errors"][0]["field"] == "ballots"


@pytest.mark.parametrize("code", ["", "short", "k7m2qx9ab4cd", "K7M2QX9AB4C0", "K" * 33])
async def test_bad_codes(assembly: Assembly, code: str) -> None:
    voting = await assembly.voting()
    ballot = {"dwelling_id": assembly.flats["ann"].id, "code": code}
    body = {"choice": "agree", "ballots": [ballot]}
    await assembly.call("ann", f"/votings/{voting['id']}/ballots", body, status=422)


async def test_a_code_is_good_once(assembly: Assembly) -> None:
    voting = await assembly.voting()
    code = new_code(26)
    for who, status in (("ann", 201), ("bob", 422)):
        ballot = {"dwelling_id": assembly.flats[who].id, "code": code}
        body = {"choice": "agree", "ballots": [ballot]}
        await assembly.call(who, f"/votings/{voting['id']}/ballots", body, status=status)
    assert len(await rows("SELECT 1 AS one FROM votings_mark")) == 1


async def test_a_roll_without_areas_cannot_be_counted(assembly: Assembly) -> None:
    await Dwelling.filter(id=assembly.flats["ann"].id).update(square=None)
    made = await assembly.prepared()
    refused = await assembly.call("worker", f"/votings/{made['id']}/freeze", {}, status=422)
    assert "没有登记面积" in refused["errors"][0]["message"]


async def test_what_the_developer_holds_is_one_head(assembly: Assembly) -> None:
    unit = assembly.city.unit.id
    unsold = [
        (await Dwelling.create(area_id=unit, number=f"8{n}", floor=8, square=10_000)).id
        for n in range(3)
    ]
    wrong = await assembly.prepared(unsold_ids=[assembly.flats["ann"].id])
    await assembly.call("worker", f"/votings/{wrong['id']}/freeze", {}, status=422)
    voting = await assembly.voting(unsold_ids=unsold)
    assert (voting["whole"]["dwellings"], voting["whole"]["heads"]) == (9, 7)


async def test_voting_earns_nothing(assembly: Assembly) -> None:
    """No event follows from a ballot, so that nobody can be rewarded for one."""
    voting = await assembly.voting()
    await assembly.cast("ann", voting)
    assert await rows("SELECT name FROM core_job WHERE name NOT LIKE '%notify%'") == []
