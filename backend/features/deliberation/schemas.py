"""What is asked besides what engines.matters asks."""

from pydantic import Field

from backend.core.schemas import Body
from backend.engines.votings.queries import VotingPlan


class PrepareBody(VotingPlan):
    """How the matter is to be voted on; its title, text and options are what is voted."""

    version: int | None = Field(default=None, ge=1)


class ScanQuery(Body):
    scene: str = Field(min_length=1, max_length=1024, examples=["K7M2QX9AB4"])
