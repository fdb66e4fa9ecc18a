"""Databases for the measurements: the sample city, and the same with a million closed orders."""

import asyncio
from collections.abc import Callable
from urllib.parse import urlsplit

from backend.app import close_everything, database_config, open_everything
from backend.core import database, migrations
from backend.sample import seed
from backend.settings import Settings

Say = Callable[[str], None]


async def prepare(settings: Settings, orders: int, say: Say) -> None:
    """A fresh database at `settings.database_url` with the city and `orders` orders."""
    await _recreate(settings.database_url)
    await migrations.migrate(database_config(settings))
    await open_everything(settings)
    try:
        await seed.build(seed=1, progress=lambda _: None)
        await _grow(orders)
        say(f"  {await _count()} orders")
    finally:
        await close_everything()


async def _recreate(url: str) -> None:
    root, name = url.rsplit("/", 1)
    await database.connect(f"{root}/")
    await database.execute(f"DROP DATABASE IF EXISTS {name}")
    await database.execute(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
    await database.disconnect()


async def _count() -> int:
    return int((await database.rows("SELECT COUNT(*) AS n FROM orders_order"))[0]["n"])


async def _columns(table: str) -> list[str]:
    found = await database.rows(
        "SELECT column_name AS c FROM information_schema.columns "
        "WHERE table_schema = DATABASE() AND table_name = ? AND column_name <> 'id'",
        table,
    )
    return [f"`{row['c']}`" for row in found]


async def _grow(orders: int) -> None:
    """Copy ended orders, with their history, until there are so many."""
    columns = ", ".join(await _columns("orders_order"))
    history = await _columns("order_event")
    values = ["copy.id" if one == "`order_id`" else f"one.{one}" for one in history]
    while (now := await _count()) < orders:
        newest = (await database.rows("SELECT MAX(id) AS id FROM orders_order"))[0]["id"]
        await database.execute(
            f"INSERT INTO orders_order ({columns}) SELECT {columns} FROM orders_order "
            "WHERE status IN ('closed', 'withdrawn') LIMIT ?",
            min(orders - now, 50_000),
        )
        await database.execute(
            f"INSERT INTO order_event ({', '.join(history)}) SELECT {', '.join(values)} "
            "FROM orders_order copy "
            "JOIN (SELECT * FROM order_event WHERE id = (SELECT MIN(id) FROM order_event)) one "
            "WHERE copy.id > ?",
            newest,
        )


def beside(settings: Settings, name: str) -> Settings:
    """The same settings on another database of the same server."""
    parts = urlsplit(settings.database_url)
    url = parts._replace(path=f"{parts.path}_{name}").geturl()
    return settings.model_copy(update={"database_url": url})


def run(settings: Settings, orders: int, say: Say) -> None:
    asyncio.run(prepare(settings, orders, say))
