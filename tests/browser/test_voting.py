"""A resident votes by phone, keeps the receipt, and finds the own ballot in the published list."""

from collections.abc import Callable

from tests.browser.phones import Api, Booth, Person

People = dict[str, list[Person]]


def test_voted_once_and_found_again(
    booth: Booth, people: People, call_as: Callable[[Person], Api]
) -> None:
    """The hash is reckoned on the phone: what it finds, our own SHA-256 made of the receipt."""
    voter = people["resident"][5]
    api = call_as(voter)
    matter = next(one for one in api.rows("/matters") if one["status"] == "voting")
    voting = matter["voting_id"]
    mine = api.rows(f"/votings/{voting}/ballots/mine")
    assert any(one["may_cast"] for one in mine)
    phone = booth.phone("resident", voter)
    phone.open(f"/pages/matters/matter?id={matter['id']}")
    phone.tap("to-vote")
    phone.tap("vote")
    phone.tap("choice-agree")
    phone.tap("cast-send")
    phone.lacks("cast-sheet")
    phone.lacks("vote")
    code = phone.page.locator(".code").first.text_content() or ""
    assert len(code.replace(" ", "")) == 26
    phone.tap("check")
    phone.write("check-code", code)
    phone.tap("check-send")
    phone.sees("check-found", "计为“同意”")
    phone.write("check-code", "2345 6789 ABCD")
    phone.tap("check-send")
    phone.sees("check-found", "没有这个校验码")
    assert all(one["has_voted"] for one in api.rows(f"/votings/{voting}/ballots/mine"))
