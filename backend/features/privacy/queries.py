"""Gathering what is kept about a person.

A room that keeps something about people answers `queries.about(user_id)`; nobody is listed here,
so that nobody is forgotten (a test compares the rooms with the tables).
"""

from typing import Any

from backend.core import clock, loader
from backend.core.actor import Actor
from backend.features.privacy import rules
from backend.features.privacy.schemas import Access, Export, KeptOut, PrivacyOut
from backend.foundation.audit import queries as audit
from backend.foundation.identity import queries as identity
from backend.foundation.residents import queries as residents

MOST_READINGS = 1000


def kept() -> PrivacyOut:
    """What is kept about anybody, and why."""
    listed = [KeptOut(**vars(one)) for one in rules.KEPT]
    return PrivacyOut(kept=listed, confirmation=rules.CONFIRMATION)


async def everything(actor: Actor) -> Export:
    """All that is kept about the actor, and who looked at it."""
    data: dict[str, dict[str, Any]] = {}
    for room in loader.load("queries"):
        about = getattr(room, "about", None)
        if about is not None:
            data[room.__name__.split(".")[-2]] = await about(actor.user_id)
    looks = [*await _readings(actor), *await _accesses(actor.user_id)]
    looks.sort(key=lambda one: one.at, reverse=True)
    return Export(made_at=clock.now(), data=data, accesses=looks)


async def _readings(actor: Actor) -> list[Access]:
    """Who read name, phone or identity card in plain, and what for."""
    found = await residents.my_readings(actor, MOST_READINGS, None)
    return [
        Access(
            at=one.read_at,
            who=f"{one.role} {one.reader}".strip(),
            action="residents.revealed",
            detail={"fields": one.fields, "purpose": one.purpose},
        )
        for one in found.items
    ]


async def _accesses(user_id: int) -> list[Access]:
    """What was done to the account itself."""
    found = await audit.concerning(f"user:{user_id}")
    called = await identity.names(one.actor_id for one in found)
    return [
        Access(
            at=one.at,
            who=_called(one.actor_id, user_id, called),
            action=one.action,
            detail=one.detail,
        )
        for one in found
    ]


def _called(actor_id: int, user_id: int, called: dict[int, identity.Name]) -> str:
    if actor_id == user_id:
        return "本人"
    known = called.get(actor_id)
    return f"{known.role} {known.name}" if known else "系统"
