"""Phones, settings, posts, names, leaving."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from backend.core import clock, crypto, sealing
from backend.core.actor import Actor, Role
from backend.core.database import rows, transaction
from backend.core.jobs import Job
from backend.foundation.identity import events, queries, service
from backend.foundation.identity.models import TOTP, Credential, Post, Session, User
from tests.conftest import KEYS
from tests.foundation.identity.conftest import Town, World

ME = "/api/v1/me"
PHONE = "13854321098"


async def _with_phone(world: World, openid: str, phone: str = PHONE) -> tuple[dict[str, str], int]:
    headers, answer = await world.sign_in(openid)
    code = await world.code("phone-code", openid=openid, phone=phone)
    taken = await world.api.post(f"{ME}/phone", json={"code": code}, headers=headers)
    assert taken.status_code == 200, taken.text
    return headers, answer["me"]["id"]


@pytest.fixture
async def office(world: World, town: Town) -> dict[str, str]:
    """Headers of the administrator of one street."""
    user = await User.create(nickname="街道")
    await Post.create(user=user, role=Role.ADMINISTRATOR, area=town.street, starts_at=clock.now())
    signed_in = await service.open_session(user.id, is_strong=True)
    return {"authorization": f"Bearer {signed_in.token}"}


async def _grant(world: World, office: dict[str, str], **body: Any) -> httpx.Response:
    return await world.api.post("/api/v1/posts", json=body, headers=office)


async def test_a_phone_comes_from_wechat_and_is_shown_masked(world: World) -> None:
    headers, user_id = await _with_phone(world, "openid-ann")
    assert (await world.api.get(ME, headers=headers)).json()["phone"] == "138****1098"
    assert PHONE not in str(await rows("SELECT * FROM identity_user"))
    found = await queries.by_phone(PHONE)
    assert found is not None
    assert found.id == user_id
    assert found.plain_phone() == PHONE


async def test_a_phone_is_never_taken_from_the_client(world: World) -> None:
    headers, _ = await world.sign_in("openid-ann")
    for path, body in ((f"{ME}/phone", {"phone": PHONE}), (f"{ME}/phone", {"code": PHONE})):
        assert (await world.api.post(path, json=body, headers=headers)).status_code == 422
    changed = await world.api.patch(ME, json={"phone": PHONE}, headers=headers)
    assert changed.status_code == 422
    login = await world.code("login-code", openid="openid-ann")
    wrong = await world.api.post(f"{ME}/phone", json={"code": login}, headers=headers)
    assert wrong.status_code == 422
    assert (await world.api.get(ME, headers=headers)).json()["phone"] is None


async def test_a_number_that_changed_hands_belongs_to_the_new_holder(world: World) -> None:
    ann, _ = await _with_phone(world, "openid-ann")
    _, bob = await _with_phone(world, "openid-bob")
    assert (await world.api.get(ME, headers=ann)).json()["phone"] is None
    found = await queries.by_phone(PHONE)
    assert found is not None
    assert found.id == bob


async def test_settings_change_one_by_one(world: World) -> None:
    headers, _ = await world.sign_in("openid-ann")
    for body in ({"nickname": "春晖老王"}, {"settings": {"large_type": True}}, {}):
        answer = await world.api.patch(ME, json=body, headers=headers)
        assert answer.status_code == 200
    me = (await world.api.patch(ME, json={"settings": {"theme": "dark"}}, headers=headers)).json()
    assert me["nickname"] == "春晖老王"
    assert me["settings"] == {"large_type": True, "theme": "dark"}


@pytest.mark.parametrize(
    "body",
    [
        {"nickname": ""},
        {"nickname": "长" * 21},
        {"nickname": "a\nb"},
        {"settings": {"theme": "pink"}},
        {"posts": []},
        {"id": 1},
        {"avatar_id": 77},
    ],
)
async def test_bad_changes_are_refused(world: World, body: dict[str, Any]) -> None:
    headers, _ = await world.sign_in("openid-ann")
    assert (await world.api.patch(ME, json=body, headers=headers)).status_code == 422


async def test_a_post_is_granted_by_phone_counts_and_ends(
    world: World, town: Town, office: dict[str, str]
) -> None:
    ann, user_id = await _with_phone(world, "openid-ann")
    answer = await _grant(
        world,
        office,
        phone=PHONE,
        name="王建国",
        role="grid_officer",
        area_id=town.spring.id,
        title="网格长",
    )
    assert answer.status_code == 201, answer.text
    assert answer.json()["user"] == {"id": user_id, "name": "王建国"}
    me = (await world.api.get(ME, headers=ann)).json()
    assert [(post["role_name"], post["title"]) for post in me["posts"]] == [("网格员", "网格长")]
    assert me["posts"][0]["area"]["name"] == "春晖社区"
    assert "春晖社区" in me["posts"][0]["area"]["full_name"]
    listed = (await world.api.get("/api/v1/posts", headers=office)).json()["items"]
    assert answer.json()["id"] in [post["id"] for post in listed]
    path = f"/api/v1/posts/{answer.json()['id']}/end"
    assert (await world.api.post(path, headers=office)).status_code == 200
    assert (await world.api.get(ME, headers=ann)).json()["posts"] == []
    assert (await world.api.post(path, headers=office)).status_code == 409
    done = await rows("SELECT action, subject, area_path FROM audit_entry WHERE area_path <> '/'")
    assert [row["action"] for row in done] == ["identity.post_granted", "identity.post_ended"]
    assert {row["area_path"] for row in done} == {town.spring.path}


async def test_several_posts_at_once_and_none_twice(
    world: World, town: Town, office: dict[str, str]
) -> None:
    ann, user_id = await _with_phone(world, "openid-ann")
    for role, area in (("grid_officer", town.spring), ("building_head", town.spring)):
        granted = await _grant(world, office, user_id=user_id, role=role, area_id=area.id)
        assert granted.status_code == 201
    again = await _grant(
        world, office, user_id=user_id, role="grid_officer", area_id=town.spring.id
    )
    assert again.status_code == 409
    there = await _grant(
        world, office, user_id=user_id, role="grid_officer", area_id=town.autumn.id
    )
    assert there.status_code == 201
    assert len((await world.api.get(ME, headers=ann)).json()["posts"]) == 3


async def test_a_post_counts_from_its_start_to_its_end(
    world: World, town: Town, office: dict[str, str]
) -> None:
    ann, user_id = await _with_phone(world, "openid-ann")
    tomorrow, yesterday = clock.now() + timedelta(days=1), clock.now() - timedelta(days=1)
    base = {"user_id": user_id, "area_id": town.spring.id}
    later = await _grant(world, office, **base, role="grid_officer", starts_at=tomorrow.isoformat())
    assert later.status_code == 201
    over = {"starts_at": (yesterday - timedelta(days=1)).isoformat()}
    refused = await _grant(
        world, office, **base, role="secretary", **over, ends_at=yesterday.isoformat()
    )
    assert refused.status_code == 422
    now = await _grant(world, office, **base, role="secretary", ends_at=tomorrow.isoformat())
    assert now.status_code == 201
    me = (await world.api.get(ME, headers=ann)).json()
    assert [post["role"] for post in me["posts"]] == ["secretary"]


async def test_nobody_grants_or_ends_beyond_their_own_area(
    world: World, town: Town, office: dict[str, str]
) -> None:
    _, user_id = await _with_phone(world, "openid-ann")
    above = await _grant(world, office, user_id=user_id, role="secretary", area_id=town.county.id)
    assert above.status_code == 404
    far = await Post.create(
        user_id=user_id, role=Role.COUNTY_OFFICE, area=town.county, starts_at=clock.now()
    )
    everywhere = await Post.create(user_id=user_id, role=Role.ADMINISTRATOR, starts_at=clock.now())
    for post in (far, everywhere):
        ended = await world.api.post(f"/api/v1/posts/{post.id}/end", headers=office)
        assert ended.status_code == 404
    listed = (await world.api.get("/api/v1/posts", headers=office)).json()["items"]
    assert not {far.id, everywhere.id} & {post["id"] for post in listed}


@pytest.mark.parametrize(
    "who",
    [{}, {"phone": "13900000000"}, {"user_id": 999}, {"user_id": 1, "phone": PHONE}],
)
async def test_a_post_needs_one_known_person(
    world: World, town: Town, office: dict[str, str], who: dict[str, Any]
) -> None:
    answer = await _grant(world, office, **who, role="secretary", area_id=town.spring.id)
    assert answer.status_code == 422


async def test_names_and_people_at(world: World, town: Town, office: dict[str, str]) -> None:
    _, ann = await _with_phone(world, "openid-ann")
    _, bob = await _with_phone(world, "openid-bob", "13900001111")
    for user_id, area in ((ann, town.spring), (bob, town.street)):
        body = {"user_id": user_id, "name": f"员工{user_id}", "role": "social_worker"}
        assert (await _grant(world, office, **body, area_id=area.id)).status_code == 201
    nobody = await User.create()
    called = await queries.names([ann, bob, nobody.id, 999])
    assert called[ann] == (f"员工{ann}", "专职社工")
    assert called[nobody.id] == ("邻居", "居民")
    assert 999 not in called
    roles = [Role.SOCIAL_WORKER]
    at = await queries.people_at(f"{town.spring.path}77/", roles)
    assert [one.user_id for one in at] == [ann, bob]
    assert [one.user_id for one in await queries.people_at(town.autumn.path, roles)] == [bob]
    assert await queries.people_at(town.spring.path, [Role.SECRETARY]) == []
    street = await queries.people_at(town.street.path, roles, is_below=True)
    assert {one.user_id for one in street} == {ann, bob}
    assert [one.user_id for one in await queries.people_at(town.street.path, roles)] == [bob]


async def test_leaving_leaves_a_number_only(
    world: World, town: Town, office: dict[str, str]
) -> None:
    ann, user_id = await _with_phone(world, "openid-ann")
    await _grant(
        world, office, user_id=user_id, name="王建国", role="secretary", area_id=town.spring.id
    )
    async with transaction():
        await service.erase(Actor(user_id))
    assert (await world.api.get(ME, headers=ann)).status_code == 401
    user = await User.get(id=user_id)
    kept = (user.openid, user.unionid, user.real_name, user.phone, user.phone_index)
    assert kept == (None,) * 5
    assert user.erased_at is not None
    assert not await Session.exists(user_id=user_id)
    assert (await queries.names([user_id]))[user_id].name == "已注销用户"
    assert await queries.people_at(town.spring.path, [Role.SECRETARY]) == []
    _, again = await world.sign_in("openid-ann")
    assert again["me"]["id"] != user_id
    refused = await _grant(world, office, user_id=user_id, role="secretary", area_id=town.spring.id)
    assert refused.status_code == 422


async def test_leaving_is_told_to_those_who_react(db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    told = []

    async def emit(event: object) -> None:
        told.append(event)

    monkeypatch.setattr(service, "emit", emit)
    user = await User.create(openid="openid-ann")
    async with transaction():
        await service.erase(Actor(user.id))
    assert told == [events.UserErased(user.id)]


async def test_a_rotation_of_keys_reaches_everybody(world: World) -> None:
    _, user_id = await _with_phone(world, "openid-ann")
    await service.set_real_name(user_id, "王建国")
    uri = await service.create_administrator("office", "correct horse battery")
    newer = crypto.new_key("newer")
    try:
        crypto.configure(f"{newer},{KEYS}")
        assert (await queries.by_phone(PHONE)) is not None
        assert await sealing.seal_anew(1) == 3
        assert await sealing.seal_anew() == 0
        crypto.configure(newer)
        credential = await Credential.get()
        secret = crypto.decrypt(credential.totp_secret, field=TOTP, row=credential.user_id)
        assert secret in uri
        found = await queries.by_phone(PHONE)
        assert found is not None
        assert (found.plain_phone(), found.plain_name()) == (PHONE, "王建国")
    finally:
        crypto.configure(KEYS)


async def test_jobs_carry_ids_only(db: str) -> None:
    user = await User.create(openid="openid-ann", nickname="春晖老王")
    async with transaction():
        await service.erase(Actor(user.id))
    for job in await Job.all():
        assert job.payload == {"user_id": user.id}
