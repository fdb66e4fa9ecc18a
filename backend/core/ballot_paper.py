"""Paper to vote on: what is asked, boxes to tick, and a stub with the code to keep."""

from collections.abc import Sequence
from dataclasses import dataclass

from backend.core.loader import when_used


@dataclass(frozen=True)
class BallotPaper:
    """Half a page of A4. `code` stands on the ballot and on its stub, and nowhere else."""

    title: str
    place: str
    choices: Sequence[str]
    until: str
    code: str
    foot: str


def ballot_papers(wanted: Sequence[BallotPaper]) -> bytes:
    """Two ballots on a page, with a line to cut along."""
    paper: bytes = when_used("backend.core.ballot_drawing").ballot_papers(wanted)
    return paper
