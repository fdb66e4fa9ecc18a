"""Nothing personal lies readable at rest, in logs or in Redis (canaries through the API)."""

import io
import re
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
import structlog

from backend.core import cache, clock, crypto, database, jobs, sealing
from backend.core.database import rows
from backend.engines.goods.models import Good
from backend.engines.payments import service as payments
from backend.engines.shops.models import Shop
from backend.engines.shops.rules import FOREVER
from backend.foundation.areas.models import Dwelling
from backend.foundation.areas.rules import Level
from backend.foundation.identity import queries as identity_queries
from backend.foundation.identity import service as identity
from tests.canaries import Canaries, in_files, in_redis, in_tables
from tests.canaries import log as log
from tests.conftest import KEYS
from tests.foundation.identity.conftest import (  # noqa: F401 - fixtures
    Town,
    World,
    area,
    town,
    world,
)

API = "/api/v1"
PHONE, STAFF_PHONE, NEIGHBOURS_PHONE = "13854321098", "13954321077", "15054321066"
PLATE, GUESTS_PLATE = "鲁Q70809", "沪AD70809"
REAL_NAME, STAFF_NAME, NEIGHBOURS_NAME = "欧阳金丝雀", "司徒金丝雀", "慕容金丝雀"
ID_NUMBER, NEIGHBOURS_ID = "371302199003074617", "110101195001010017"
PASSWORD = "canary-password-correct-horse"


_ACCOUNT = "openid, phone, real_name, phone_index"
_REGISTER = "name, phone, id_number, name_index, phone_index, id_index"


@pytest.fixture
def canaries() -> Canaries:
    words = [PHONE, STAFF_PHONE, NEIGHBOURS_PHONE, REAL_NAME, STAFF_NAME]
    words += [NEIGHBOURS_NAME, ID_NUMBER, NEIGHBOURS_ID, PASSWORD]
    return Canaries([*words, PLATE, GUESTS_PLATE, PLATE[2:], GUESTS_PLATE[2:]])


async def _work_off() -> None:
    for _ in range(50):
        await jobs.start_due_schedules()
        if not await jobs.run_due():
            return


async def _administrator(world: World, canaries: Canaries) -> dict[str, str]:  # noqa: F811
    uri = await identity.create_administrator("office", PASSWORD)
    secret = parse_qs(urlsplit(uri).query)["secret"][0]
    body = {"username": "office", "password": PASSWORD, "totp": pyotp.TOTP(secret).now()}
    answer = await world.api.post(f"{API}/auth/admin", json=body)
    assert answer.status_code == 200, answer.text
    canaries.words += [secret, answer.json()["token"]]
    return {"authorization": f"Bearer {answer.json()['token']}"}


async def _resident(
    world: World,  # noqa: F811
    canaries: Canaries,
    openid: str,
    phone: str,
) -> tuple[dict[str, str], int]:
    headers, answer = await world.sign_in(openid)
    canaries.words.append(answer["token"])
    code = await world.code("phone-code", openid=openid, phone=phone)
    taken = await world.api.post(f"{API}/me/phone", json={"code": code}, headers=headers)
    assert taken.status_code == 200
    return headers, answer["me"]["id"]


async def _staff(
    world: World,  # noqa: F811
    town: Town,  # noqa: F811
    canaries: Canaries,
) -> dict[str, str]:
    """A grid officer by the administrator's grant."""
    office = await _administrator(world, canaries)
    staff, _ = await _resident(world, canaries, "openid-staff", STAFF_PHONE)
    post = {"phone": STAFF_PHONE, "name": STAFF_NAME, "role": "grid_officer"}
    granted = await world.api.post(
        f"{API}/posts", json=post | {"area_id": town.spring.id}, headers=office
    )
    assert granted.status_code == 201, granted.text
    return staff


