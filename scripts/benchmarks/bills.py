"""How long a bill run of 20,000 dwellings takes, from the press to the last bill."""

import time
from pathlib import Path

from backend.app import close_everything, database_config, open_everything
from backend.core import clock, database, jobs, migrations
from backend.core.database import transaction
from backend.engines.billings import service as billings
from backend.engines.billings.schemas import RunNew
from backend.engines.bills.models import Bill
from backend.engines.tariffs.rules import Period, span_of
from backend.foundation.areas.models import Dwelling
from backend.settings import Settings
from scripts.benchmarks import data
from tests import estate

DWELLINGS = 20_000
AT_ONCE = 1_000


async def prepare(settings: Settings) -> None:
    """An empty, migrated database, and the house on it."""
    if settings.database_url.startswith("mysql"):
        await data._recreate(settings.database_url)  # noqa: SLF001 - of the same package
    await migrations.migrate(database_config(settings))
    await open_everything(settings)


async def measure(settings: Settings) -> tuple[float, int]:
    """Seconds, and how many bills there are then."""
    await prepare(settings)
    try:
        place = await estate.build()
        more = [
            Dwelling(area_id=place.homes[0].area_id, number=f"x{number}", square=5000 + number)
            for number in range(DWELLINGS - len(place.homes))
        ]
        await Dwelling.bulk_create(more, batch_size=AT_ONCE)
        tariff_id = await place.tariff()
        period = span_of(Period.QUARTER, clock.today()).key
        started = time.perf_counter()
        async with transaction():
            await billings.start(place.manager, RunNew(tariff_id=tariff_id, period=period))
        while await _is_running():
            await jobs.run_inside()
        return time.perf_counter() - started, await Bill.all().count()
    finally:
        await close_everything()


async def _is_running() -> bool:
    return bool(await database.rows("SELECT id FROM billings_run WHERE status = 'running'"))


def on_sqlite(settings: Settings, folder: Path, name: str = "bills") -> Settings:
    """The same settings on a file of its own."""
    return settings.model_copy(update={"database_url": f"sqlite://{folder / name}.sqlite3"})


def server_of(settings: Settings) -> str:
    """How people call the database."""
    return "SQLite" if settings.database_url.startswith("sqlite") else "MariaDB"
