"""Claiming, doing, confirming, letting go."""

import json
from datetime import timedelta

import pytest
import time_machine

from backend.core import database
from backend.core.database import rows
from backend.core.events import emit
from backend.engines.wishes import rules
from backend.engines.wishes.models import Wish, WishClaim
from backend.foundation.identity.events import UserErased
from backend.foundation.moderations.events import TextRefused
from tests.engines.wishes.conftest import ELDER, Village


async def test_from_the_claim_to_the_confirmation(village: Village) -> None:
    made = await village.open(handover="office")
    claim = await village.claim("upstairs", made)
    assert (claim["status"], claim["moves"]) == ("held", ["progress", "fulfil", "give-up"])
    assert (await village.see("owner", made))["status"] == "claimed"
    await village.work()
    assert "有邻居认领了您的微心愿" in await village.inbox("owner")
    done = await village.fulfil("upstairs", claim)
    assert (done["status"], len(done["photos"])) == ("fulfilled", 1)
    seen = await village.see("owner", made)
    assert seen["status"] == "fulfilled"
    (listed,) = seen["claims"]
    assert listed["moves"] == ["confirm", "send-back"]
    await village.work()
    assert "请确认您的微心愿" in await village.inbox("owner")
    await village.act("owner", claim, "confirm")
    assert (await village.see("owner", made))["status"] == "confirmed"
    await village.work()
    assert "心愿实现了，谢谢您" in await village.inbox("upstairs")
    assert (await village.call("upstairs", "/wish-claims/mine"))["items"][0]["moves"] == []
    await village.act("owner", claim, "confirm", status=409)


async def test_without_a_picture_nothing_is_done(village: Village) -> None:
    claim = await village.claim("upstairs", await village.open())
    await village.act("upstairs", claim, "fulfil", status=422, file_ids=[])
    foreign = await village.picture("owner")
    await village.act("upstairs", claim, "fulfil", status=404, file_ids=[foreign])
    assert (await WishClaim.get(id=claim["id"])).status == "held"


async def test_ones_own_wish_is_not_ones_to_claim(village: Village) -> None:
    """Nor one's family's, nor one that is for oneself."""
    made = await village.open()
    await village.everywhere(made)
    for who in ("owner", "family"):
        assert (await village.claim(who, made, status=403))["code"] == "own_wish"
    person = ELDER | {"phone": "13800000002"}
    for_upstairs = await village.approve(await village.for_elder("owner", person=person))
    refused = await village.claim("upstairs", for_upstairs, status=403)
    assert refused["code"] == "own_wish"
    assert "claim" not in (await village.see("family", made))["moves"]


async def test_only_residents_claim(village: Village) -> None:
    made = await village.open()
    await village.claim("guard", made, status=404)
    await village.everywhere(made)
    assert (await village.claim("guard", made, status=403))["code"] == "not_a_resident"


async def test_nobody_claims_twice_or_what_is_taken(village: Village) -> None:
    made = await village.open(needed=3)
    await village.everywhere(made)
    await village.claim("upstairs", made)
    assert (await village.claim("upstairs", made, status=409))["code"] == "claimed_already"
    refused = await village.claim("neighbour", made, status=409, shares=3)
    assert (refused["code"], refused["facts"]["left"]) == ("too_few_left", 2)
    await village.claim("neighbour", made, shares=2)
    assert (await village.see("owner", made))["status"] == "claimed"
    assert (await village.claim("other", made, status=409))["code"] == "wrong_state"


@pytest.mark.parametrize("shares", [0, -1, 201, 10**12, 1.5, "两份"])
async def test_shares_that_are_none(village: Village, shares: object) -> None:
    made = await village.open(needed=5)
    await village.claim("upstairs", made, status=422, shares=shares)
    assert (await Wish.get(id=made["id"])).taken == 0


async def test_nobody_hoards(village: Village) -> None:
    for _ in range(rules.MOST_HELD):
        claim = await village.claim("upstairs", await village.open())
    one_more = await village.open()
    refused = await village.claim("upstairs", one_more, status=409)
    assert refused["code"] == "too_many_held"
    assert (await Wish.get(id=one_more["id"])).taken == 0
    await village.fulfil("upstairs", claim)
    await village.claim("upstairs", one_more)


