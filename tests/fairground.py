"""A community that holds a fair: organisers, the street, residents, and each step of its life."""

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
import time_machine

from backend.core import clock
from backend.core.actor import Role
from backend.core.database import rows
from backend.engines.duties.service import load_list
from tests.conftest import People
from tests.engines.orders.test_consequences import Moderator, moderator
from tests.engines.shops.conftest import _person, frozen
from tests.foundation.conftest import City, city
from tests.hall import Hall

__all__ = ["Moderator", "city", "fairground", "frozen", "moderator"]
RULES = "物品干净完好，以物易物，不收现金"
HOURS = timedelta(hours=4)
RESIDENTS = ("ann", "bob", "cat")


class Fairground(Hall):
    """Halls call, work and tick already; here a fair is held besides."""

    frozen: time_machine.Traveller

    async def post(self, who: str, fair: Any, name: str, status: int = 0, **body: Any) -> Any:
        return await self.call(who, f"/fairs/{fair['id']}/{name}", body, status=status)

    async def planned(self, **given: Any) -> Any:
        theme = {"title": "春晖集市", "theme": "便民服务进小区"} | given
        body = {"area_id": self.city.spring.id} | theme
        return await self.call("worker", "/fairs", body, status=201)

    async def surveyed(self) -> Any:
        """Residents were asked, and one has answered."""
        fair = await self.post("worker", await self.planned(), "needs")
        sheet = {"services": ["s1"], "time": "sat", "help": "no"}
        path = f"/surveys/{fair['needs_survey_id']}/answers"
        await self.call("ann", path, {"answers": sheet}, status=201)
        return await self.post("worker", fair, "survey", needs="理发呼声最高")

    async def approved(self) -> Any:
        await self.post("worker", fair := await self.surveyed(), "submit")
        return await self.post("street", fair, "approve")

    async def arrange(self, fair: Any, starts_at: datetime, **given: Any) -> Any:
        body = {
            "place": "春晖广场",
            "starts_at": clock.iso(starts_at),
            "ends_at": clock.iso(starts_at + HOURS),
            "map_columns": 4,
            "map_rows": 3,
            "exchange_rules": RULES,
        }
        return await self.post("worker", fair, "arrange", **body | given)

    async def prepared(self, ahead: timedelta = timedelta(days=8)) -> Any:
        """Looking for stalls; one stands on the map."""
        fair = await self.arrange(await self.approved(), clock.now() + ahead)
        fair = await self.post("worker", fair, "prepare")
        await self.stall(fair)
        return fair

    async def stall(self, fair: Any, who: str = "worker", **given: Any) -> Any:
        """A stall that is accepted and has the next place of the map."""
        body = {"kind": "craft", "zone": "care", "name": "老李磨剪刀"} | given
        made = await self.call(who, f"/fairs/{fair['id']}/stalls", body, status=201)
        path = f"/stalls/{made['id']}"
        if made["status"] == "offered":
            await self.call("worker", f"{path}/accept", {})
        taken = await rows("SELECT id FROM stalls_stall WHERE spot_key IS NOT NULL")
        row, column = divmod(len(taken), 4)
        return await self.call("worker", f"{path}/place", {"row": row + 1, "column": column + 1})

    async def previewed(self) -> Any:
        return await self.post("worker", await self.prepared(), "preview")

    async def opened(self) -> Any:
        """It is open, and somebody has been asked how it was."""
        fair = await self.previewed()
        self.frozen.shift(timedelta(days=8))
        fair = await self.post("worker", fair, "open")
        await self.work()
        return await self.call("worker", f"/fairs/{fair['id']}")

    async def scene(self, table: str, row_id: int) -> str:
        """What the code of a fair or a stall says."""
        sql = f"SELECT c.token FROM codes_code c JOIN {table} t ON t.code_id = c.id WHERE t.id = ?"
        return str((await rows(sql, row_id))[0]["token"])

    async def scan(self, who: str, stall: Any, status: int = 0) -> Any:
        body = {"scene": await self.scene("stalls_stall", stall["id"])}
        return await self.call(who, "/stalls/scan", body, status=status)

    async def arrive(self, who: str, fair: Any, status: int = 0, **given: Any) -> Any:
        body = {"scene": await self.scene("fairs_fair", fair["id"])} | given
        return await self.call(who, "/fairs/arrive", body, status=status)


@pytest.fixture
async def fairground(
    client: httpx.AsyncClient,
    people: People,
    city: City,
    frozen: time_machine.Traveller,
    moderator: Moderator,
) -> Fairground:
    made = Fairground(client, city, people)
    made.frozen = frozen
    await load_list()
    for name, role, area in (
        ("worker", Role.SOCIAL_WORKER, city.spring),
        ("secretary", Role.SECRETARY, city.spring),
        ("far_worker", Role.SOCIAL_WORKER, city.autumn),
        ("street", Role.STREET_DISPATCHER, city.street),
    ):
        await _person(made, name, (role, area))
    await _person(made, "stranger")
    for name in RESIDENTS:
        await made.move_in(name, city.home, relation="family")
    return made
