"""The fairs of the sample city, for pictures and for axe."""

from collections.abc import Callable, Iterable

from tests.browser.phones import Api, Person, Phone


def organiser(people: Iterable[Person], call_as: Callable[[Person], Api]) -> Person:
    """Who runs the community whose fairs are under way."""
    return next(
        one
        for one in people
        if "fairs.run" in call_as(one).get("/me")["permissions"]
        and call_as(one).rows("/fairs", state="managed", limit=5)
    )


def tell(runner: Api) -> dict[str, int]:
    """A fair of every stage of its life."""
    found = {one["status"]: one["id"] for one in runner.rows("/fairs", state="managed", limit=100)}
    return {
        "fair_today": found["open"],
        "fair_ahead": found["previewed"],
        "fair_recruiting": found["preparing"],
        "fair_past": found["reviewed"],
    }


def stall(phone: Phone) -> None:
    phone.tap("spot-1-1")
    phone.sees("stall-sheet")


def arranging(phone: Phone) -> None:
    phone.tap("move-arrange")
    phone.sees("arrange-place")


def part(name: str, shows: str) -> Callable[[Phone], None]:
    def turn(phone: Phone) -> None:
        phone.tap(f"seg-{name}")
        phone.every(shows).first.wait_for()

    return turn
