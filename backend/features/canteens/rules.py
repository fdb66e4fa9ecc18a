"""Meals, until when they are booked, and who gets how much off. Pure."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from backend.core import clock
from backend.core.labels import Labelled

ACCOUNT = "subsidy:canteen"
AHEAD = 14
"""Days that a menu is written ahead."""
MOST_PORTIONS = 20
"""Of one booking."""
OLD = 60
USUAL_SUBSIDIES = {"60": 200, "70": 300, "80": 500}
"""Fen for a meal, by the age from which on."""


class Meal(Labelled):
    BREAKFAST = "breakfast", "早餐"
    LUNCH = "lunch", "午餐"
    DINNER = "dinner", "晚餐"


USUAL_MEALS: dict[str, dict[str, Any]] = {
    "breakfast": {"days_before": 1, "until": "20:00", "served": "06:30-08:30"},
    "lunch": {"days_before": 0, "until": "09:30", "served": "11:00-13:00"},
    "dinner": {"days_before": 0, "until": "15:30", "served": "17:00-18:30"},
}
"""Booked until which time of the day (or of the day before), and when it is served."""


def cutoff(meals: Mapping[str, Mapping[str, Any]], day: date, meal: Meal) -> datetime:
    """Until when the meal of that day is booked."""
    rule = of_meal(meals, meal)
    last = day - timedelta(days=int(rule["days_before"]))
    there = datetime.combine(last, time.fromisoformat(str(rule["until"])), clock.SHANGHAI)
    return there.astimezone(UTC)


def of_meal(meals: Mapping[str, Mapping[str, Any]], meal: Meal) -> Mapping[str, Any]:
    """What holds for the meal: the canteen's own rule, else the usual one."""
    return meals.get(meal.value) or USUAL_MEALS[meal.value]


def served(meals: Mapping[str, Mapping[str, Any]], meal: Meal) -> str:
    return str(of_meal(meals, meal)["served"])


def age_of(birth_year: int | None, today: date) -> int | None:
    """As the register knows it, by the year: whoever turns sixty this year is sixty."""
    return None if birth_year is None else today.year - birth_year


def subsidy(subsidies: Mapping[str, int], age: int | None) -> int:
    """Fen that somebody of this age gets off a meal; 0 for the young and for the unknown."""
    if age is None:
        return 0
    return max((fen for years, fen in subsidies.items() if age >= int(years)), default=0)


def days_from(start: date, number: int) -> Sequence[date]:
    return [start + timedelta(days=one) for one in range(number)]


def live_key(resident_id: int, day: date, meal: Meal) -> str:
    """What is unique of a subsidised meal: one a person, day and meal."""
    return f"{resident_id}:{day.isoformat()}:{meal.value}"
