"""Promises of the sample city: what units and neighbours have promised, how far it is, and what
residents say of it."""

from collections.abc import Sequence
from datetime import timedelta

from backend.core import clock
from backend.features.pledges.models import (
    Kind,
    Pledge,
    PledgeStatus,
    PledgeStep,
    PledgeVoice,
    StepStatus,
)
from backend.sample.neighbours import Place, Together, some

PLEDGES = (
    ("为小广场添置休闲座椅", ("选点征求意见", "安装座椅 6 张")),
    ("老楼楼道灯改造", ("更换声控灯", "检修线路")),
    ("每月一次免费义诊", ("第一次义诊", "第二次义诊", "第三次义诊")),
    ("认领楼前绿地养护", ("补种绿植", "每周浇水修剪一个月")),
    ("教邻居用智能手机", ("办四次小课堂",)),
)
SAID = ("做得很好", "看到了，确实装好了", "说到做到", "老人们都说方便了")
EACH = 18
"""Promises of a community: 216 in all, as many as the city tells of."""


def promise(made: Together, place: Place) -> None:
    """As many as the city tells of, one kind after the other."""
    for number in range(EACH):
        _promise(made, place, *PLEDGES[number % len(PLEDGES)])


def _promise(made: Together, place: Place, title: str, steps: Sequence[str]) -> None:
    """A unit's project, or a neighbour's promise; some kept, some under way."""
    is_unit = len(steps) > 1
    is_kept = made.random.random() < 0.35
    pledge = made.add(
        Pledge,
        kind=Kind.PROJECT if is_unit else Kind.PROMISE,
        title=title,
        text="由我们出人出力，按时完成，请邻居们监督。",
        area_id=place.area.id,
        area_path=place.path,
        unit_id=made.random.choice(place.units) if is_unit else None,
        user_id=None if is_unit else place.people[-1],
        wanted=3,
        status=PledgeStatus.KEPT if is_kept else PledgeStatus.PUBLISHED,
        version=2,
        created_at=made.now - timedelta(days=40),
        published_at=made.now - timedelta(days=38),
        kept_at=made.now - timedelta(days=2) if is_kept else None,
    )
    for number, step in enumerate(steps):
        status = StepStatus.CONFIRMED if is_kept else _stage(number)
        _step(made, place, (pledge.id, step, number), status)


def _stage(number: int) -> StepStatus:
    return StepStatus.SAID if number == 0 else StepStatus.PLANNED


def _step(made: Together, place: Place, which: tuple[int, str, int], status: StepStatus) -> None:
    pledge_id, title, number = which
    is_said = status is not StepStatus.PLANNED
    voices = 3 if status is StepStatus.CONFIRMED else made.random.randrange(0, 3) if is_said else 0
    due = clock.local(made.now).date() + timedelta(days=(10 if not is_said else -5) + 7 * number)
    step = made.add(
        PledgeStep,
        pledge_id=pledge_id,
        title=title,
        due_on=due,
        status=status,
        proof="已按计划完成，请邻居们看看。" if is_said else "",
        yes=voices,
        said_at=made.now - timedelta(days=4) if is_said else None,
        confirmed_at=made.now - timedelta(days=2) if status is StepStatus.CONFIRMED else None,
    )
    for order, person in enumerate(some(made, place, voices)):
        made.add(
            PledgeVoice,
            step_id=step.id,
            user_id=person,
            is_kept=True,
            text=made.random.choice(SAID) if order < 2 else "",
            said_at=made.now - timedelta(days=3),
        )
