"""When who is told, what the asker is shown, how often one may ask. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from backend.core.labels import Labelled
from backend.engines.orders import service as orders
from backend.engines.orders.queries import Grade, Kind, Party, Question
from backend.features.move_car.states import UNANSWERED, RequestStatus

MOST_A_DAY = 5
"""Requests of one person."""
MOST_PER_PLATE = 6
"""Requests about one plate in a day, by whomever."""
LAPSES_AFTER = timedelta(hours=1)
"""After a promise ran out and nobody said anything more."""
KEPT = timedelta(days=180)
"""How long an ended request keeps plate and people."""


class Reason(Labelled):
    BLOCKED = "blocked", "挡住了我的车"
    MY_SPACE = "my_space", "占了我的车位"
    FIRE_LANE = "fire_lane", "占了消防通道"
    GATE = "gate", "堵住了出入口"
    LIGHTS = "lights", "车灯没关或车窗没关"
    OTHER = "other", "妨碍通行"


class Reply(Labelled):
    COMING = "coming", "马上来"
    TEN_MINUTES = "ten_minutes", "十分钟内到"
    AWAY = "away", "不在附近"


PROMISES = {Reply.COMING: timedelta(minutes=5), Reply.TEN_MINUTES: timedelta(minutes=12)}


@dataclass(frozen=True)
class Timetable:
    """After how long without an answer the next step is due, counted from the asking."""

    pass_on: timedelta
    hand_over: timedelta


_USUAL = Timetable(timedelta(minutes=5), timedelta(minutes=10))
_HURRY = Timetable(timedelta(minutes=2), timedelta(minutes=4))


def timetable(reason: Reason) -> Timetable:
    return _HURRY if reason is Reason.FIRE_LANE else _USUAL


def grade(reason: Reason) -> Grade:
    return Grade.ORANGE if reason is Reason.FIRE_LANE else Grade.YELLOW


def shown_status(
    status: RequestStatus, reason: Reason, asked_at: datetime, now: datetime
) -> RequestStatus:
    """What the asker sees while nobody has answered: told by the clock alone, so that a plate
    that nobody registered looks like one whose owner is silent."""
    if status not in UNANSWERED | {RequestStatus.ESCALATED}:
        return status
    steps = timetable(reason)
    if now < asked_at + steps.pass_on:
        return RequestStatus.ASKED
    if now < asked_at + steps.hand_over:
        return RequestStatus.PASSED_ON
    return RequestStatus.ESCALATED


KIND = orders.register_kind(
    Kind(
        "move_car",
        "占位挪车",
        "车被挡住、车位或通道被占，说说在哪里、什么样的车",
        (Question("car", "对方的车是什么样的", "text"),),
        party=Party.PROPERTY,
        icon="car",
    )
)
