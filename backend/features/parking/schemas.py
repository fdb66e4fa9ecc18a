"""The resident's first look at parking."""

from backend.core.schemas import Answer
from backend.engines.agreements.queries import BalanceOut
from backend.engines.lots.queries import LotOut
from backend.engines.passes.queries import PassOut, QuotaOut
from backend.engines.stays.queries import OccupancyOut, StayOut
from backend.engines.vehicles.queries import VehicleOut


class CarOut(Answer):
    """A car with all that goes with it; `stay` is under way."""

    vehicle: VehicleOut
    passes: list[PassOut]
    balance: BalanceOut | None
    stay: StayOut | None


class LotCard(Answer):
    """A car park where the reader lives: how full, and what is left of the month's invitations."""

    lot: LotOut
    occupancy: OccupancyOut
    visits: QuotaOut | None
    dwelling_id: int | None


class Overview(Answer):
    cars: list[CarOut]
    lots: list[LotCard]
