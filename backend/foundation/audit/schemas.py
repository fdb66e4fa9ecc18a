"""The audit as administrators read it, and the report of a verification."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import Field

from backend.core.schemas import Answer, Body, Id, PageQuery


class AuditQuery(PageQuery):
    area_id: Id | None = None
    """Only what happened there and below."""


class ExportQuery(Body):
    area_id: Id | None = None
    rows: int = Field(default=5000, ge=1, le=20000)


class EntryOut(Answer):
    """One entry."""

    id: int
    actor_id: int = Field(description="0 is the house itself, -1 somebody not signed in")
    action: str = Field(examples=["residents.revealed"])
    subject: str = Field(examples=["resident:1042"])
    area_path: str = Field(examples=["/1/3/17/"])
    detail: dict[str, Any] = Field(examples=[{"purpose": "上门核实"}])
    at: datetime


@dataclass(frozen=True)
class Fault:
    """What is wrong at one place. `kind`: missing, edited, moved, inserted, cut, head, chain,
    unsealed (then `position` is the entry's id)."""

    chain: str
    position: int
    kind: str
    words: str


@dataclass(frozen=True)
class HeadSeen:
    """How long a chain was and its last hash: to be kept elsewhere and compared next time."""

    chain: str
    length: int
    hash: str


@dataclass
class Report:
    """What a verification looked at and found."""

    entries: int = 0
    heads: list[HeadSeen] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        return not self.faults

    def text(self) -> str:
        """For people: the heads to note down elsewhere, then what is wrong."""
        lines = [f"{one.chain}\t{one.length}\t{one.hash}" for one in self.heads]
        lines.append(f"共 {self.entries} 条")
        lines += [f"!! {one.chain} #{one.position} {one.kind}: {one.words}" for one in self.faults]
        lines.append("完好" if self.is_whole else f"发现 {len(self.faults)} 处问题")
        return "\n".join(lines)
