"""What an import says."""

from pydantic import Field

from backend.core.schemas import Answer


class RowError(Answer):
    row: int = Field(description="as counted in the spreadsheet, the header being 1")
    column: str
    message: str


class ImportReport(Answer):
    """With any error nothing at all was written."""

    rows: int
    created: int
    errors: list[RowError]
    errors_total: int
