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
