"""Two libraries read the source of every class and route while the house is put together.

Tortoise looks for comments that describe columns, of which there are none here (migrations keep
columns only), and Sanic guesses from a route's `return` how its errors should look, which
`core.problems` says. Left out, each process starts half a second of computing sooner.
"""

from typing import Any

from sanic.mixins.routes import RouteMixin
from tortoise import Model, models


def _no_comments(cls: type[Model]) -> dict[str, str]:  # noqa: ARG001
    return {}


def _no_format(self: RouteMixin, handler: Any) -> str:  # noqa: ARG001
    return ""


models._get_comments = _no_comments  # noqa: SLF001
RouteMixin._determine_error_format = _no_format  # type: ignore[method-assign]  # noqa: SLF001
