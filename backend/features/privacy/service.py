"""Taking one's data along, and leaving."""

from backend.core.actor import Actor
from backend.core.database import transaction
from backend.features.privacy import queries
from backend.features.privacy.schemas import Export
from backend.foundation.audit import service as audit
from backend.foundation.identity import service as identity


async def export(actor: Actor) -> Export:
    """Everything kept about the actor; that it was taken out is recorded."""
    found = await queries.everything(actor)
    async with transaction():
        await audit.record(actor, "privacy.exported", f"user:{actor.user_id}")
    return found


async def erase(actor: Actor) -> None:
    """Let the actor leave; every room removes its own share in a reaction to `UserErased`."""
    await identity.erase(actor)