async def test_what_is_needed_is_shown_while_it_is_needed_and_written_down(
    village: Village,
) -> None:
    expected = {
        "home": ELDER,
        "phone": ELDER | {"place": ""},
        "office": {"name": "", "phone": "", "place": "春晖社区"},
    }
    for handover, told in expected.items():
        made = await village.approve(await village.for_elder(handover=handover))
        claim = await village.claim("upstairs", made)
        assert await village.act("upstairs", claim, "contact") == told
        await village.act("neighbour", claim, "contact", status=404)
        await village.act("worker", claim, "contact", status=404)
        await village.fulfil("upstairs", claim)
        await village.act("upstairs", claim, "contact", status=409)
    read = await rows("SELECT actor_id FROM audit_entry WHERE action = 'wishes.person_read'")
    assert [row["actor_id"] for row in read] == [village.ids["upstairs"]] * 2


async def test_a_wisher_sees_who_read_their_telephone(village: Village) -> None:
    made = await village.open()
    claim = await village.claim("upstairs", made)
    shown = await village.act("upstairs", claim, "contact")
    assert (shown["name"], shown["phone"]) == ("王小明", "13800000001")
    assert "101" in shown["place"]
    (reading,) = (await village.call("owner", "/me/readings"))["items"]
    assert "认领微心愿" in reading["purpose"]


async def test_silence_gives_it_free(village: Village, noon: time_machine.Traveller) -> None:
    made = await village.open()
    claim = await village.claim("upstairs", made)
    await village.work()
    noon.shift(rules.SILENCE - rules.REMINDED_BEFORE)
    await village.work()
    assert (await village.inbox("upstairs")).count("认领的微心愿快到期了") == 1
    noon.shift(rules.REMINDED_BEFORE - timedelta(seconds=1))
    await village.work()
    assert (await village.see("owner", made))["status"] == "claimed"
    noon.shift(timedelta(seconds=1))
    await village.work()
    assert (await village.see("owner", made))["status"] == "open"
    told = await village.call("upstairs", f"/wish-claims/{claim['id']}")
    assert (told["status"], told["reason"]) == ("released", "7 天没有进展，自动释放")
    await village.work()
    assert "认领已释放" in await village.inbox("upstairs")
    assert "微心愿重新等待认领" in await village.inbox("owner")
    await village.act("upstairs", claim, "fulfil", status=409, file_ids=[1])
    await village.claim("neighbour", made)


async def test_who_says_how_it_goes_keeps_it(
    village: Village, noon: time_machine.Traveller
) -> None:
    made = await village.open(until="2027-01-18")
    claim = await village.claim("upstairs", made)
    await village.work()
    for left in range(rules.MOST_PROGRESS - 1, -1, -1):
        noon.shift(rules.SILENCE - timedelta(minutes=1))
        told = await village.act("upstairs", claim, "progress", note="鞋在路上")
        assert told["progress_left"] == left
        await village.work()
    assert (await village.see("owner", made))["status"] == "claimed"
    refused = await village.act("upstairs", claim, "progress", status=409, note="还在路上")
    assert refused["code"] == "wrong_state"
    noon.shift(rules.SILENCE)
    await village.work()
    assert (await village.see("owner", made))["status"] == "open"


async def test_sent_back_it_is_to_be_done_again(
    village: Village, noon: time_machine.Traveller
) -> None:
    made = await village.open()
    claim = await village.claim("upstairs", made)
    await village.fulfil("upstairs", claim)
    await village.act("owner", claim, "send-back", reason="还没有收到")
    assert (await village.see("owner", made))["status"] == "claimed"
    await village.work()
    assert "微心愿还没有实现" in await village.inbox("upstairs")
    await village.fulfil("upstairs", claim)
    await village.work()
    noon.shift(rules.UNCONFIRMED)
    await village.work()
    assert "微心愿等待社区确认" in await village.inbox("secretary")
    await village.act("secretary", claim, "confirm")
    assert (await village.see("owner", made))["status"] == "confirmed"


async def test_whoever_did_it_does_not_confirm_it(village: Village) -> None:
    """Not even with a post, nor does anybody beyond writer and community."""
    await village.settle_in("secretary")
    made = await village.approve(await village.for_elder("worker"))
    await village.everywhere(made)
    claim = await village.claim("secretary", made)
    await village.fulfil("secretary", claim)
    await village.act("secretary", claim, "confirm", status=403)
    await village.act("neighbour", claim, "confirm", status=404)
    await village.act("stranger", claim, "confirm", status=404)
    await village.act("worker", claim, "confirm")


