"""Facts about who lives where."""

from dataclasses import dataclass

from backend.core.events import Event


@dataclass(frozen=True)
class BindingAsked(Event):
    """A person says they belong to a dwelling; someone of the place is to confirm it."""

    binding_id: int
    user_id: int
    dwelling_id: int
    area_path: str


@dataclass(frozen=True)
class BindingDecided(Event):
    """Confirmed or refused; `user_id` is 0 for a person without an account."""

    binding_id: int
    user_id: int
    dwelling_id: int
    is_confirmed: bool
    reason: str


@dataclass(frozen=True)
class BindingEnded(Event):
    binding_id: int
    user_id: int
    dwelling_id: int
