"""What the neighbours of one community do together, for tests of who may see and touch what."""

from datetime import timedelta
from typing import Any

from backend.core import clock
from backend.core.actor import SYSTEM, Actor, Post, Role
from backend.core.database import rows
from backend.engines.bookings import service as bookings
from backend.engines.hours import service as hours
from backend.engines.hours.schemas import CertificateNew, ConfirmBody
from backend.engines.teams import service as teams
from backend.engines.teams.schemas import TeamNew
from backend.features.pledges import service as pledges
from backend.features.pledges.schemas import DoneBody, PledgeNew, StepNew
from backend.features.report_ins import service as report_ins
from backend.features.report_ins.schemas import ReportNew, TaskNew
from backend.features.volunteering import service as volunteering
from backend.features.volunteering.rules import KIND, Category
from backend.features.volunteering.schemas import ProjectNew, ShiftNew

GATHERINGS = (
    ("bookings_slot", "id", "slot_id"),
    ("bookings_booking", "id", "booking_id"),
    ("teams_team", "id", "team_id"),
    ("teams_member", "team_id", "team_id"),
    ("hours_hour", "id", "hour_id"),
    ("hours_certificate", "id", "certificate_id"),
    ("volunteering_project", "id", "project_id"),
    ("report_ins_report", "id", "report_id"),
    ("report_ins_task", "id", "task_id"),
    ("report_ins_claim", "id", "claim_id"),
    ("pledges_pledge", "id", "pledge_id"),
    ("pledges_step", "id", "step_id"),
)
"""Table, column, and whose id it bears: rows that nobody from elsewhere may change."""
WORDS = "秘密社区里的话"


async def gather(home: Any) -> None:
    """The neighbour leads a team, serves with it, reports in and promises something."""
    neighbour, area_id = Actor(home.ids["user_id"]), home.ids["area_id"]
    secretary = Actor(9, (Post(1, Role.SECRETARY, area_id, home.area_path),))
    team = await teams.found(neighbour, TeamNew(name=WORDS, area_id=area_id))
    member = await rows("SELECT id FROM teams_member WHERE team_id = ?", team.id)
    home.ids |= {"team_id": team.id, "member_id": member[0]["id"]}
    await _served(home, neighbour, secretary)
    await _reported(home, neighbour, secretary)
    await _promised(home, neighbour)


async def _served(home: Any, neighbour: Actor, secretary: Actor) -> None:
    """A project of the team's with a shift, hours that wait and hours on paper."""
    await teams.decide(SYSTEM, home.ids["team_id"], "approve")
    new = ProjectNew(
        title="清扫楼道",
        text="工具已备好",
        category=Category.CLEAN,
        area_id=home.ids["area_id"],
        team_id=home.ids["team_id"],
        is_team_only=True,
    )
    project = await volunteering.create(secretary, new)
    start = clock.now() + timedelta(days=1)
    shift = ShiftNew(place="1号楼", starts_at=start, ends_at=start + timedelta(hours=2), quota=9)
    made = await volunteering.add_shifts(secretary, project.id, shift)
    booking = await bookings.book(neighbour, made.shift_list[0].id)
    done = [await _hours(home, project.id, key) for key in ("waiting", "confirmed")]
    await hours.confirm(SYSTEM, done[1], ConfirmBody(), is_staff=True)
    year = CertificateNew(since=clock.today(), until=clock.today())
    paper = await hours.issue(neighbour, year)
    home.ids |= {
        "project_id": project.id,
        "slot_id": made.shift_list[0].id,
        "booking_id": booking.id,
        "hour_id": done[0].id,
        "certificate_id": paper.id,
    }
    await teams.change(neighbour, home.ids["team_id"], _words(WORDS))


def _words(name: str) -> Any:
    """Of a team that waits to be reviewed: nobody else reads them as yet."""
    return teams.TeamChange(name=name, version=2)


async def _hours(home: Any, project_id: int, key: str) -> hours.ServiceHour:
    service = hours.Service(
        key=key,
        user_id=home.ids["user_id"],
        owner_kind=KIND,
        owner_id=project_id,
        title="清扫楼道",
        area_path=home.area_path,
        served_on=clock.today(),
        minutes=60,
    )
    return await hours.propose(service)


async def _reported(home: Any, neighbour: Actor, secretary: Actor) -> None:
    area_id = home.ids["area_id"]
    new = ReportNew(kind=report_ins.Kind.PERSON, area_id=area_id, strengths=WORDS)
    report = await report_ins.report(neighbour, new)
    await report_ins.decide(secretary, report.id, "confirm")
    due = clock.now() + timedelta(days=1)
    wanted = TaskNew(area_id=area_id, title=WORDS, text=WORDS, minutes=60, wanted=1, due_at=due)
    task = await report_ins.open_task(secretary, wanted)
    claim = await report_ins.take(neighbour, task.id)
    home.ids |= {"report_id": report.id, "task_id": task.id, "claim_id": claim.id}


async def _promised(home: Any, neighbour: Actor) -> None:
    new = PledgeNew(
        kind=pledges.rules.Kind.PROMISE,
        area_id=home.ids["area_id"],
        title="添置座椅",
        text="出资并安装",
        steps=[StepNew(title="安装座椅", due_on=clock.today())],
    )
    made = await pledges.promise(neighbour, new)
    await pledges.decide(SYSTEM, made.id, "publish")
    step = made.step_list[0].id
    await pledges.say_done(neighbour, step, DoneBody(proof="已装好"))
    home.ids |= {"pledge_id": made.id, "step_id": step}
