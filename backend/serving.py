"""Serves the API, in one process or in several that share the port."""

from collections.abc import Callable
from functools import partial
from typing import Any

from sanic import Sanic
from sanic.worker.loader import AppLoader
from sanic.worker.manager import WorkerManager

from backend.settings import Settings

Application = Callable[[Settings], Sanic[Any, Any]]

PATIENCE = 180
"""Seconds in which every process must have come up. Sanic gives them 30 and then kills all of
them, which is how a whole machine starts that is busy doing so: on two processors with eighteen
others waiting for them the imports alone take longer. A process that ends is noticed at once."""


def run(settings: Settings, application: Application) -> None:
    """Serve until stopped. `application` is a module's function: each process calls it."""
    if settings.workers == 1:
        app = application(settings)
        app.run(settings.host, settings.port, single_process=True, access_log=False, motd=False)
    else:
        _run_many(settings, application)


def _run_many(settings: Settings, application: Application) -> None:
    WorkerManager.THRESHOLD = PATIENCE * 10  # it counts tenths of a second
    loader = AppLoader(factory=partial(application, settings))
    app = loader.load()
    app.prepare(
        settings.host, settings.port, workers=settings.workers, access_log=False, motd=False
    )
    Sanic.serve(primary=app, app_loader=loader)
