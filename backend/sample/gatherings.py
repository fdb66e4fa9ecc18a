"""What neighbours do together in the sample city: projects with shifts and hours, teams, members
who have reported in and their tasks, promises with what residents say of them."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from backend.core import clock
from backend.core.actor import Role
from backend.core.database import rows
from backend.engines.bookings.models import Booking, BookingStatus, Slot, SlotStatus, live_key
from backend.engines.hours.models import HourStatus, ServiceHour
from backend.engines.teams.models import MemberStatus, Team, TeamMember, TeamStatus
from backend.features.report_ins.models import (
    ClaimStatus,
    Kind,
    ReportIn,
    ReportStatus,
    ReportTask,
    TaskClaim,
)
from backend.features.volunteering.models import Category, VolunteerProject
from backend.features.volunteering.rules import KIND, PAGE
from backend.foundation.areas.models import Level
from backend.foundation.codes.models import Code, CodeKind
from backend.foundation.codes.rules import ALPHABET, TOKEN_LENGTH
from backend.foundation.departments.models import DepartmentKind
from backend.sample import promises
from backend.sample.city import City
from backend.sample.neighbours import Place, Together, some
from backend.sample.people import People

PROJECTS = (
    ("周末清扫楼道", "工具已备好，请穿方便劳动的衣服，两小时左右。", Category.CLEAN),
    ("陪独居老人聊聊天", "两人一组上门，帮着看看用电用气，说说话。", Category.CARE),
    ("路口文明劝导", "上下学时段在路口提醒车辆慢行，发反光背心。", Category.ORDER),
    ("四点半课堂辅导作业", "在党群服务中心陪孩子写作业、读绘本。", Category.YOUTH),
)
TEAMS = ("银龄志愿队", "红马甲志愿队", "巧手志愿队", "邻里守望队", "小桥志愿队", "晨光志愿队")
TASKS = (
    ("为老人代买一次药", "按单子到药店代买，送上门并说明用法。", 60),
    ("楼道消防通道排查", "走一遍单元楼道，把堆放杂物的地方拍照报上来。", 90),
    ("周末政策宣讲", "在小广场讲一次医保和电信诈骗，准备好材料。", 120),
)
STRENGTHS = ("法律咨询", "家电维修", "书法教学", "心理疏导", "摄影", "急救知识")
FEW = 6
"""Neighbours of each community who take part at least."""


async def live(random: Random, city: City, crowd: People) -> str:
    """Let the neighbours of every community begin; a line about what there is."""
    found = await rows("SELECT COALESCE(MAX(id), 0) AS id FROM codes_code")
    made = Together(city.now, random, int(found[0]["id"]) + 1)
    for number, place in enumerate(_places(city, crowd)):
        _serve(made, place, number)
        _report(made, place)
        promises.promise(made, place)
    for kind, written in made.rows.items():
        await kind.bulk_create(written, batch_size=500)
    names = (VolunteerProject, ServiceHour, ReportIn)
    projects, hours, reports = (len(made.rows.get(one, [])) for one in names)
    return f"{projects} 个志愿项目，{hours} 条服务时长，{reports} 个报到"


def _places(city: City, crowd: People) -> Iterator[Place]:
    kinds = {DepartmentKind.GOVERNMENT, DepartmentKind.UTILITY}
    units = [one.id for one in crowd.departments if one.kind in kinds]
    for area in city.at(Level.COMMUNITY):
        path = area.path or ""
        near = [one.user_id for one in crowd.neighbours if (one.area.path or "").startswith(path)]
        secretary = crowd.at(Role.SECRETARY, area)
        if len(near) >= FEW and secretary:
            yield Place(area, path, near[:24], secretary[0].user_id, units)


# -- serving ---------------------------------------------------------------------------------------
def _serve(made: Together, place: Place, number: int) -> None:
    team = _team(made, place, TEAMS[number % len(TEAMS)])
    for index, (title, text, category) in enumerate(PROJECTS):
        token = "".join(made.random.choice(ALPHABET) for _ in range(TOKEN_LENGTH))
        code = made.add(
            Code,
            token=token,
            kind=CodeKind.VOLUNTEERING,
            area_id=place.area.id,
            label=title,
            created_by=place.staff,
            created_at=made.now,
        )
        project = made.add(
            VolunteerProject,
            title=title,
            text=text,
            category=category,
            area_id=place.area.id,
            area_path=place.path,
            team_id=team.id if index == 1 else None,
            code_id=code.id,
            created_by=place.staff,
            created_at=made.now - timedelta(days=30),
        )
        _shifts(made, place, project, is_busy=index == 0)


def _team(made: Together, place: Place, name: str) -> Any:
    crew = place.people[:FEW]
    team = made.add(
        Team,
        name=name,
        intro="每周六上午活动，欢迎邻居加入。",
        area_id=place.area.id,
        area_path=place.path,
        captain_id=crew[0],
        status=TeamStatus.ACTIVE,
        version=2,
        members=len(crew) - 1,
        created_at=made.now - timedelta(days=60),
    )
    for person in crew:
        is_last = person == crew[-1]
        made.add(
            TeamMember,
            team_id=team.id,
            user_id=person,
            live_key=f"{team.id}:{person}",
            status=MemberStatus.ASKED if is_last else MemberStatus.MEMBER,
            asked_at=made.now - timedelta(days=50),
            decided_at=None if is_last else made.now - timedelta(days=49),
        )
    return team


def _shifts(made: Together, place: Place, project: VolunteerProject, *, is_busy: bool) -> None:
    """Two behind, with hours confirmed and hours that wait; one ahead that is full and has people
    waiting, where busy; two with room."""
    for days, status in ((-14, HourStatus.CONFIRMED), (-7, HourStatus.PROPOSED)):
        slot = _slot(made, place, project, (days, 10))
        for person in some(made, place, 4):
            _served(made, slot, person, status)
    for days, quota, wanted in ((1, 4, 7 if is_busy else 2), (3, 10, 3), (8, 10, 0)):
        slot = _slot(made, place, project, (days, quota))
        for turn, person in enumerate(some(made, place, wanted), 1):
            _booked(made, slot, person, turn)


def _slot(made: Together, place: Place, project: VolunteerProject, when: tuple[int, int]) -> Any:
    """`when`: the day, and the quota."""
    days, quota = when
    starts = made.at(days, 9)
    return made.add(
        Slot,
        owner_kind=KIND,
        owner_id=project.id,
        link=PAGE.format(project.id),
        area_path=place.path,
        title=project.title,
        place=f"{place.area.name}党群服务中心门前",
        latitude=place.area.latitude,
        longitude=place.area.longitude,
        starts_at=starts,
        ends_at=starts + timedelta(hours=2),
        opens_at=starts - timedelta(days=20),
        closes_at=starts,
        cancel_until=starts - timedelta(hours=2),
        quota=quota,
        most_waiting=20,
        status=SlotStatus.OVER if days < 0 else SlotStatus.OPEN,
        created_by=place.staff,
        created_at=starts - timedelta(days=20),
    )


def _booked(made: Together, slot: Any, person: int, turn: int) -> None:
    has_place = slot.taken < slot.quota
    slot.taken, slot.waiting = slot.taken + has_place, slot.waiting + (not has_place)
    slot.turns = turn
    _booking(made, slot, person, turn, BookingStatus.BOOKED if has_place else BookingStatus.WAITING)


def _booking(
    made: Together, slot: Any, person: int, turn: int, status: BookingStatus, **more: Any
) -> Any:
    return made.add(
        Booking,
        slot_id=slot.id,
        user_id=person,
        live_key=live_key(slot.id, person, None),
        turn=turn,
        status=status,
        booked_at=min(slot.opens_at + timedelta(hours=turn), made.now),
        **more,
    )


def _served(made: Together, slot: Any, person: int, status: HourStatus) -> None:
    slot.taken, slot.turns = slot.taken + 1, slot.turns + 1
    went = slot.ends_at - timedelta(minutes=made.random.randrange(0, 20))
    booking = _booking(
        made,
        slot,
        person,
        slot.turns,
        BookingStatus.DONE,
        checked_in_at=slot.starts_at,
        checked_out_at=went,
        checked_by="code",
    )
    minutes = int((went - slot.starts_at).total_seconds() // 60)
    key = f"booking:{booking.id}"
    _hour(made, slot.area_path, person, (key, KIND, slot.owner_id), (slot.title, minutes, went))
    hour: Any = made.rows[ServiceHour][-1]
    if status is HourStatus.CONFIRMED:
        _confirm(hour, went + timedelta(hours=5))


def _hour(
    made: Together,
    path: str,
    person: int,
    owner: tuple[str, str, int],
    what: tuple[str, int, datetime],
) -> Any:
    key, kind, owner_id = owner
    title, minutes, when = what
    return made.add(
        ServiceHour,
        key=key,
        user_id=person,
        owner_kind=kind,
        owner_id=owner_id,
        title=title,
        area_path=path,
        served_on=clock.local(when).date(),
        proposed=minutes,
        minutes=minutes,
        created_at=when,
    )


def _confirm(hour: ServiceHour, when: datetime) -> None:
    hour.update_from_dict({"status": HourStatus.CONFIRMED, "confirmed_at": when, "version": 2})


# -- reporting in ----------------------------------------------------------------------------------
def _report(made: Together, place: Place) -> None:
    members = [_member(made, place, person, n) for n, person in enumerate(place.people[:FEW])]
    unit = made.random.choice(place.units)
    made.add(
        ReportIn,
        kind=Kind.UNIT,
        unit_id=unit,
        area_id=place.area.id,
        area_path=place.path,
        live_key=f"d{unit}:{place.area.id}",
        status=ReportStatus.CONFIRMED,
        asked_at=made.now - timedelta(days=90),
    )
    for title, text, minutes in TASKS:
        task = made.add(
            ReportTask,
            title=title,
            text=text,
            area_id=place.area.id,
            area_path=place.path,
            minutes=minutes,
            wanted=3,
            due_at=made.at(5, 18),
            created_by=place.staff,
            created_at=made.now - timedelta(days=6),
        )
        _claims(made, task, members)


def _member(made: Together, place: Place, person: int, number: int) -> Any:
    is_new = number == FEW - 1
    return made.add(
        ReportIn,
        kind=Kind.PERSON,
        user_id=person,
        area_id=place.area.id,
        area_path=place.path,
        live_key=f"u{person}",
        workplace="",
        strengths=made.random.choice(STRENGTHS),
        status=ReportStatus.ASKED if is_new else ReportStatus.CONFIRMED,
        asked_at=made.now - timedelta(days=1 if is_new else 80),
    )


def _claims(made: Together, task: Any, members: Sequence[Any]) -> None:
    """One has it in hand; of the first task one waits for a word, and one is confirmed."""
    states = [ClaimStatus.TAKEN, ClaimStatus.SAID, ClaimStatus.CONFIRMED]
    is_first = task.title == TASKS[0][0]
    for member, status in zip(members[1:], states[: 3 if is_first else 1], strict=False):
        task.taken += 1
        is_said = status is not ClaimStatus.TAKEN
        said_at = made.now - timedelta(days=1) if is_said else None
        claim = made.add(
            TaskClaim,
            task_id=task.id,
            report_id=member.id,
            user_id=member.user_id,
            live_key=f"{task.id}:{member.id}",
            status=status,
            proof="药已经送到，老人按时吃上了" if is_said else "",
            taken_at=made.now - timedelta(days=3),
            said_at=said_at,
        )
        if status is ClaimStatus.CONFIRMED and said_at is not None:
            owner = (f"task_claim:{claim.id}", "report_task", task.id)
            what = (task.title, task.minutes, said_at)
            hour = _hour(made, task.area_path, member.user_id, owner, what)
            _confirm(hour, made.now)