async def test_the_community_can_give_it_free(village: Village) -> None:
    made = await village.open()
    claim = await village.claim("upstairs", made)
    await village.act("neighbour", claim, "release", status=403, reason="我想来做")
    await village.act("secretary", claim, "release", reason="电话打不通")
    assert (await village.see("owner", made))["status"] == "open"
    await village.work()
    assert "认领已释放" in await village.inbox("upstairs")


async def test_shares_are_done_each_for_itself(village: Village) -> None:
    made = await village.open(needed=2, unit="箱", share_value=5000)
    await village.everywhere(made)
    first = await village.claim("upstairs", made)
    await village.fulfil("upstairs", first)
    await village.act("owner", first, "confirm")
    assert (await village.see("owner", made))["status"] == "open"
    second = await village.claim("neighbour", made)
    assert (await village.see("owner", made))["status"] == "claimed"
    await village.act("neighbour", second, "give-up", reason="买不到了")
    assert (await village.see("owner", made))["status"] == "open"
    third = await village.claim("other", made)
    await village.fulfil("other", third)
    assert (await village.see("owner", made))["status"] == "fulfilled"
    await village.act("owner", third, "confirm")
    assert (await village.see("owner", made))["status"] == "confirmed"


async def test_withdrawn_where_some_of_it_was_done(village: Village) -> None:
    """Nobody's work is called off: what was done is confirmed, the rest is let go."""
    made = await village.open(needed=3)
    await village.everywhere(made)
    done, held = await village.claim("upstairs", made), await village.claim("neighbour", made)
    await village.fulfil("upstairs", done)
    body = {"reason": "够用了"}
    seen = await village.call("owner", f"/wishes/{made['id']}/withdraw", body)
    assert (seen["status"], seen["taken"]) == ("fulfilled", 1)
    await village.work()
    assert "微心愿不再需要认领" in await village.inbox("neighbour")
    await village.act("neighbour", held, "fulfil", status=409, file_ids=[1])
    await village.act("owner", done, "confirm")
    assert (await village.see("owner", made))["status"] == "confirmed"


async def test_the_last_day_ends_a_half_claimed_wish(
    village: Village, noon: time_machine.Traveller
) -> None:
    made = await village.open(needed=3, until="2026-11-19")
    claim = await village.claim("upstairs", made)
    await village.work()
    noon.shift(timedelta(days=3))
    await village.work()
    assert (await village.see("owner", made))["status"] == "claimed"
    await village.act("upstairs", claim, "give-up", reason="临时出差")
    assert (await village.see("owner", made))["status"] == "expired"


async def test_a_claimer_who_leaves(village: Village) -> None:
    made, other = await village.open(), await village.open()
    held, done = await village.claim("upstairs", made), await village.claim("upstairs", other)
    await village.fulfil("upstairs", done)
    async with database.transaction():
        await emit(UserErased(village.ids["upstairs"]))
    await village.work()
    assert (await village.see("owner", made))["status"] == "open"
    assert (await village.see("owner", other))["claims"][0]["claimer"] == "已注销用户"
    await village.act("owner", done, "confirm")
    left = await rows("SELECT COUNT(*) AS n FROM wishes_claim WHERE claimer_id IS NOT NULL")
    assert left[0]["n"] == 0
    assert held["id"] != done["id"]


async def test_risky_words_are_kept_back(village: Village) -> None:
    made = await village.open()
    claim = await village.claim("upstairs", made)
    await village.act("upstairs", claim, "progress", note="不好听的话")
    asked = await rows("SELECT payload FROM core_job WHERE name LIKE '%moderations%'")
    assert len(asked) == 2
    assert "不好听的话" in str([json.loads(row["payload"]) for row in asked])
    async with database.transaction():
        await emit(TextRefused("wishes", made["id"]))
        await emit(TextRefused("claims", claim["id"]))
        await emit(TextRefused("elsewhere", claim["id"]))
    await village.work()
    assert await village.wall("upstairs", status="claimed") == []
    seen = await village.see("upstairs", made)
    assert (seen["title"], seen["claims"][0]["note"]) == ("（内容正在审核）", "不好听的话")
    seen = await village.see("owner", made)
    assert (seen["title"], seen["claims"][0]["note"]) == ("想要一双棉鞋", "（内容正在审核）")
