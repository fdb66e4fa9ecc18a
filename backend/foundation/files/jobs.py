"""Tidying up by the clock."""

from backend.core.jobs import every
from backend.foundation.files import service


@every(seconds=600)
async def remove_unattached() -> None:
    """Uploads that nobody has used for a day."""
    await service.remove_unattached()
