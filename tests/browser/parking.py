"""Scenes of parking and of moving cars, and the story they are in the middle of."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

from backend.engines.gates.rules import Direction
from backend.sample import gate
from tests.browser.phones import Api, Person, Phone

PATIENCE = 60.0
UNKNOWN = "沪A70809"


def typed(phone: Phone) -> None:
    phone.tap("move-plate")
    for key in "鲁Q708D1":
        phone.tap(f"key-{key}")
    phone.tap("reason-blocked")


def choosing(phone: Phone) -> None:
    phone.tap("top-up")
    phone.sees("pay-sheet")


def passes(phone: Phone) -> None:
    phone.tap("seg-pass")
    phone.every("pass-").first.wait_for()


def tell(call_as: Callable[[Person], Api], cast: dict[str, Person]) -> dict[str, int]:
    """Cars, a guest, a car in somebody's way both ways. `cast`: driver, neighbour, guard."""
    driver, neighbour = call_as(cast["driver"]), call_as(cast["neighbour"])
    car = _car(driver, call_as(cast["guard"]))
    _drive(str(driver.http.base_url).split("/api/")[0], car["plate"])
    _invite(driver)
    home = driver.rows("/me/dwellings")[0]
    place = {"area_id": home["compound_id"], "text": "3号楼东侧"}
    body = {"reason": "blocked", "place": place}
    moving = driver.post("/move-car", body | {"plate": UNKNOWN, "file_ids": [driver.upload()]})
    neighbour.post("/move-car", body | {"plate": car["plate"], "file_ids": [neighbour.upload()]})
    asked = _wait(lambda: driver.rows("/move-car/asked"))
    return {"vehicle": car["id"], "moving": moving["id"], "asked": asked[0]["id"]}


def _car(driver: Api, manager: Api) -> dict[str, Any]:
    """The driver's confirmed car, registered now if there is none."""
    mine = driver.rows("/vehicles/mine")
    found = next((one for one in mine if one["status"] == "confirmed"), None)
    if found is None:
        home = driver.rows("/me/dwellings")[0]
        body = {"plate": "鲁QD70809", "dwelling_id": home["dwelling_id"]}
        made = driver.post("/vehicles", body | {"description": "白色轿车"})
        manager.post(f"/vehicles/{made['id']}/confirm")
        found = made
    return dict(found)


def _drive(api: str, plate: str) -> None:
    """Out, if it is inside, and in again. In a thread: the browser has a loop of its own here."""
    with ThreadPoolExecutor(1) as thread:
        for way in (Direction.OUT, Direction.IN):
            thread.submit(asyncio.run, gate.play(api, way, plate, is_asking=False)).result()


def _invite(driver: Api) -> None:
    card = driver.get("/parking/overview")["lots"][0]
    now = datetime.now(UTC)
    body = {
        "lot_id": card["lot"]["id"],
        "dwelling_id": card["dwelling_id"],
        "plate": "沪AD12345",
        "remark": "表哥",
        "valid_from": now.isoformat(),
        "valid_until": (now + timedelta(hours=4)).isoformat(),
    }
    driver.post("/parking/visits", body)


def _wait(look: Callable[[], list[dict[str, int]]]) -> list[dict[str, int]]:
    """What the worker has still to do."""
    deadline = time.monotonic() + PATIENCE
    while not (found := look()):
        assert time.monotonic() < deadline, "nobody was told"
        time.sleep(0.2)
    return found