async def _go_wrong(world: World, headers: dict[str, str]) -> None:  # noqa: F811
    """Requests that are refused, with canaries in every corner of them."""
    api = world.api
    code = await world.code("login-code", openid="openid-wrong")
    injected = {"path": "/sns/jscode2session", "errcode": 40013, "times": 1}
    await world.mock.post("/control/errors", json=injected)
    assert (await api.post(f"{API}/auth/wechat", json={"code": code})).status_code == 502
    wrong: dict[str, Any] = {"nickname": PHONE * 9, "phone": PHONE, REAL_NAME: ID_NUMBER}
    for method, path in (("PATCH", "me"), ("POST", "me/phone"), ("POST", "posts")):
        answer = await api.request(method, f"{API}/{path}", json=wrong, headers=headers)
        assert answer.status_code in (403, 422)
    await api.get(f"{API}/areas", params={"q": REAL_NAME, "x": PHONE}, headers=headers)
    await api.get(f"{API}/{PHONE}/{ID_NUMBER}", headers=headers)
    await api.post(f"{API}/me/phone", content=f'{{"code": "{PHONE}'.encode(), headers=headers)
    login = {"username": "office", "password": f"{PASSWORD}!", "totp": "000000"}
    assert (await api.post(f"{API}/auth/admin", json=login)).status_code == 401


async def _live_here(
    world: World,  # noqa: F811
    town: Town,  # noqa: F811
    ann: dict[str, str],
    staff: dict[str, str],
) -> None:
    """Binding, registration, plain reading."""
    compound = await area(Level.COMPOUND, "锦绣花园", town.spring)
    building = await area(Level.BUILDING, "1号楼", compound)
    home = await Dwelling.create(area=building, number="101")
    binding = {"dwelling_id": home.id, "relation": "owner", "name": REAL_NAME}
    asked = await world.api.post(
        f"{API}/residents/bindings",
        json=binding | {"id_number": ID_NUMBER},
        headers=ann | {"idempotency-key": "bind-0001"},
    )
    assert asked.status_code == 201, asked.text
    confirm = f"{API}/residents/bindings/{asked.json()['binding_id']}/confirm"
    assert (await world.api.post(confirm, json={}, headers=staff)).status_code == 200
    neighbour = {"name": NEIGHBOURS_NAME, "phone": NEIGHBOURS_PHONE, "id_number": NEIGHBOURS_ID}
    neighbour |= {"dwelling_id": home.id, "relation": "family"}
    made = await world.api.post(f"{API}/residents", json=neighbour, headers=staff)
    assert made.status_code == 201, made.text
    found = await world.api.get(
        f"{API}/residents", params={"area_id": town.spring.id, "q": NEIGHBOURS_NAME}, headers=staff
    )
    assert found.status_code == 200
    revealed = await world.api.post(
        f"{API}/residents/{made.json()['id']}/reveal",
        json={"fields": ["phone", "id_number"], "purpose": "上门核实人口信息"},
        headers=staff | {"idempotency-key": "reveal-0001"},
    )
    assert revealed.status_code == 200, revealed.text
    assert NEIGHBOURS_PHONE in revealed.text


async def _demand(
    world: World,  # noqa: F811
    town: Town,  # noqa: F811
    ann: dict[str, str],
    staff: dict[str, str],
) -> dict[str, Any]:
    """A report, a worker's look at it, and one that staff make for somebody. What was reported."""
    place = {"area_id": town.spring.id}
    body: dict[str, Any] = {"kind": "repair", "text": "单元门的灯不亮了", "place": place}
    body["answers"] = {"where": "楼道"}
    made = await world.api.post(
        f"{API}/orders", json=body, headers=ann | {"idempotency-key": "order-0001"}
    )
    assert made.status_code == 201, made.text
    await world.api.get(f"{API}/orders/{made.json()['id']}", headers=staff)
    told = {"name": NEIGHBOURS_NAME, "phone": NEIGHBOURS_PHONE}
    told_them = body | {"text": "楼上的大爷托我说一声", "on_behalf_of": told}
    made = await world.api.post(f"{API}/orders", json=told_them, headers=staff)
    assert made.status_code == 201, made.text
    return body


async def _drive(
    world: World,  # noqa: F811
    town: Town,  # noqa: F811
    ann: dict[str, str],
) -> None:
    """A car is registered, and another's is asked to be moved; a typing error besides."""
    home = (await rows("SELECT id FROM areas_dwelling"))[0]["id"]
    car = {"plate": PLATE, "dwelling_id": home, "description": "白色轿车"}
    made = await world.api.post(
        f"{API}/vehicles", json=car, headers=ann | {"idempotency-key": "vehicle-0001"}
    )
    assert made.status_code == 201, made.text
    body = {"plate": GUESTS_PLATE, "reason": "blocked", "place": {"area_id": town.spring.id}}
    asked = await world.api.post(
        f"{API}/move-car", json=body, headers=ann | {"idempotency-key": "move-0001"}
    )
    assert asked.status_code == 201, asked.text
    wrong = body | {"plate": f"{PLATE}{PLATE}"}
    assert (await world.api.post(f"{API}/move-car", json=wrong, headers=ann)).status_code == 422


