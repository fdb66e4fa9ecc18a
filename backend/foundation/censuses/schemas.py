"""What the API says and hears about counts of residents."""

from pydantic import Field

from backend.core.schemas import Answer, Body, Id
from backend.foundation.residents.queries import Tag


class CountQuery(Body):
    """Without `level`: the areas right below; with it, all of that level below."""

    area_id: Id
    level: str | None = Field(default=None, pattern="^(community|compound|grid|building|unit)$")


class CountOut(Answer):
    area_id: int
    name: str
    level: str
    residents: int
    dwellings: int
    tags: dict[Tag, int]


class ExportQuery(Body):
    area_id: Id
    purpose: str = Field(min_length=4, max_length=200)
