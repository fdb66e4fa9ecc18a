"""Thanks are shown as far as everybody agrees, and no further."""

from typing import Any

from backend.core import database
from backend.core.database import rows
from backend.core.events import emit
from backend.foundation.identity.events import UserErased
from backend.foundation.moderations.events import TextRefused
from tests.engines.wishes.conftest import Village


async def come_true(village: Village, **claim: Any) -> Any:
    made = await village.open()
    taken = await village.claim("upstairs", made, **claim)
    await village.fulfil("upstairs", taken)
    await village.act("owner", taken, "confirm")
    return made


async def thank(village: Village, made: Any, status: int = 0, **given: Any) -> Any:
    body = {"text": "鞋很暖和，谢谢"} | given
    path = f"/wishes/{made['id']}/thanks"
    return await village.call("owner", path, body, method="PUT", status=status)


async def wall(village: Village, who: str = "upstairs") -> Any:
    return (await village.call(who, "/wishes/thanks"))["items"]


async def test_not_before_it_has_come_true(village: Village) -> None:
    made = await village.open()
    assert (await thank(village, made, 409))["code"] == "wrong_state"


async def test_on_the_wall_with_consent_only(village: Village) -> None:
    made = await come_true(village)
    await thank(village, made)
    assert await wall(village) == []
    path = f"/wishes/{made['id']}/thanks"
    assert (await village.call("upstairs", path))["text"] == "鞋很暖和，谢谢"
    await thank(village, made, is_public=True)
    (card,) = await wall(village)
    assert (card["helpers"], card["photos"], card["whose_name"]) == (
        ["一位热心邻居"],
        [],
        "一位邻居",
    )
    await thank(village, made, is_public=True, shows_photos=True)
    (card,) = await wall(village)
    assert len(card["photos"]) == 1
    assert await wall(village, "other") == []
    await thank(village, made, is_public=False)
    assert await wall(village) == []


async def test_named_who_wants_to_be(village: Village) -> None:
    made = await come_true(village, shows_name=True)
    await thank(village, made, is_public=True)
    (card,) = await wall(village)
    assert card["helpers"] == ["u*******"]


async def test_helpers_are_told_once(village: Village) -> None:
    made = await come_true(village)
    await thank(village, made)
    await thank(village, made, text="再说一次谢谢")
    await village.work()
    assert (await village.inbox("upstairs")).count("您收到一份感谢") == 1


async def test_others_have_nothing_to_thank_for(village: Village) -> None:
    made = await come_true(village)
    path = f"/wishes/{made['id']}/thanks"
    await village.call("upstairs", path, {"text": "谢谢我"}, method="PUT", status=403)
    await village.call("other", path, {"text": "谢谢我"}, method="PUT", status=404)
    await village.call("other", path, status=404)


async def test_risky_words_are_kept_back(village: Village) -> None:
    made = await come_true(village)
    await thank(village, made, is_public=True)
    (row,) = await rows("SELECT id FROM thanks_thanks")
    assert len(await wall(village)) == 1
    async with database.transaction():
        await emit(TextRefused("thanks", row["id"]))
    await village.work()
    assert await wall(village) == []


async def test_who_leaves_is_off_the_wall(village: Village) -> None:
    made = await come_true(village)
    await thank(village, made, is_public=True)
    async with database.transaction():
        await emit(UserErased(village.ids["owner"]))
    await village.work()
    assert await rows("SELECT id FROM thanks_thanks") == []
    assert await wall(village) == []
