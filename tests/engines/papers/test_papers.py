"""Paper ballots: two people, one paper; and who comes first, counts."""

import json
from datetime import timedelta

import pytest
import time_machine

from backend.core import clock
from backend.core.database import rows
from backend.engines.papers.states import MOVES, OPEN, PaperStatus
from tests.engines.votings.test_recount import recount
from tests.hall import Assembly, assembly, city, frozen, hall

__all__ = ["assembly", "city", "frozen", "hall"]
CODE = "K7M2 QX9A B4CD"


def test_an_end_is_an_end() -> None:
    assert all(move.sources <= OPEN for move in MOVES.values())
    reached = {target for move in MOVES.values() for target in move.targets}
    assert reached | {PaperStatus.WAITING} == set(PaperStatus)


async def test_two_people_enter_it_and_its_stub_finds_it(
    assembly: Assembly, frozen: time_machine.Traveller
) -> None:
    voting = await assembly.voting()
    first = await assembly.paper("worker", voting, "ann")
    assert (first["status"], first["is_mine"]) == ("waiting", True)
    assert "agree" not in str(first)
    same = await assembly.paper("worker", voting, "ann", status=409)
    assert same["code"] == "same_person"
    seen = await assembly.call("colleague", f"/votings/{voting['id']}/papers")
    assert "agree" not in str(seen)
    second = await assembly.paper("colleague", voting, "ann")
    assert second["status"] == "counted"
    mine = await assembly.mine("ann", voting)
    assert (mine["has_voted"], mine["source_name"]) == (True, "纸质选票")
    assert (await assembly.cast("ann", voting, status=409))["code"] == "already_voted"
    await assembly.paper("worker", voting, "ann", status=409)
    kept = (await rows("SELECT * FROM papers_ballot"))[0]
    assert {kept[name] for name in kept if "code" in name or "choice" in name} == {None}
    for who in ("bob", "cat", "dan"):
        await assembly.cast(who, voting)
    await assembly.counted(voting, frozen)
    export = json.loads(await assembly.download("ann", f"/votings/{voting['id']}/export"))
    assert list(recount.problems(export)) == []
    said = f"linli-ballot|{voting['id']}|{voting['text_hash']}|agree|{CODE.replace(' ', '')}"
    assert recount.digest(said) in [one[0] for one in export["slips"]]


@pytest.mark.parametrize("differs", [{"choice": "against"}, {"code": "K7M2 QX9A B4CE"}])
async def test_where_they_differ_a_third_person_rules(
    assembly: Assembly, frozen: time_machine.Traveller, differs: dict[str, str]
) -> None:
    voting = await assembly.voting()
    await assembly.paper("worker", voting, "ann")
    disputed = await assembly.paper("secretary", voting, "ann", **differs)
    assert (disputed["status"], (await assembly.mine("ann", voting))["has_voted"]) == (
        "disputed", False,
    )  # fmt: skip
    await assembly.paper("colleague", voting, "ann", status=409)
    path = f"/papers/{disputed['id']}/rule"
    ruling = {"choice": "agree", "code": CODE, "note": "与业主当面核对"}
    await assembly.call("secretary", path, ruling, status=403)
    await assembly.call("worker", path, ruling, status=403)
    await assembly.call("far_secretary", path, ruling, status=404)
    frozen.move_to(clock.now() + timedelta(days=7))
    await assembly.tick()
    await assembly.call("secretary", f"/votings/{voting['id']}/count", {}, status=409)
    ruled = await assembly.call("street", path, ruling)
    assert ruled["status"] == "counted"
    await assembly.call("secretary", f"/votings/{voting['id']}/count", {})


