"""The register: masked, scoped, and never read in plain without a trace."""

from datetime import timedelta

import pytest

from backend.core import clock, crypto, sealing
from backend.core.crypto import WrongKey
from backend.core.database import rows
from backend.foundation.residents import service
from backend.foundation.residents.models import Binding, PlainReading, Resident, plain
from backend.foundation.residents.rules import Secret
from tests.conftest import KEYS
from tests.foundation.residents.conftest import API, GROWN, House

PHONE = "13812345678"
PURPOSE = "电话联系上门时间"


async def test_the_register_is_masked(house: House) -> None:
    made = await house.register(
        house.worker, phone=PHONE, id_number=GROWN, tags=["alone", "veteran"]
    )
    assert (made["name"], made["phone"]) == ("李**", "138****5678")
    found = (await house.get(house.worker, "/residents"))["items"]
    assert found == [made]
    assert {tag["name"] for tag in made["tags"]} == {"独居老人", "退役军人"}
    assert made["dwellings"][0]["place"].endswith("1单元101")
    text = str(found)
    assert PHONE not in text
    assert GROWN not in text
    assert "李桂英" not in text


async def test_nothing_plain_lies_in_the_database(house: House) -> None:
    await house.register(house.worker, phone=PHONE, id_number=GROWN)
    await house.bind(house.owner, id_number=GROWN)
    for table in ("residents_resident", "residents_binding", "audit_entry", "core_job"):
        text = str(await rows(f"SELECT * FROM {table}"))
        for secret in (PHONE, GROWN, "李桂英", "王小明"):
            assert secret not in text, table
    one, other = await Resident.all().order_by("id")
    other.name = one.name
    with pytest.raises(WrongKey):
        plain(other, Secret.NAME)


async def test_what_is_sealed_is_found_whole(house: House) -> None:
    await house.register(house.worker, phone=PHONE, id_number=GROWN, tags=["alone"])
    for text in ("李桂英", PHONE, GROWN, GROWN.lower()):
        assert len((await house.get(house.worker, "/residents", q=text))["items"]) == 1, text
    for text in ("李桂", PHONE[:10], "13812345679"):
        assert (await house.get(house.worker, "/residents", q=text))["items"] == []
    assert len((await house.get(house.worker, "/residents", tag="alone"))["items"]) == 1
    assert (await house.get(house.worker, "/residents", tag="disabled"))["items"] == []


async def test_pages_of_residents(house: House) -> None:
    for name in ("张一", "张二", "张三"):
        await house.register(house.worker, name=name)
    first = await house.get(house.worker, "/residents", limit=2)
    rest = await house.get(house.worker, "/residents", limit=2, cursor=first["next"])
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (2, 1, None)


async def test_a_plain_reading_is_recorded_and_seen_by_the_person(house: House) -> None:
    asked = await house.bind(house.owner)
    body = {"fields": ["name", "name"], "purpose": PURPOSE}
    person = await Resident.get(user_id=1)
    answer = await house.client.post(f"{API}/{person.id}/reveal", headers=house.worker, json=body)
    assert answer.json() == {"name": "王小明", "phone": None, "id_number": None}
    await house.decide(house.worker, asked["id"], "confirm")
    readings = (await house.get(house.owner, "/me/readings"))["items"]
    assert len(readings) == 1
    assert readings[0] | {"id": 0, "read_at": "", "role": ""} == {
        "id": 0, "reader": "微信用户3", "role": "", "fields": ["姓名"], "purpose": PURPOSE,
        "read_at": "",
    }  # fmt: skip
    assert (await house.get(house.neighbour, "/me/readings"))["items"] == []
    entry = (await rows("SELECT * FROM audit_entry WHERE action = 'residents.revealed'"))[0]
    assert (entry["actor_id"], entry["subject"]) == (3, f"resident:{person.id}")
    assert entry["area_path"].startswith(house.city.spring.path or "x")
    assert PURPOSE in str(entry["detail"])


async def test_without_purpose_or_reach_nothing_is_revealed(house: House) -> None:
    made = await house.register(house.worker, phone=PHONE)
    address = f"{API}/{made['id']}/reveal"
    body = {"fields": ["phone"], "purpose": PURPOSE}
    for who, sent, status in (
        (house.worker, body | {"purpose": ""}, 422),
        (house.worker, body | {"fields": []}, 422),
        (house.worker, body | {"fields": ["seal"]}, 422),
        (house.stranger, body, 404),
        (house.manager, body, 403),
        (house.owner, body, 403),
    ):
        answer = await house.client.post(address, headers=who, json=sent)
        assert answer.status_code == status, sent
        assert PHONE not in answer.text
    assert await PlainReading.all().count() == 0


async def test_readings_have_a_limit(house: House) -> None:
    made = await house.register(house.worker, phone=PHONE)
    body = {"fields": ["phone"], "purpose": PURPOSE}
    codes = [
        (
            await house.client.post(f"{API}/{made['id']}/reveal", headers=house.worker, json=body)
        ).status_code
        for _ in range(32)
    ]
    assert codes.count(200) == 30
    assert set(codes[30:]) == {429}
    assert await PlainReading.all().count() == 30


