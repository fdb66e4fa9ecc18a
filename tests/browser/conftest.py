"""The running sample city, a Chromium that calls nobody, and phones that are watched."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser import town
from tests.browser.phones import PATIENCE, Api, Booth, Person
from tests.browser.scenes import Story, tell
from tests.browser.town import ROOT, Town
from tests.conftest import left_out

APP = ROOT / "miniprogram-mock" / "app"
H5 = Path(os.environ.get("LINLI_H5_DIR", APP / "dist" / "build" / "h5"))
CHROMIUM = Path(os.environ.get("LINLI_TEST_CHROMIUM", "/usr/bin/chromium"))
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--screenshots", action="store_true", help="take the pictures of tests/browser anew"
    )


@pytest.fixture(scope="package")
def city() -> Iterator[Town]:
    """The sample city, running, with the phones under /m/."""
    if address := os.environ.get("LINLI_TEST_CITY"):  # one that runs already: "API WECHAT"
        yield Town(*address.split())
        return
    if not (H5 / "index.html").is_file():
        left_out("the phones are not built (scripts/test builds them)")
    with town.running(dict(os.environ) | {"LINLI_H5_DIR": str(H5)}) as running:
        yield running


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    if not CHROMIUM.is_file():
        left_out(f"there is no Chromium at {CHROMIUM}")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def booth(chromium: Browser, city: Town) -> Iterator[Booth]:
    """Phones; the test fails when one of them called a foreign host or had an error."""
    booth = Booth(chromium, city.api)
    yield booth
    assert booth.close() == []


@pytest.fixture(scope="package")
def people(city: Town) -> dict[str, list[Person]]:
    """The front row of every side: they live in, or work for, one compound."""
    api = Api(city.api, city.wechat)
    return {
        side: [
            Person(one["user_id"], one["openid"], one["name"])
            for one in api.rows("/demo/people", side=side, limit=12)
        ]
        for side in (
            "resident",
            "worker",
            "property",
            "dispatcher",
            "merchant",
            "cashier",
            "finance",
        )
    }


@pytest.fixture(scope="package")
def call_as(city: Town) -> Callable[[Person], Api]:
    """The API as a person, logged in once."""
    known: dict[str, Api] = {}

    def of(person: Person) -> Api:
        if person.openid not in known:
            known[person.openid] = Api(city.api, city.wechat, person)
        return known[person.openid]

    return of


@pytest.fixture(scope="package")
def story(people: dict[str, list[Person]], call_as: Callable[[Person], Api]) -> Story:
    """Something of everything has happened: for pictures and for axe."""
    return tell(people, call_as)
