"""What the API says and hears about agreements and balances. Amounts are fen."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from backend.core.schemas import Answer, Body, Id
from backend.engines.agreements.rules import LEAST, MOST
from backend.engines.ledgers.queries import EntryOut


class Agree(Body):
    """`is_agreed` and the version of the text that was shown: consent is said, not assumed."""

    vehicle_id: Id
    is_agreed: Literal[True]
    terms: str = Field(max_length=20, examples=["2026-11"])
    most_per_stay: int = Field(ge=100, le=100_000, examples=[5000])


class TopUpBody(Body):
    lot_id: Id
    amount: int = Field(ge=LEAST, le=MOST, examples=[10000])


class AgreementOut(Answer):
    most_per_stay: int
    agreed_at: datetime
    is_mine: bool


class BalanceOut(Answer):
    """A car's balance, its agreement, and the text to be agreed to."""

    vehicle_id: int
    balance: int
    agreement: AgreementOut | None
    terms: str
    text: str


class StatementOut(Answer):
    balance: int
    items: list[EntryOut]
    next: str | None
