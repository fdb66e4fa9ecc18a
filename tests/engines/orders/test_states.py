"""Every status × every person: exactly these moves, and no way into a dead end."""

from datetime import timedelta
from itertools import product
from types import SimpleNamespace
from typing import Any

import pytest

from backend.core import clock
from backend.core.actor import SYSTEM, Actor, Post, Role
from backend.engines.orders import rules, states
from backend.engines.orders.permissions import P
from backend.engines.orders.queries import Seen
from backend.engines.orders.states import ENDED, MOVES, OPEN, S

SPRING, GRID, OTHER_GRID, AUTUMN = "/1/2/3/", "/1/2/3/5/6/", "/1/2/3/5/7/", "/1/2/4/"
FIRM, WATER = 100, 200
PLACE = "/1/2/3/5/6/8/"


def person(
    user_id: int, role: Role | None = None, path: str = SPRING, unit: int | None = None
) -> Actor:
    posts = (Post(user_id, role, 1, path, unit),) if role else ()
    return Actor(user_id, posts)


PEOPLE = {
    "reporter": person(1),
    "neighbour": person(2),
    "handler": person(3, Role.SOCIAL_WORKER),
    "colleague": person(4, Role.GRID_OFFICER, GRID),
    "other_grid": person(5, Role.GRID_OFFICER, OTHER_GRID),
    "far_worker": person(6, Role.SOCIAL_WORKER, AUTUMN),
    "secretary": person(7, Role.SECRETARY),
    "street": person(8, Role.STREET_DISPATCHER, "/1/2/"),
    "far_secretary": person(9, Role.SECRETARY, AUTUMN),
    "manager": person(10, Role.PROPERTY_MANAGER, "/1/2/3/5/", FIRM),
    "staff": person(11, Role.PROPERTY_STAFF, "/1/2/3/5/", FIRM),
    "other_firm": person(12, Role.PROPERTY_MANAGER, "/1/2/3/5/", 101),
    "water": person(13, Role.DEPARTMENT_HANDLER, "/1/", WATER),
    "other_department": person(14, Role.DEPARTMENT_HANDLER, "/1/", 201),
    "head": person(15, Role.BUILDING_HEAD, PLACE),
    "admin": person(16, Role.ADMINISTRATOR, "/1/"),
}


def order(status: S, **facts: Any) -> Seen:
    held = status in states.HELD or status in (S.ASSIGNED, S.RESOLVED, S.CLOSED)
    known: dict[str, Any] = {
        "status": status,
        "reporter_id": 1,
        "handler_id": 3 if held else None,
        "party": None if status in states.WAITING else "community",
        "unit_id": None,
        "area_path": PLACE,
        "resolved_at": clock.now() if status in (S.RESOLVED, S.CLOSED) else None,
    }
    return Seen(**(known | facts))


HANDLER = {
    S.ASSIGNED: "take decline return transfer ask-co-handlers reply",
    S.TAKEN: "contact arrive return transfer ask-co-handlers suspend extend reply",
    S.CONTACTED: "contact arrive resolve return transfer ask-co-handlers suspend extend reply",
    S.ARRIVED: "contact resolve return transfer ask-co-handlers suspend extend reply",
    S.SUSPENDED: "ask-co-handlers resume extend reply",
    S.RESOLVED: "reply",
}
REPORTER = dict.fromkeys(OPEN - {S.ARRIVED}, "urge supplement withdraw") | {
    S.ARRIVED: "urge supplement",
    S.RESOLVED: "rate reopen",
    S.CLOSED: "rate reopen",
}
DISPATCHER = {
    S.REPORTED: "accept",
    S.ACCEPTED: "dispatch assign reply",
    S.POOLED: "dispatch assign ask-co-handlers reply",
    S.ASSIGNED: "dispatch assign ask-co-handlers reply",
    S.TAKEN: "assign ask-co-handlers reply",
    S.CONTACTED: "assign ask-co-handlers reply",
    S.ARRIVED: "assign ask-co-handlers reply",
    S.SUSPENDED: "ask-co-handlers resume reply",
    S.RESOLVED: "reply",
}
ADMINISTRATOR = DISPATCHER | {S.RESOLVED: "reply close"}
EXPECTED: dict[str, dict[S, str]] = {
    "reporter": REPORTER,
    "handler": {S.POOLED: "take"} | HANDLER,
    "colleague": {S.POOLED: "take"},
    "secretary": DISPATCHER,
    "street": DISPATCHER,
    "admin": ADMINISTRATOR,
}


@pytest.mark.parametrize(("name", "status"), product(PEOPLE, S))
def test_who_may_what_in_the_community(name: str, status: S) -> None:
    expected = EXPECTED.get(name, {}).get(status, "").split()
    assert states.moves_open(order(status), PEOPLE[name]) == expected


