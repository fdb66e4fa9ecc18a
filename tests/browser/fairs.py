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


def family(people: Iterable[Person], call_as: Callable[[Person], Api]) -> Person:
    """A resident with an old person at home."""
    return next(one for one in people if len(call_as(one).rows("/canteens/eaters")) > 1)


def tell(runner: Api) -> dict[str, int]:
    """A fair of every stage of its life."""
    found = {one["status"]: one["id"] for one in runner.rows("/fairs", state="managed", limit=100)}
    return {
        "fair_today": found["open"],
        "fair_ahead": found["previewed"],
        "fair_recruiting": found["preparing"],
        "fair_past": found["reviewed"],
    }


def book_for(api: Api, fair: int, title: str) -> int:
    """A turn of what the fair offers under this title, for oneself; the id of the offering."""
    offered = next(one for one in api.rows(f"/fairs/{fair}/offerings") if one["title"] == title)
    api.post(f"/offerings/{offered['id']}/slots/{offered['slots'][0]['id']}/book")
    return int(offered["id"])


def calling_off(phone: Phone) -> None:
    phone.every("call-off-").first.click()
    phone.sees("say-sheet")


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
