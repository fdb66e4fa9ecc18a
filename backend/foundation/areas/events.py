"""Facts about areas."""

from dataclasses import dataclass

from backend.core.events import Event


@dataclass(frozen=True)
class AreaMoved(Event):
    """An area stands elsewhere now; every path that begins with `from_path` begins anew.

    Whoever keeps a copy of an area's path rewrites it in a reaction.
    """

    area_id: int
    from_path: str
    to_path: str
    by: int


@dataclass(frozen=True)
class AreaChanged(Event):
    """Somebody changed the tree at `path`; `action` is created, changed or imported."""

    area_id: int
    path: str
    action: str
    by: int
