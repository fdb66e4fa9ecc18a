"""Facts about surveys."""

from dataclasses import dataclass

from backend.core.events import Event


@dataclass(frozen=True)
class SurveyOpened(Event):
    survey_id: int
    subject: str
    """What a room above made it for (`fair:12`), or empty."""


@dataclass(frozen=True)
class SurveyAnswered(Event):
    """`user_id` is None where the survey is anonymous: not even what follows may tell who."""

    survey_id: int
    subject: str
    user_id: int | None


@dataclass(frozen=True)
class SurveyClosed(Event):
    survey_id: int
    subject: str
