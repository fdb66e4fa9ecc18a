"""The day of small repairs that scenes are in the middle of."""

from collections.abc import Callable, Iterable

from tests.browser.phones import Api, Person, Phone


def craftsman(residents: Iterable[Person], call_as: Callable[[Person], Api]) -> Person:
    """A neighbour whom the sample city expects at a bench."""
    return next(one for one in residents if _stands(call_as(one)))


def _stands(api: Api) -> bool:
    return any(one["my_bench_id"] for one in api.rows("/mending-days"))


def community(staff: Iterable[Person], call_as: Callable[[Person], Api]) -> Person:
    """Who announces days where the sample city has one to come."""
    return next(one for one in staff if _runs(call_as(one)))


def _runs(api: Api) -> bool:
    if "mending_days.announce" not in api.get("/me")["permissions"]:
        return False
    return bool(api.rows("/mending-days"))


def tell(resident: Api, stander: Api) -> dict[str, int]:
    """The resident has a turn of the day to come, at the bench of the one who holds a phone."""
    (day,) = stander.rows("/mending-days")
    benches = resident.get(f"/mending-days/{day['id']}")["bench_list"]
    (bench,) = [one for one in benches if one["id"] == day["my_bench_id"]]
    turn = next(one["id"] for one in bench["turns"] if not one["why_closed"])
    resident.post(f"/mending-days/turns/{turn}/book")
    past = resident.rows("/mending-days", state="past")
    return {"mend": day["id"], "bench": bench["id"], "mend_turn": turn, "mended": past[0]["id"]}


def to_past(phone: Phone) -> None:
    phone.tap("seg-past")
    phone.sees("list-end")


def announcing(phone: Phone) -> None:
    phone.write("mending-place", "文化广场东侧")
    phone.write("mending-about", "修补免费，换零件按进价")
    phone.every("pick-").nth(1).click()
    phone.part("mending-send").scroll_into_view_if_needed()
