"""What is agreed to, and how much may lie in a balance."""

TERMS = "2026-11"
TEXT = (
    "同意在离场时从本车的停车余额中自动扣除停车费；单次超过上限或余额不足时改为现场支付；"
    "每次扣费都会通知您；随时可以关闭，关闭后立即生效，余额可以继续用于停车缴费。"
)
LEAST, MOST = 1_000, 200_000
"""Fen of one top-up."""
MOST_BALANCE = 500_000


def account_of(vehicle_id: int) -> str:
    """The ledger's account of a car's prepayments."""
    return f"prepaid:vehicle/{vehicle_id}"
