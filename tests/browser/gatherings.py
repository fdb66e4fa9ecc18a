"""Scenes of what neighbours do together, and the story they are in the middle of."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.browser.phones import Api, Person, Phone


def issuing(phone: Phone) -> None:
    """The papers, with the sheet that wants a time."""
    phone.tap("seg-papers")
    phone.every("certificate-").first.wait_for()


def reviewing(phone: Phone) -> None:
    phone.tap("seg-review")
    phone.every("report-").first.wait_for()


def founding(phone: Phone) -> None:
    phone.tap("new-team")
    phone.sees("team-sheet")


def shifting(phone: Phone) -> None:
    phone.tap("new-shift")
    phone.sees("shift-sheet")


def editing(testid: str, sheet: str) -> Callable[[Phone], None]:
    def edit(phone: Phone) -> None:
        phone.tap(testid)
        phone.sees(sheet)

    return edit


def helper(people: list[Person], call_as: Callable[[Person], Api]) -> Person:
    """A resident who has served, has hours confirmed and has reported in."""
    for one in people:
        api = call_as(one)
        if api.get("/hours/sum")["confirmed"] and api.rows("/report-ins/mine"):
            return one
    raise LookupError("nobody of the sample city has served")


def tell(call_as: Callable[[Person], Api], cast: dict[str, Person]) -> dict[str, int]:
    """A shift of just now that a resident has signed up for, hours on paper, the longest queue,
    a pledge that waits for residents. `cast`: helper, desk."""
    helping, desk = call_as(cast["helper"]), call_as(cast["desk"])
    home = helping.rows("/me/dwellings")[0]["community_id"]
    projects = helping.rows("/volunteering/projects", area_id=home)
    busy = next(one for one in projects if "清扫" in one["title"])
    shift = _shift(desk, busy["id"])
    helping.post(f"/volunteering/shifts/{shift}/book")
    year = datetime.now(UTC).year
    helping.post("/certificates", {"since": f"{year - 1}-01-01", "until": f"{year}-12-31"})
    pledges = helping.rows("/pledges", area_id=home, kind="project")
    waits = next(one for one in pledges if one["status"] == "published")
    teams = helping.rows("/teams", area_id=home)
    asked = {"area_id": home, "name": "春晖读报队", "intro": "每周三下午给老人读报"}
    own = helping.post("/teams", asked)["id"]
    desk.post(f"/teams/{own}/approve")
    call_as(cast["neighbour"]).post(f"/teams/{own}/join")
    return {
        "own_team": own,
        "project": busy["id"],
        "shift": shift,
        "team": teams[0]["id"],
        "pledge": waits["id"],
    }


def _shift(desk: Api, project: int) -> int:
    """One that began a moment ago, so that the doors are open."""
    now = datetime.now(UTC)
    times: dict[str, Any] = {
        "starts_at": (now + timedelta(minutes=20)).isoformat(),
        "ends_at": (now + timedelta(hours=2)).isoformat(),
    }
    body = {"place": "党群服务中心门前", "quota": 8, **times}
    made = desk.post(f"/volunteering/projects/{project}/shifts", body)
    wanted = times["ends_at"][:16]
    return next(int(one["id"]) for one in made["shift_list"] if one["ends_at"].startswith(wanted))