async def test_a_phone_that_comes_first_counts(assembly: Assembly) -> None:
    """Also between the two entries: until both are there nothing is in the box."""
    voting = await assembly.voting()
    await assembly.paper("worker", voting, "ann", "against")
    await assembly.cast("ann", voting)
    second = await assembly.paper("colleague", voting, "ann", "against")
    assert (second["status"], second["status_name"]) == ("outrun", "已先用手机投票，不计入")
    assert len(await rows("SELECT 1 AS one FROM votings_slip")) == 1
    refused = await assembly.paper("worker", voting, "ann", status=409)
    assert refused["code"] == "already_voted"


async def test_what_was_entered_wrongly_is_taken_out(assembly: Assembly) -> None:
    voting = await assembly.voting()
    wrong = await assembly.paper("worker", voting, "bob")
    path = f"/papers/{wrong['id']}/void"
    await assembly.call("worker", path, {"note": "房号录错"}, status=403)
    assert (await assembly.call("secretary", path, {"note": "房号录错"}))["status"] == "void"
    again = await assembly.paper("worker", voting, "bob")
    assert (again["id"] != wrong["id"], again["status"]) == (True, "waiting")


async def test_papers_that_were_handed_in_in_time(
    assembly: Assembly, frozen: time_machine.Traveller
) -> None:
    """They may be entered afterwards; what came at the deadline or later does not count."""
    voting = await assembly.voting()
    ends = clock.now() + timedelta(days=7)
    frozen.move_to(ends)
    await assembly.tick()
    just = str(ends - timedelta(microseconds=1))
    await assembly.paper("worker", voting, "ann", received_at=str(ends), status=422)
    await assembly.paper("worker", voting, "ann", received_at=just)
    await assembly.paper("colleague", voting, "ann", received_at=just)
    assert len(await rows("SELECT 1 AS one FROM votings_mark")) == 1
    before = str(ends - timedelta(days=8))
    await assembly.paper("worker", voting, "bob", received_at=before, status=422)
    await assembly.call("secretary", f"/votings/{voting['id']}/count", {})
    late = await assembly.paper("worker", voting, "bob", received_at=just, status=409)
    assert late["code"] == "voting_over"


async def test_papers_of_a_cancelled_vote_hold_nothing(assembly: Assembly) -> None:
    voting = await assembly.voting()
    await assembly.paper("worker", voting, "ann")
    await assembly.call("secretary", f"/votings/{voting['id']}/cancel", {"reason": "文字有误"})
    await assembly.work()
    kept = (await rows("SELECT * FROM papers_ballot"))[0]
    assert (kept["status"], kept["first_choice"], kept["first_code"]) == ("void", None, None)


async def test_printed_ballots(assembly: Assembly) -> None:
    voting = await assembly.voting()
    path = f"/votings/{voting['id']}/papers/print?area_id={assembly.city.unit.id}"
    printed = await assembly.download("worker", path)
    assert printed[:4] == b"%PDF"
    assert printed.count(b"/Type /Page\n") == 3
    await assembly.cast("ann", voting)
    await assembly.cast("bob", voting)
    assert (await assembly.download("worker", path)).count(b"/Type /Page\n") == 2
    far = assembly.city.far_building.id
    await assembly.call("worker", f"/votings/{voting['id']}/papers/print", status=404, area_id=far)


async def test_a_vote_without_paper_takes_none(assembly: Assembly) -> None:
    voting = await assembly.voting(takes_paper=False)
    assert (await assembly.paper("worker", voting, "ann", status=409))["code"] == "voting_over"


async def test_bad_entries(assembly: Assembly) -> None:
    voting = await assembly.voting()
    await assembly.paper("worker", voting, "ann", choice="none", status=422)
    await assembly.paper("worker", voting, "ann", code="K7M2", status=422)
    await assembly.paper("worker", voting, "ann", code=" " * 20, status=422)
    await assembly.paper("far_secretary", voting, "ann", status=404)
    await assembly.paper("ann", voting, "ann", status=403)
    elsewhere = assembly.city.far_home.id
    await assembly.paper("worker", voting, "ann", dwelling_id=elsewhere, status=404)
