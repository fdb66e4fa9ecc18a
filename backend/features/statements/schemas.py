"""What is asked of statements."""

from typing import Literal

from pydantic import Field

from backend.core.schemas import Body, Id
from backend.engines.tariffs.queries import PeriodKey


class StatementQuery(Body):
    """`tenure`: one that has ended; without it the latest that is the reader's."""

    year: int = Field(ge=2000, le=2100, examples=[2026])
    tenure: int | None = Field(default=None, ge=0, le=10_000)
    format: Literal["pdf", "xlsx"] = "pdf"


class ExportQuery(Body):
    area_id: Id
    period: PeriodKey | None = None
    tariff_id: Id | None = None
    is_unpaid: bool = False
