"""The story that scenes of votes and surveys are in the middle of."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect

from tests.browser.phones import Api, Phone

OPEN = 1
"""The vote of the sample city that runs."""


def tell(keeper: Api, owners: Iterable[Api]) -> dict[str, int]:
    """A draft of a vote, a power of attorney in writing, and a survey with pictures."""
    area = keeper.get(f"/votings/{OPEN}")["area_id"]
    return {
        "draft_vote": drafted(keeper, area),
        "proxy": entrusted(keeper, owners),
        "pictured": pictured(keeper, area),
    }


def drafted(keeper: Api, area: int) -> int:
    now = datetime.now(UTC)
    asked = {
        "area_id": area,
        "title": "北门加装车辆识别道闸",
        "text": "居民反映北门经常有外来车辆穿行，拟加装道闸，费用从公共收益中支出。",
        "sections": [{"key": "cost", "title": "费用"}],
        "opinions_until": (now + timedelta(days=5)).isoformat(),
    }
    matter = keeper.post("/matters", asked)["id"]
    keeper.post(f"/matters/{matter}/publish")
    came_to = {
        "summaries": [{"key": "cost", "summary": "多数人同意从公共收益中支出。"}],
        "options": [{"key": "agree", "text": "同意"}],
    }
    keeper.post(f"/matters/{matter}/summarize", came_to)
    plan = {
        "kind": "use_funds",
        "starts_at": now.isoformat(),
        "ends_at": (now + timedelta(days=14)).isoformat(),
    }
    return int(keeper.post(f"/matters/{matter}/voting", plan)["id"])


def entrusted(keeper: Api, owners: Iterable[Api]) -> int:
    """One of the owners has given the vote to a neighbour, on paper."""
    homes = [one.rows("/me/dwellings")[0]["dwelling_id"] for one in owners]
    lines = [keeper.get(f"/votings/{OPEN}/roll/{home}") for home in homes]
    line = next(one for one in lines if one["owners"] and not one["has_voted"])
    body = {
        "dwelling_id": line["dwelling_id"],
        "owner_id": line["owners"][0]["resident_id"],
        "name": "李桂芳",
        "file_id": keeper.upload(),
    }
    return int(keeper.post(f"/votings/{OPEN}/proxies", body)["id"])


def pictured(keeper: Api, area: int) -> int:
    """A survey that shows two pictures to choose from, and is open."""
    options = [
        {"key": f"o{n + 1}", "text": text, "file_id": keeper.upload(n)}
        for n, text in enumerate(("保留旧灯", "换感应灯"))
    ]
    question = {"key": "q1", "kind": "picture", "title": "楼道灯您喜欢哪一种？", "options": options}
    body = {"area_id": area, "title": "楼道灯样式征集", "questions": [question]}
    made = keeper.post("/surveys", body)
    keeper.post(f"/surveys/{made['id']}/open", {"version": made["version"]})
    return int(made["id"])


def planning(phone: Phone) -> None:
    phone.tap("do-change")
    phone.sees("plan-sheet")


def at_the_doors(phone: Phone) -> None:
    """Down to the doors of a unit."""
    while phone.every("area-").count():
        before = phone.every("area-").first.get_attribute("data-testid")
        phone.every("area-").first.click()
        phone.page.wait_for_function(
            "before => document.querySelector(`[data-testid='${before}']`)?.offsetParent == null",
            arg=before,
        )
        phone.every("area-").or_(phone.every("door-")).first.wait_for()
    phone.every("door-").first.wait_for()


def proxies(phone: Phone) -> None:
    phone.tap("seg-proxy")
    phone.every("proxy-").first.wait_for()


def drawing(phone: Phone) -> None:
    """A question with two pictures, as it is written."""
    phone.write("survey-title", "楼道灯样式征集")
    phone.tap("kind-0")
    phone.tap("kind-0-picture")
    phone.write("title-0", "楼道灯您喜欢哪一种？")
    for number, text in enumerate(("保留旧灯", "换感应灯")):
        phone.photograph(f"pictures-0-option-{number}")
        phone.write(f"pictures-0-text-{number}", text)
    sent = phone.page.locator('[data-testid="photo"][data-state="sent"]:visible')
    expect(sent).to_have_count(2)
