"""What the API says and hears about stays. Amounts are fen."""

from datetime import datetime

from pydantic import Field

from backend.core.schemas import Answer, Body, Id, PageQuery
from backend.engines.stays.rules import Phase
from backend.engines.vehicles.queries import PlateText


class QuoteBody(Body):
    """Which car stands in which car park."""

    lot_id: Id
    plate: PlateText


class PayBody(Body):
    ticket: str = Field(min_length=10, max_length=100)


class Waive(Body):
    reason: str = Field(min_length=2, max_length=200, examples=["道闸故障，已核实"])


class StayQuery(PageQuery):
    """`plate` is a whole one."""

    lot_id: Id
    phase: Phase | None = None
    is_owed: bool = False
    plate: PlateText | None = None


class Reveal(Body):
    purpose: str = Field(min_length=4, max_length=200, examples=["核对逃费车辆"])


class Revealed(Answer):
    plate: str | None


class Quote(Answer):
    """What a car that stands inside owes now. `ticket` pays it, for some minutes."""

    lot_name: str
    entered_at: datetime
    minutes: int
    amount: int
    covered_by: str = Field(description="月卡, 访客通行证 or nothing")
    paid: int
    paid_until: datetime | None
    ticket: str


class StayOut(Answer):
    """`plate` is in plain for the car's own people and masked for the staff."""

    id: int
    lot_id: int
    lot_name: str
    plate: str | None
    phase: Phase
    phase_name: str
    entered_at: datetime | None
    left_at: datetime | None
    minutes: int | None
    covered_by: str
    fee: int = Field(description="so far, or final once it has left")
    paid: int
    waived: int
    owed: int
    paid_until: datetime | None
    ticket: str | None = Field(description="pays what is owed; for the car's own people")


class OccupancyOut(Answer):
    lot_id: int
    capacity: int
    inside: int
    free: int
