"""Facts about people."""

from dataclasses import dataclass

from backend.core.events import Event


@dataclass(frozen=True)
class UserErased(Event):
    """A person left: whoever keeps something personal of theirs removes it in a reaction."""

    user_id: int


@dataclass(frozen=True)
class AvatarChosen(Event):
    """Which one it is now is asked for: two choices may be told in either order."""

    user_id: int


@dataclass(frozen=True)
class PostGranted(Event):
    post_id: int
    user_id: int


@dataclass(frozen=True)
class PostEnded(Event):
    post_id: int
    user_id: int
