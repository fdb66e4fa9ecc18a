"""What the API says and hears about points."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from backend.core.schemas import Answer, Body, Id
from backend.engines.points.rules import MOST, Direction

Amount = Annotated[int, Field(strict=True, ge=1, le=MOST, examples=[10])]


class EndingOut(Answer):
    """So many points end then."""

    at: datetime
    amount: int


class RelativeOut(Answer):
    user_id: Id
    name: str = Field(examples=["王*"])


class FamilyOut(Answer):
    """What a household shares, and with whom of it one can pass points on."""

    dwelling_id: Id
    place: str = Field(examples=["春晖社区锦绣花园1号楼1单元101"])
    balance: int
    members: list[RelativeOut]


class TermsOut(Answer):
    """The policy that holds where one lives; points, and months."""

    valid_months: int
    earn_daily: int
    partner_monthly: int
    transfer_daily: int


class PointsOut(Answer):
    """One's own points. `balance` can be spent now, `reserved` waits for what was redeemed."""

    balance: int
    reserved: int
    owed: int = Field(description="points taken back when they were spent: the next ones pay them")
    endings: list[EndingOut]
    soon: int = Field(description="points that end within 30 days")
    passed_on_today: int
    families: list[FamilyOut]
    terms: TermsOut


class TransferNew(Body):
    """`to_user_id`: to whom of the family, for `give` only."""

    dwelling_id: Id
    direction: Direction
    amount: Amount
    to_user_id: Id | None = None


class PolicyBody(Body):
    """`version`: of the area's own policy as it was seen; left out where it has none yet."""

    valid_months: int = Field(ge=1, le=120, examples=[24])
    earn_daily: int = Field(ge=0, le=MOST, examples=[200])
    partner_monthly: int = Field(ge=0, le=MOST, examples=[200])
    transfer_daily: int = Field(ge=0, le=MOST, examples=[500])
    version: int | None = Field(default=None, ge=1)


class PolicyOut(TermsOut):
    """`is_own`: the area's own; else what holds from above. `version` is 0 where it has none."""

    area_id: Id
    is_own: bool
    version: int


class ProofOut(Answer):
    day: date
    at: datetime
    entries: int
    in_hands: int
    faults: list[str]


class EconomyOut(Answer):
    """A community's points. `pool` is what came back to it: spent, ended or settled."""

    area_id: Id
    issued: int
    pool: int
    proof: ProofOut | None
