"""Finds the parts of the house: every room's files of one name, from the ground floor up."""

from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

FLOORS = ("foundation", "engines", "features", "oversight")


def rooms() -> list[str]:
    """The rooms' full names, lowest first, as each floor lists them in `ROOMS`."""
    names: list[str] = []
    for floor in FLOORS:
        package = f"backend.{floor}"
        if exists(package):
            names += [f"{package}.{room}" for room in import_module(package).ROOMS]
    return [name for name in names if exists(name)]


def exists(name: str) -> bool:
    return find_spec(name) is not None


def load(part: str) -> list[ModuleType]:
    """Import the file `part` of every room that has one."""
    return [import_module(f"{room}.{part}") for room in rooms() if exists(f"{room}.{part}")]


def load_work() -> None:
    """Everything that can be begun without a request: reactions, schedules, jobs of services."""
    for part in ("service", "reactions", "jobs"):
        load(part)


def when_used(name: str) -> Any:
    """A module that most processes never need, imported when something is first done with it.

    For the libraries that draw paper, write spreadsheets and paint pictures: together they take
    12 MB, and a process that answers requests seldom does any of it.
    """
    return import_module(name)
