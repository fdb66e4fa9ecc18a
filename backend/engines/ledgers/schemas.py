"""What is shown of an account."""

from datetime import datetime

from pydantic import Field

from backend.core.schemas import Answer


class EntryOut(Answer):
    """A line of a statement; `amount` and `balance` (after it) in the ledger's unit, mostly fen."""

    id: int
    at: datetime
    kind: str = Field(examples=["payment"])
    memo: str
    amount: int = Field(examples=[-12800])
    balance: int = Field(examples=[5000])
