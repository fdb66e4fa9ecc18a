"""The script that anybody can run, against our own count, and against every kind of forgery."""

import json
import subprocess
import sys
from copy import deepcopy
from dataclasses import asdict
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core import clock
from backend.engines.electorates import rules as rolls
from backend.engines.votings import queries, rules
from backend.engines.votings.models import Voting
from backend.engines.votings.rules import Kind, Slip, Tally
from tests.engines.votings.test_rules import CHOICES, flats_of

SCRIPT = Path(__file__).parents[3] / "scripts" / "recount"


def _script() -> Any:
    loader = SourceFileLoader("recount", str(SCRIPT))
    spec = spec_from_loader("recount", loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


recount = _script()


def exported(kind: Kind, flats: dict[int, tuple[int, str]], votes: dict[int, str]) -> Any:
    """A file as it is published, out of the rules alone."""
    owners = {one: frozenset({hash(who)}) for one, (_, who) in flats.items()}
    heads = rolls.headed(flats, owners, frozenset())
    roll = [[heads[one], area] for one, (area, _) in flats.items()]
    said = {"title": "装充电桩", "text": "详见方案", "kind": kind.value, "is_secret": True}
    said |= {"choices": [{"key": "agree", "text": "同意"}]}
    said |= {"starts_at": "2026-11-18T04:00:00Z", "ends_at": "2026-11-25T04:00:00Z"}
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    text_hash = recount.digest(text)
    slips = [
        Slip(
            rules.slip_hash(7, text_hash, choice, f"CODE{one}"),
            choice,
            flats[one][0],
            rules.pseudonym("key", heads[one]),
        )
        for one, choice in votes.items()
    ]
    whole = Tally(len(flats), len(set(heads.values())), sum(area for area, _ in flats.values()))
    return {
        "voting": said | {"id": 7, "text_hash": text_hash, "item": kind.item},
        "roll": roll,
        "roll_hash": rolls.digest([(head, area) for head, area in roll]),
        "slips": [list(vars(one).values()) for one in slips],
        "root": rules.root(slips),
        "outcome": asdict(rules.count(kind, ["agree"], whole, slips)),
    }


@given(flats_of, st.sampled_from(list(Kind)), st.data())
def test_the_script_agrees_with_our_count(
    flats: dict[int, tuple[int, str]], kind: Kind, data: Any
) -> None:
    allowed = CHOICES if kind.item else ["agree"]
    votes = data.draw(st.dictionaries(st.sampled_from(sorted(flats)), st.sampled_from(allowed)))
    assert list(recount.problems(exported(kind, flats, votes))) == []


FLATS = {0: (8950, "a"), 1: (8950, "b"), 2: (12_000, "c")}
VOTES = {0: "agree", 1: "agree", 2: "against"}


def _turn(vote: Any) -> None:
    vote["slips"][2][1] = "agree"


def _stuff(vote: Any) -> None:
    vote["slips"].append(["f" * 64, "agree", 8950, "0123456789abcdef"])


def _drop(vote: Any) -> None:
    vote["slips"].pop()


def _weigh(vote: Any) -> None:
    vote["slips"][0][2] = 99_000


def _reword(vote: Any) -> None:
    vote["voting"]["text"] = "另一个方案"


def _shrink(vote: Any) -> None:
    vote["roll"].pop()


def _claim(vote: Any) -> None:
    vote["outcome"]["passed"] = None


FORGERIES = [_turn, _stuff, _drop, _weigh, _reword, _shrink, _claim]


@pytest.mark.parametrize("forge", FORGERIES)
def test_a_forgery_is_found(forge: Any) -> None:
    vote = exported(Kind.OTHER, FLATS, VOTES)
    assert list(recount.problems(vote)) == []
    forge(vote)
    assert list(recount.problems(vote))


def test_stuffing_is_found_even_with_a_root_to_match() -> None:
    vote = exported(Kind.OTHER, FLATS, VOTES)
    _stuff(vote)
    lines = sorted(" ".join(map(str, one)) for one in vote["slips"])
    vote["root"] = recount.digest("\n".join(lines))
    vote["outcome"] = deepcopy(vote["outcome"])
    assert any("areas that no dwelling has" in one for one in recount.problems(vote))


def test_from_the_command_line(tmp_path: Path) -> None:
    file = tmp_path / "vote.json"
    file.write_text(json.dumps(exported(Kind.OTHER, FLATS, VOTES)))

    def run(*words: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-I", SCRIPT, file, *words], capture_output=True, check=False
        )
        return done.returncode, done.stdout.decode()

    assert run() == (0, run()[1])
    assert '"passed": "agree"' in run()[1]
    assert run("CODE0", "agree")[0] == 0
    assert run("CODE0", "against")[0] == 1
    assert run("WRONG", "agree")[0] == 1


def test_what_is_frozen_is_what_the_script_hashes() -> None:
    assert set(recount.FROZEN) == set(
        queries.canonical(
            Voting(
                title="",
                text="",
                kind=Kind.OTHER,
                choices=[],
                is_secret=True,
                starts_at=clock.now(),
                ends_at=clock.now(),
            )
        )
    )
