"""Fills an empty, migrated database with the sample city: one transaction, all or nothing."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random

from tortoise import Model

from backend.core import clock
from backend.core.database import transaction
from backend.engines.duties import service as duties
from backend.foundation.areas.models import Area
from backend.foundation.identity.models import User
from backend.sample import cast, city, households, people
from backend.sample.city import City
from backend.sample.people import People

SEED = 20231122
AT_ONCE = 500
"""Rows per statement."""
Progress = Callable[[str], None]


class NotEmpty(Exception):
    """The database holds something already; the sample city would mix with it."""


@dataclass(frozen=True)
class Sample:
    """The whole city in memory, with every id given."""

    city: City
    people: People

    def rows(self) -> Iterator[tuple[str, Sequence[Model]]]:
        """Rows by what they are, in the order in which they can be written."""
        yield "区域", self.city.areas
        yield "房屋", self.city.dwellings
        yield "码", self.city.codes
        yield "扫码", self.city.code_days
        yield "单位", self.people.departments
        yield "辖区", self.people.served
        yield "账号", self.people.users
        yield "职务", self.people.posts
        yield "居民", self.people.residents
        yield "标签", self.people.tags
        yield "绑定", self.people.bindings
        yield "查看记录", self.people.readings


def compose(seed: int, now: datetime) -> Sample:
    """The city of this number at this moment; the same for the same two, but for ciphertexts.

    Needs the models and the keys, no database.
    """
    random = Random(seed)  # noqa: S311 - a sample, not a secret
    place = city.build(random, now)
    crowd = people.build(random, place)
    households.move_in(random, place, crowd)
    cast.name_phones(place, crowd)
    return Sample(place, crowd)


async def build(seed: int = SEED, progress: Progress = print) -> None:
    """Fill an empty database. Raises NotEmpty."""
    if await _is_inhabited():
        raise NotEmpty("数据库里已有数据，示例城市只能建在空库里")
    started = time.perf_counter()
    progress("正在建造示例城市…")
    sample = compose(seed, clock.now())
    async with transaction():
        await duties.load_list()
        for name, rows in sample.rows():
            await _write(rows)
            progress(f"　{name} {len(rows)}")
    progress(f"示例城市已建成，用时 {time.perf_counter() - started:.0f} 秒")


async def build_once(progress: Progress) -> None:
    """Fill an empty database, and leave a full one as it is."""
    if not await _is_inhabited():
        await build(progress=progress)


async def _is_inhabited() -> bool:
    return await Area.exists() or await User.exists()


async def _write(rows: Sequence[Model]) -> None:
    if rows:
        await type(rows[0]).bulk_create(rows, batch_size=AT_ONCE)
