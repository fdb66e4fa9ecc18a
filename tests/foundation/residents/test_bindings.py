"""How people come to belong to a dwelling, and who has a say in it."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core import clock, crypto
from backend.core.actor import Role
from backend.core.database import rows, transaction
from backend.core.events import emit
from backend.core.jobs import run_due
from backend.foundation.identity import service as identity
from backend.foundation.identity.events import UserErased
from backend.foundation.identity.models import Post
from backend.foundation.notify.models import Message
from backend.foundation.residents import queries, rules, service
from backend.foundation.residents.models import (
    Binding,
    BindingStatus,
    PlainReading,
    Resident,
    ResidentTag,
    plain,
)
from backend.foundation.residents.rules import Secret
from tests.foundation.residents.conftest import GROWN, House, id_number


async def test_a_person_asks_and_the_staff_confirm(house: House) -> None:
    asked = await house.bind(house.owner, id_number=GROWN)
    mine = (await house.get(house.owner, "/me/dwellings"))["items"]
    assert asked == mine[0] | {"id": mine[0]["binding_id"]}
    assert mine[0]["place"] == "春晖社区锦绣花园1号楼1单元101"
    assert (mine[0]["building_id"], mine[0]["unit_area_id"], mine[0]["compound_id"]) == (
        house.city.buildings[0].id,
        house.city.unit.id,
        house.city.compound.id,
    )
    assert await queries.dwellings_of(1) == []
    waiting = (await house.get(house.manager, "/residents/bindings"))["items"]
    assert [one["moves"] for one in waiting] == [["confirm", "refuse", "end"]]
    assert (waiting[0]["name"], waiting[0]["phone"]) == ("王**", None)
    done = await house.decide(house.manager, asked["id"], "confirm", version=1)
    assert (done["status"], done["version"]) == ("confirmed", 2)
    row = await Binding.get(id=asked["id"])
    assert (row.decided_by, row.decided_at is not None) == (4, True)
    assert [one.dwelling_id for one in await queries.dwellings_of(1)] == [house.city.home.id]
    assert await queries.users_below(house.city.spring.path or "") == [1]
    assert await queries.users_below(house.city.autumn.path or "") == []
    person = await Resident.get(user_id=1)
    assert (person.birth_year, person.gender) == (1988, rules.gender_of(GROWN))
    sql = "SELECT action FROM audit_entry WHERE action LIKE 'residents.%' ORDER BY id"
    actions = [row["action"] for row in await rows(sql)]
    assert actions == ["residents.binding_asked", "residents.binding_confirmed"]


async def test_a_refusal_has_a_reason_and_leaves_the_way_open(house: House) -> None:
    asked = await house.bind(house.owner)
    await house.decide(house.worker, asked["id"], "refuse", status=422)
    refused = await house.decide(house.worker, asked["id"], "refuse", reason="姓名不符")
    assert refused["status"] == "refused"
    mine = (await house.get(house.owner, "/me/dwellings"))["items"]
    assert (mine[0]["status"], mine[0]["reason"]) == ("refused", "姓名不符")
    again = await house.bind(house.owner, name="王晓明")
    assert again["status"] == "pending"


async def test_staff_of_another_community_find_nothing(house: House) -> None:
    asked = await house.bind(house.owner)
    for move, body in (("confirm", {}), ("refuse", {"reason": "不认识"}), ("end", {})):
        await house.decide(house.stranger, asked["id"], move, status=404, **body)
        await house.decide(house.stranger, 999999, move, status=404, **body)
    await house.decide(house.neighbour, asked["id"], "end", status=404)
    await house.decide(house.neighbour, asked["id"], "confirm", status=403)
    assert (await house.get(house.stranger, "/residents/bindings"))["items"] == []
    await house.get(house.stranger, "/residents/bindings", 404, area_id=house.city.spring.id)
    assert (await house.get(house.neighbour, "/me/dwellings"))["items"] == []
    assert (await Binding.get(id=asked["id"])).status == BindingStatus.PENDING


async def test_nobody_confirms_themselves(house: House) -> None:
    asked = await house.bind(house.worker)
    own = (await house.get(house.worker, "/residents/bindings"))["items"]
    assert [one["moves"] for one in own] == [["end"]]
    await house.decide(house.worker, asked["id"], "confirm", status=403)
    await house.decide(house.manager, asked["id"], "confirm")


async def test_once_decided_stale_and_twice(house: House) -> None:
    asked = await house.bind(house.owner)
    again = await house.bind(house.owner, status=409)
    assert again["code"] == "conflict"
    stale = await house.decide(house.worker, asked["id"], "confirm", status=409, version=7)
    assert stale["code"] == "stale_version"
    await house.decide(house.worker, asked["id"], "confirm")
    late = await house.decide(house.worker, asked["id"], "refuse", status=409, reason="晚了")
    assert late["code"] == "wrong_state"
    await house.decide(house.owner, asked["id"], "end")
    assert (await house.bind(house.owner))["status"] == "pending"


async def test_of_many_at_once_one_binding_comes_of_it(house: House) -> None:
    said = {"dwelling_id": house.city.home.id, "relation": "owner", "name": "王小明"}
    answers = await asyncio.gather(
        *(
            house.client.post("/api/v1/residents/bindings", headers=house.owner, json=said)
            for _ in range(6)
        )
    )
    assert sorted(one.status_code for one in answers) == [201, *[409] * 5]
    assert (await Resident.all().count(), await Binding.all().count()) == (1, 1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"relation": "king"},
        {"name": ""},
        {"name": "x" * 31},
        {"name": "<script>"},
        {"id_number": "371327198805201230"},
        {"id_number": id_number("37132720200101123")},
        {"live_key": "x"},
        {"user_id": 2},
        {"dwelling_id": 0},
        {"dwelling_id": "1 OR 1"},
    ],
)
async def test_what_cannot_be_said(house: House, wrong: dict[str, object]) -> None:
    await house.bind(house.owner, status=422, **wrong)
    assert await Binding.all().count() == 0


async def test_an_unknown_dwelling_and_too_many(house: House) -> None:
    await house.bind(house.owner, status=404, dwelling_id=999999)
    await house.bind(house.owner)
    person = await Resident.get(user_id=1)
    for number in range(service.MOST_BINDINGS - 1):
        await Binding.create(
            resident_id=person.id, dwelling_id=house.city.shop.id, relation="family",
            created_at=person.created_at, live_key=f"x{number}",
        )  # fmt: skip
    await house.bind(house.owner, status=409, dwelling_id=house.city.far_home.id)


async def test_a_confirmed_name_is_not_changed_by_its_bearer(house: House) -> None:
    asked = await house.bind(house.owner)
    await house.decide(house.worker, asked["id"], "confirm")
    problem = await house.bind(house.owner, status=422, dwelling_id=house.city.shop.id, name="张三")
    assert problem["errors"][0]["field"] == "name"
    await house.bind(house.owner, dwelling_id=house.city.shop.id, id_number=GROWN)
    assert plain(await Resident.get(user_id=1), Secret.ID_NUMBER) == GROWN


async def test_what_the_staff_registered_becomes_the_persons(house: House) -> None:
    await house.register(
        house.worker,
        name="王小明",
        phone="13800138000",
        tags=["party_member"],
        education="bachelor",
    )
    asked = await house.bind(house.owner, id_number=GROWN)
    await house.decide(house.worker, asked["id"], "confirm")
    person = await Resident.get()
    assert person.user_id == 1
    assert plain(person, Secret.PHONE) == "13800138000"
    assert plain(person, Secret.ID_NUMBER) == GROWN
    assert (person.education, person.birth_year) == ("bachelor", 1988)
    assert [row.tag for row in await ResidentTag.all()] == ["party_member"]
    assert [row.status for row in await Binding.all()] == ["confirmed"]


async def test_a_namesake_with_another_number_stays_somebody_else(house: House) -> None:
    other = id_number("37132719500520123")
    await house.register(house.worker, name="王小明", id_number=other)
    asked = await house.bind(house.owner, id_number=GROWN)
    await house.decide(house.worker, asked["id"], "confirm")
    assert await Resident.all().count() == 2


async def test_the_confirmed_phone_comes_from_the_account(house: House) -> None:
    await identity.set_phone(1, "13911112222")
    await house.bind(house.owner)
    waiting = (await house.get(house.worker, "/residents/bindings"))["items"]
    assert waiting[0]["phone"] == "139****2222"


async def test_who_waits_is_told_and_so_is_who_decides(house: House) -> None:
    for user, role, area in (
        (3, Role.SOCIAL_WORKER, house.city.spring),
        (4, Role.PROPERTY_MANAGER, house.city.compound),
        (5, Role.SOCIAL_WORKER, house.city.autumn),
        (6, Role.BUILDING_HEAD, house.city.buildings[0]),
    ):
        await Post.create(user_id=user, role=role, area_id=area.id, starts_at=clock.now())
    asked = await house.bind(house.owner)
    await work_off()
    await house.decide(house.worker, asked["id"], "refuse", reason="姓名不符")
    asked = await house.bind(house.owner, dwelling_id=house.city.shop.id)
    await house.decide(house.worker, asked["id"], "confirm")
    await work_off()
    told = [(row.user_id, row.template.split(".")[1]) for row in await Message.all().order_by("id")]
    assert told == [
        (4, "binding_asked"),
        (1, "binding_refused"),
        (4, "binding_asked"),
        (1, "binding_confirmed"),
    ]


async def work_off() -> None:
    while await run_due():
        pass


async def test_who_leaves_leaves_nothing(house: House) -> None:
    asked = await house.bind(house.owner, id_number=GROWN)
    await house.decide(house.worker, asked["id"], "confirm")
    person = await Resident.get(user_id=1)
    await house.client.post(
        f"/api/v1/residents/{person.id}/reveal",
        headers=house.worker,
        json={"fields": ["name"], "purpose": "上门核实"},
    )
    other = await house.bind(house.neighbour, name="赵六")
    async with transaction():
        await emit(UserErased(1))
    await work_off()
    assert [row.user_id for row in await Resident.all()] == [2]
    assert [row.id for row in await Binding.all()] == [other["id"]]
    assert await PlainReading.all().count() == 0
    assert (await house.get(house.owner, "/me/dwellings"))["items"] == []
    await service.erase(1)


@given(st.text(alphabet="0123456789X", min_size=17, max_size=18))
def test_few_numbers_are_id_numbers(number: str) -> None:
    if rules.is_id_number(number):
        assert len(number) == 18
        assert rules.birth_year_of(number) in range(1900, 2100)
        assert id_number(number[:17]) == number


def test_a_wrong_digit_is_noticed(db: str) -> None:
    for place in range(17):
        changed = GROWN[:place] + str((int(GROWN[place]) + 1) % 10) + GROWN[place + 1 :]
        assert not rules.is_id_number(changed)
    assert crypto.mask_id_number(GROWN) == f"371***********{GROWN[-4:]}"
