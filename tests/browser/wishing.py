"""The story that scenes of micro-wishes are in the middle of."""

from datetime import UTC, datetime, timedelta

from tests.browser.phones import Api, Phone


def written(phone: Phone) -> None:
    phone.write("wish-title", "想要一双防滑棉鞋")
    phone.write("wish-text", "脚肿，穿42码，黑色就好")


def claiming(phone: Phone) -> None:
    phone.tap("claim")
    phone.sees("claim-sheet")


def tell(wisher: Api, claimer: Api, desk: Api) -> dict[str, int]:
    """A wish that waits for its review; another that waits to be claimed, and one that is."""
    until = (datetime.now(UTC) + timedelta(days=20)).strftime("%Y-%m-%d")
    body = {"category": "goods", "title": "想要一床厚被子", "text": "双人的，干净就好"}
    made = wisher.post("/wishes", body | {"handover": "office", "until": until})
    assert any(one["id"] == made["id"] for one in desk.rows("/wishes/reviews"))
    near = [one for one in claimer.rows("/wishes", limit=50) if "claim" in one["moves"]]
    claim = claimer.post(f"/wishes/{near[0]['id']}/claim", {"shares": 1})
    return {"wished": made["id"], "near": near[1]["id"], "claim": claim["id"]}