async def test_staff_of_another_community_find_nobody(house: House) -> None:
    made = await house.register(house.worker, phone=PHONE)
    assert (await house.get(house.stranger, "/residents"))["items"] == []
    assert (await house.get(house.stranger, "/residents", q=PHONE))["items"] == []
    await house.get(house.stranger, "/residents", 404, area_id=house.city.unit.id)
    for path, body in (
        (f"/{made['id']}/bindings", {"dwelling_id": house.city.far_home.id, "relation": "owner"}),
        (f"/{made['id']}/reveal", {"fields": ["name"], "purpose": PURPOSE}),
    ):
        answer = await house.client.post(API + path, headers=house.stranger, json=body)
        assert answer.status_code == 404
    answer = await house.client.patch(
        f"{API}/{made['id']}", headers=house.stranger, json={"name": "别人"}
    )
    assert answer.status_code == 404
    await house.register(house.stranger, status=404)
    await house.register(house.owner, status=403)


async def test_who_only_says_to_live_here_is_not_in_the_register(house: House) -> None:
    await house.bind(house.owner)
    person = await Resident.get(user_id=1)
    assert (await house.get(house.worker, "/residents"))["items"] == []
    answer = await house.client.patch(
        f"{API}/{person.id}", headers=house.worker, json={"name": "别人"}
    )
    assert answer.status_code == 404


async def test_the_same_person_is_not_registered_twice(house: House) -> None:
    made = await house.register(house.worker, id_number=GROWN)
    problem = await house.register(
        house.worker, status=409, id_number=GROWN, dwelling_id=house.city.shop.id
    )
    assert problem["facts"] == {"resident_id": made["id"]}
    await house.register(house.worker, status=409)
    body = {"dwelling_id": house.city.shop.id, "relation": "tenant"}
    more = await house.client.post(f"{API}/{made['id']}/bindings", headers=house.worker, json=body)
    assert len(more.json()["dwellings"]) == 2
    twice = await house.client.post(f"{API}/{made['id']}/bindings", headers=house.worker, json=body)
    assert twice.status_code == 409
    body["dwelling_id"] = house.city.far_home.id
    far = await house.client.post(f"{API}/{made['id']}/bindings", headers=house.worker, json=body)
    assert far.status_code == 404


async def test_corrections_touch_only_what_is_given(house: House) -> None:
    made = await house.register(house.worker, phone=PHONE, tags=["alone"], education="senior")
    address = f"{API}/{made['id']}"

    async def change(status: int = 200, **body: object) -> dict[str, object]:
        answer = await house.client.patch(address, headers=house.worker, json=body)
        assert answer.status_code == status, answer.text
        return dict(answer.json())

    changed = await change(version=1, name="李秀英", tags=["party_member"])
    assert (changed["name"], changed["phone"], changed["education"]) == (
        "李**", "138****5678", "senior",
    )  # fmt: skip
    assert [tag["tag"] for tag in changed["tags"]] == ["party_member"]  # type: ignore[attr-defined]
    assert (await change(409, version=1, name="张三"))["code"] == "stale_version"
    assert (await change(phone=None))["phone"] is None
    await change(422, name=None)
    await change(422, seal="x")
    await change(422, user_id=1)
    await change(422, birth_year=1700)
    assert len((await house.get(house.worker, "/residents", q="李秀英"))["items"]) == 1
    assert (await house.get(house.worker, "/residents", q="李桂英"))["items"] == []


async def test_keys_are_rotated_without_losing_anybody(house: House) -> None:
    made = await house.register(house.worker, phone=PHONE, id_number=GROWN)
    before = await Resident.get(id=made["id"])
    newer = crypto.new_key("k2")
    crypto.configure(f"{newer},{KEYS}")
    assert len((await house.get(house.worker, "/residents", q=PHONE))["items"]) == 1
    assert await sealing.seal_anew(1) == 3
    assert await sealing.seal_anew() == 0
    after = await Resident.get(id=made["id"])
    assert before.phone_index != after.phone_index
    crypto.configure(newer)
    assert plain(after, Secret.PHONE) == PHONE
    assert plain(after, Secret.ID_NUMBER) == GROWN
    assert len((await house.get(house.worker, "/residents", q=PHONE))["items"]) == 1


async def test_who_belongs_nowhere_is_forgotten_after_a_while(house: House) -> None:
    made = await house.register(house.worker)
    stays = await house.register(house.worker, name="张三")
    binding = await Binding.get(resident_id=made["id"])
    await house.decide(house.worker, binding.id, "end", reason="搬走")
    assert await service.forget_strangers() == 0
    long_ago = clock.now() - timedelta(days=service.KEPT_DAYS + 1)
    await Resident.all().update(updated_at=long_ago)
    assert await service.forget_strangers() == 1
    assert [row.id for row in await Resident.all()] == [stays["id"]]