MANAGER = {
    S.POOLED: "assign take return reply",
    S.ASSIGNED: "assign reply",
    S.TAKEN: "assign reply",
    S.CONTACTED: "assign reply",
    S.ARRIVED: "assign reply",
    S.SUSPENDED: "reply",
    S.RESOLVED: "reply",
}
STAFF = {S.POOLED: "take return reply"} | dict.fromkeys(
    (*states.HELD, S.ASSIGNED, S.RESOLVED), "reply"
)


@pytest.mark.parametrize(
    ("name", "status"), product([one for one in PEOPLE if one != "handler"], S)
)
def test_who_may_what_with_a_firm(name: str, status: S) -> None:
    if status in states.WAITING:
        return
    expected = EXPECTED | {"manager": MANAGER, "staff": STAFF, "colleague": {}}
    held = order(status, party="property", unit_id=FIRM)
    assert states.moves_open(held, PEOPLE[name]) == expected.get(name, {}).get(status, "").split()


@pytest.mark.parametrize(
    ("name", "status"), product([one for one in PEOPLE if one != "handler"], S)
)
def test_who_may_what_with_a_department(name: str, status: S) -> None:
    if status in states.WAITING:
        return
    expected = EXPECTED | {"water": STAFF, "colleague": {}}
    held = order(status, party="department", unit_id=WATER)
    assert states.moves_open(held, PEOPLE[name]) == expected.get(name, {}).get(status, "").split()


@pytest.mark.parametrize("status", sorted(S))
def test_a_co_handler_closes_their_part_and_answers(status: S) -> None:
    part = SimpleNamespace(party="department", unit_id=WATER, closed_at=None)
    moves = states.moves_open(order(status, parts=[part]), PEOPLE["water"])
    is_at_work = status in states.OFFERED | states.HELD
    may_reply = is_at_work or status in (S.ACCEPTED, S.RESOLVED)
    assert moves == ["close-part"] * is_at_work + ["reply"] * may_reply
    part.closed_at = clock.now()
    assert "close-part" not in states.moves_open(order(status, parts=[part]), PEOPLE["water"])


def test_a_place_as_a_whole_is_anybodys_who_works_inside() -> None:
    for path in (SPRING, "/1/2/3/5/"):
        assert "take" in states.moves_open(order(S.POOLED, area_path=path), PEOPLE["colleague"])
    above = order(S.POOLED, area_path="/1/2/")
    assert "take" not in states.moves_open(above, PEOPLE["colleague"])


def test_limits_close_doors() -> None:
    handler, reporter = PEOPLE["handler"], PEOPLE["reporter"]
    assert "return" in states.moves_open(order(S.TAKEN, returned=1), handler)
    assert "return" not in states.moves_open(order(S.TAKEN, returned=2), handler)
    assert "urge" not in states.moves_open(order(S.TAKEN, urged=rules.MOST_URGES), reporter)
    tired = order(S.RESOLVED, reopened=rules.MOST_REOPENINGS)
    assert states.moves_open(tired, reporter) == ["rate"]
    long_ago = clock.now() - rules.REOPEN_WITHIN - timedelta(seconds=1)
    assert "reopen" not in states.moves_open(order(S.CLOSED, resolved_at=long_ago), reporter)
    assert "rate" not in states.moves_open(order(S.CLOSED, rated_at=clock.now()), reporter)


def test_nobody_rates_their_own_work() -> None:
    own = order(S.RESOLVED, handler_id=1)
    assert "rate" not in states.moves_open(own, PEOPLE["reporter"])


def test_an_extension_is_ruled_on_by_somebody_else() -> None:
    asked = order(S.TAKEN, extension="pending")
    assert "extend" not in states.moves_open(asked, PEOPLE["handler"])
    ruled = {"approve-extension", "refuse-extension"}
    assert ruled <= set(states.moves_open(asked, PEOPLE["secretary"]))
    own = order(S.TAKEN, extension="pending", handler_id=7)
    assert not ruled & set(states.moves_open(own, PEOPLE["secretary"]))
    assert ruled <= set(states.moves_open(own, PEOPLE["street"]))


def test_the_house_may_everything_the_status_allows() -> None:
    for status in S:
        open_to_it = states.moves_open(order(status), SYSTEM)
        assert open_to_it == [one.name for one in MOVES.values() if status in one.sources]


def test_every_move_asks_for_a_relation_that_exists() -> None:
    for move in MOVES.values():
        states.may(order(S.TAKEN), PEOPLE["neighbour"], move.who)
    assert {one.who for one in MOVES.values()} | {P.VIEW} == set(P)


def test_every_status_is_reached_and_every_open_one_left_by_people() -> None:
    reached = {S.REPORTED} | {one for move in MOVES.values() for one in move.targets}
    assert reached == set(S)
    for status in OPEN:
        leaving = {
            name
            for name, actor in PEOPLE.items()
            for move in states.moves_open(order(status), actor)
            if MOVES[move].targets - {status}
        }
        assert leaving - {"reporter"}, f"nobody but the reporter leads out of {status}"
    for status in ENDED - {S.CLOSED}:
        assert not [name for name in PEOPLE if states.moves_open(order(status), PEOPLE[name])]