async def _buy(
    world: World,  # noqa: F811
    town: Town,  # noqa: F811
    ann: dict[str, str],
) -> None:
    """Something is ordered to the door, with name, telephone and a remark."""
    path = town.spring.path or ""
    payee = await payments.payee("shop", 1, "面馆")
    shop = await Shop.create(
        name="面馆",
        kind="service",
        status="open",
        area_id=town.spring.id,
        area_path=path,
        serves_path=path,
        reach="community",
        place="东门",
        phone="0539-2233445",
        hours={"week": [[["00:00", "24:00"]]] * 7},
        delivers=True,
        licensed_until=FOREVER,
        payee_id=payee.id,
        created_at=clock.now(),
    )
    good = await Good.create(shop_id=shop.id, name="面", price=1200, created_at=clock.now())
    item = {"good_id": good.id, "quantity": 1}
    assert (await world.api.put(f"{API}/cart/items", json=item, headers=ann)).is_success
    address = {"place": "1号楼101", "name": REAL_NAME, "phone": PHONE}
    body = {"shop_id": shop.id, "delivery": "delivery", "expected": 1200, "note": f"找{REAL_NAME}"}
    placed = await world.api.post(
        f"{API}/cart/checkout",
        json=body | {"address": address},
        headers=ann | {"idempotency-key": "checkout-0001"},
    )
    assert placed.status_code == 201, placed.text
    seen = await world.api.get(f"{API}/purchases/{placed.json()['purchase_id']}", headers=ann)
    assert PHONE in seen.text
    await world.api.post(f"{API}/cart/checkout", json=body | {"address": address}, headers=ann)


async def _wish(
    world: World,  # noqa: F811
    town: Town,  # noqa: F811
    ann: dict[str, str],
) -> None:
    """One for oneself, and one for somebody who cannot ask."""
    until = str(clock.today() + timedelta(days=9))
    body = {"category": "goods", "title": "想要一双鞋", "text": "42码的棉鞋", "until": until}
    body["handover"] = "home"
    key = {"idempotency-key": "wish-0001"}
    made = await world.api.post(f"{API}/wishes", json=body, headers=ann | key)
    assert made.status_code == 201, made.text
    person = {"name": NEIGHBOURS_NAME, "phone": NEIGHBOURS_PHONE, "place": "1号楼102"}
    other: dict[str, Any] = {"is_for_other": True, "has_consent": True, "person": person}
    other |= {"area_id": town.spring.id}
    made = await world.api.post(f"{API}/wishes", json=body | other, headers=ann)
    assert made.status_code == 201, made.text


async def test_canaries_are_found_nowhere(
    world: World,  # noqa: F811
    town: Town,  # noqa: F811
    canaries: Canaries,
    log: io.StringIO,
    db: str,
) -> None:
    staff = await _staff(world, town, canaries)
    ann, _ = await _resident(world, canaries, "openid-ann", PHONE)
    key = {"idempotency-key": "nickname-0001"}
    change = {"nickname": "春晖老王"}
    assert (await world.api.patch(f"{API}/me", json=change, headers=ann | key)).status_code == 200
    await _live_here(world, town, ann, staff)
    await _demand(world, town, ann, staff)
    await _drive(world, town, ann)
    await _buy(world, town, ann)
    await _wish(world, town, ann)
    exported = (await world.api.get(f"{API}/me/export", headers=ann)).text
    for mine in (PHONE, REAL_NAME, ID_NUMBER, PLATE, "单元门的灯不亮了", "锦绣花园"):
        assert mine in exported
    assert NEIGHBOURS_PHONE not in exported
    await _go_wrong(world, ann)
    await _work_off()
    dump = await in_tables()
    assert "春晖老王" in dump  # control: what is not secret is seen
    assert canaries.found_in(dump) == []
    raw = in_files(db)
    assert "春晖老王".encode() in raw or not raw  # control
    assert canaries.found_in(raw) == []
    assert b"limit:" in await in_redis()  # control
    assert canaries.found_in(await in_redis()) == []
    assert "request_failed" in log.getvalue()  # control
    assert canaries.found_in(log.getvalue()) == []


