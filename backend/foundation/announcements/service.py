"""Spreading a message among the confirmed residents at or below an area."""

from typing import Any

from backend.core.jobs import enqueue, job
from backend.foundation.notify import service as notify
from backend.foundation.notify.queries import template as template_of
from backend.foundation.notify.service import Template
from backend.foundation.residents import queries as residents

AT_ONCE = 100


async def spread(template: Template, area_path: str, link: str, **values: str) -> None:
    """Put the message into everybody's inbox, after the transaction at hand and bit by bit."""
    said: dict[str, Any] = {"template": template.key, "area_path": area_path, "link": link}
    await enqueue(tell, **said, values=values, after=0)


@job()
async def tell(
    template: str, area_path: str, link: str, values: dict[str, Any], after: int
) -> None:
    """Those after an account; the next ones are a job of their own."""
    waiting = [one for one in await residents.users_below(area_path) if one > after]
    for user_id in waiting[:AT_ONCE]:
        await notify.send(template_of(template), to=user_id, link=link, **values)
    if len(waiting) > AT_ONCE:
        said: dict[str, Any] = {"template": template, "area_path": area_path, "link": link}
        await enqueue(tell, **said, values=values, after=waiting[AT_ONCE - 1])
