"""Taking files in, attaching them, letting them go."""

from collections.abc import Sequence

from tortoise.expressions import F

from backend.core.actor import Actor
from backend.core.errors import NotFound
from backend.foundation.files.models import File
from backend.foundation.files.rules import Purpose


async def attach(
    actor: Actor, file_ids: Sequence[int], subject: str, purpose: Purpose = Purpose.ORDER
) -> list[File]:
    """Tie the actor's own, still unattached files to `subject` (`order:17`), in the given order.

    All of them or none: raises NotFound for a file that is somebody else's, used or gone.
    """
    wanted = list(dict.fromkeys(file_ids))
    if not wanted:
        return []
    mine = File.filter(
        id__in=wanted,
        owner_id=actor.user_id,
        purpose=purpose,
        subject="",
        stored_at__isnull=False,
        deleted_at__isnull=True,
    )
    if await mine.update(subject=subject, version=F("version") + 1) != len(wanted):
        raise NotFound("没有找到上传的文件，请重新上传")
    found = {one.id: one for one in await File.filter(id__in=wanted)}
    return [found[one] for one in wanted]
