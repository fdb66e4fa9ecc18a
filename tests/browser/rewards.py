"""Scenes of points and what they are good for, and who is in the middle of them."""

from collections.abc import Callable, Iterable

from tests.browser.phones import Api, Person, Phone

CallAs = Callable[[Person], Api]


def part(name: str, shows: str) -> Callable[[Phone], None]:
    def turn(phone: Phone) -> None:
        phone.tap(f"seg-{name}")
        phone.every(shows).first.wait_for()

    return turn


def first(beginning: str, sheet: str) -> Callable[[Phone], None]:
    """What the first button of this name opens."""

    def press(phone: Phone) -> None:
        phone.every(beginning).first.click()
        phone.sees(sheet)

    return press


def redeemed(phone: Phone) -> None:
    phone.tap("to-mine")
    phone.every("redemption-").first.wait_for()


def policy(phone: Phone) -> None:
    phone.tap("seg-rules")
    phone.tap("edit-policy")
    phone.sees("policy-sheet")


def earner(people: Iterable[Person], call_as: CallAs) -> Person:
    """A resident with points and something redeemed that still waits for them."""
    return next(
        one for one in people if call_as(one).get("/points")["balance"] and _waiting(call_as(one))
    )


def keeper(people: Iterable[Person], call_as: CallAs) -> Person:
    """The secretary who may rule what the shelf lacks and which points were earned."""
    return next(
        one
        for one in people
        if any(post["role"] == "secretary" for post in call_as(one).get("/me")["posts"])
        and any(count["moves"] for count in call_as(one).rows("/mall/counts"))
        and any(award["moves"] for award in call_as(one).rows("/awards", status="held"))
    )


def tell(earning: Api) -> dict[str, int]:
    """Their household, what lies on the shelf where they live, and what waits for them."""
    offered = next(one for one in earning.rows("/mall/goods") if one["left"])
    household = earning.get("/points")["families"][0]["dwelling_id"]
    return {
        "household": household,
        "offered": offered["id"],
        "redeemed": _waiting(earning)[0]["id"],
    }


def _waiting(api: Api) -> list[dict[str, int]]:
    return api.rows("/mall/redemptions", state="open")
