"""The story that scenes of craftsmen are in the middle of."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from tests.browser.phones import Api, Person, Phone

DAYS = [
    (datetime.now(UTC) + timedelta(hours=8, days=ahead)).strftime("%Y-%m-%d") for ahead in (1, 2, 5)
]
NEED = f"skill=plumbing&day={DAYS[0]}&part=morning"


def artisan(residents: list[Person], call_as: Callable[[Person], Api]) -> Person:
    """A neighbour whom the sample city lets repair pipes."""
    return next(one for one in residents if _is_plumber(call_as(one)))


def _is_plumber(api: Api) -> bool:
    found = api.http.get("/craftsmen/mine")
    if found.status_code != 200:
        return False
    one = found.json()
    return one["status"] == "active" and one["skills"][0]["skill"] == "plumbing"


def written(phone: Phone) -> None:
    phone.write("call-text", "厨房水龙头一直滴水，拧不紧，要换垫圈")


def rating(phone: Phone) -> None:
    phone.tap("rate")
    phone.sees("rate-sheet")
    phone.tap("star-5")
    phone.write("rate-words", "手艺好，人也和气")


def tell(caller: Api, plumber: Api, desk: Api) -> dict[str, int]:
    """A call that waits for an answer, one that was taken, one that is done and not yet rated."""
    one = plumber.get("/craftsmen/mine")
    asked, taken, done = [
        caller.post(
            "/calls",
            {
                "skill": "plumbing",
                "day": day,
                "part": "morning",
                "text": "厨房水龙头一直滴水，拧不紧",
                "craftsman_id": one["id"],
            },
        )["id"]
        for day in reversed(DAYS)
    ]
    for call in (taken, done):
        plumber.post(f"/calls/{call}/accept")
    for move in ("arrive", "finish"):
        plumber.post(f"/calls/{done}/{move}")
    waiting = desk.rows("/craftsmen/reviews", status="submitted")[0]["id"]
    calls = {"craft_asked": asked, "craft_taken": taken, "craft_done": done}
    return calls | {"craftsman": one["id"], "craft_waiting": waiting}