async def test_a_rotation_of_keys_leaves_nothing_to_the_old_one(
    world: World,  # noqa: F811
    town: Town,  # noqa: F811
    canaries: Canaries,
) -> None:
    """Whatever room sealed it: once the old key is dropped, everything opens still."""
    old, newer = re.compile(r"(?m) test\.[\w+/=]{20,}$"), crypto.new_key("newer")
    staff = await _staff(world, town, canaries)
    ann, user_id = await _resident(world, canaries, "openid-ann", PHONE)
    await _live_here(world, town, ann, staff)
    asked = await _demand(world, town, ann, staff)
    await _buy(world, town, ann)
    await _wish(world, town, ann)
    await _work_off()
    before = len(old.findall(await in_tables()))
    try:
        crypto.configure(f"{newer},{KEYS}")
        assert await sealing.seal_anew(batch=3) == before > 15
        assert await sealing.seal_anew() == 0
        assert old.findall(await in_tables()) == []
        crypto.configure(newer)
        exported = (await world.api.get(f"{API}/me/export", headers=ann)).text
        assert all(mine in exported for mine in (PHONE, REAL_NAME, ID_NUMBER))
        key = ann | {"idempotency-key": "order-0001"}
        assert (await world.api.get(f"{API}/inbox", headers=ann)).is_success
        assert (await world.api.post(f"{API}/orders", json=asked, headers=key)).status_code == 201
        for order in await rows("SELECT id FROM orders_order"):
            seen = await world.api.get(f"{API}/orders/{order['id']}", headers=staff)
            assert seen.status_code == 200
        found = await identity_queries.by_phone(PHONE)
        assert found is not None
        assert found.id == user_id
    finally:
        crypto.configure(KEYS)


async def test_the_search_does_find(
    world: World,  # noqa: F811
    canaries: Canaries,
    log: io.StringIO,
    db: str,
) -> None:
    """Negative control: a canary left lying is found, in each of the places."""
    await rows("SELECT 1 AS one")
    await database.execute(
        "INSERT INTO core_schedule (name, next_at) VALUES (?, ?)", PHONE, clock.now()
    )
    await cache.redis().set("x", REAL_NAME)
    structlog.get_logger("x").warning("careless", error=f"called {ID_NUMBER}")
    assert canaries.found_in(await in_tables()) == [PHONE]
    assert canaries.found_in(in_files(db)) in ([PHONE], [])
    assert db.startswith("mysql") or canaries.found_in(in_files(db)) == [PHONE]
    assert canaries.found_in(await in_redis()) == [REAL_NAME]
    assert canaries.found_in(log.getvalue()) == [ID_NUMBER]


async def test_after_leaving_nothing_sealed_is_left_either(
    world: World,  # noqa: F811
    town: Town,  # noqa: F811
    canaries: Canaries,
) -> None:
    """Row, index and links go; the demand stays, nameless."""
    staff = await _staff(world, town, canaries)
    ann, user_id = await _resident(world, canaries, "openid-ann", PHONE)
    await identity.set_real_name(user_id, REAL_NAME)
    await _live_here(world, town, ann, staff)
    await _demand(world, town, ann, staff)
    await _buy(world, town, ann)
    draft = {"kind": "help", "text": "half-a-sentence"}
    assert (await world.api.put(f"{API}/orders/draft", json=draft, headers=ann)).is_success
    await _work_off()
    kept = await rows(f"SELECT {_ACCOUNT} FROM identity_user WHERE id = ?", user_id)
    kept += await rows(f"SELECT {_REGISTER} FROM residents_resident WHERE user_id = ?", user_id)
    kept += await rows("SELECT address, note FROM purchases_purchase")
    sealed = [str(value) for row in kept for value in row.values() if value]
    assert len(sealed) == 12
    before = await in_tables()
    assert all(value in before for value in [*sealed, "half-a-sentence", "单元门的灯不亮了"])
    answer = await world.api.post(f"{API}/me/erase", json={"confirm": "注销"}, headers=ann)
    assert answer.status_code == 200
    await _work_off()
    after = await in_tables()
    assert [value for value in [*sealed, "half-a-sentence"] if value in after] == []
    assert "单元门的灯不亮了" in after
    assert not await rows("SELECT id FROM orders_order WHERE reporter_id = ?", user_id)
    assert not await rows("SELECT id FROM notify_message WHERE user_id = ?", user_id)
    assert not await rows("SELECT id FROM purchases_purchase WHERE buyer_id = ?", user_id)
    assert (await jobs.backlog())["dead"] == 0
    assert (await world.api.get(f"{API}/me", headers=ann)).status_code == 401
