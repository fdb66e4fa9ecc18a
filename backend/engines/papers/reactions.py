"""What follows from votes given up and areas moving."""

from backend.core.database import move_paths
from backend.core.events import on
from backend.engines.papers import service
from backend.engines.votings.events import VotingCancelled
from backend.foundation.areas.events import AreaMoved


@on(VotingCancelled)
async def void_papers(event: VotingCancelled) -> None:
    await service.void_all(event.voting_id)


@on(AreaMoved)
async def follow_area(event: AreaMoved) -> None:
    await move_paths("papers_ballot", event.from_path, event.to_path)
