"""Reading what was begun at WeChat."""

from datetime import datetime
from typing import Any

from backend.core.database import rows
from backend.engines.checkouts.models import Checkout

_DUE = (
    "SELECT id, asked, expires_at FROM checkouts_checkout WHERE ask_at <= ? ORDER BY ask_at LIMIT ?"
)


async def of_payment(payment_id: int) -> Checkout | None:
    """What was begun at WeChat for the payment."""
    return await Checkout.get_or_none(payment_id=payment_id)


async def due(at: datetime, limit: int) -> list[dict[str, Any]]:
    """What WeChat is to be asked about: id, how often it was, until when it can be paid."""
    return await rows(_DUE, at, limit)
