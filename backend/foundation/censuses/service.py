"""Handing the register over, masked and recorded."""

import asyncio
from typing import Any

from backend.core import spreadsheets
from backend.core.actor import Actor
from backend.core.database import transaction
from backend.core.errors import NotFound
from backend.core.http import Download
from backend.foundation.areas import queries as areas
from backend.foundation.audit import service as audit
from backend.foundation.censuses.permissions import P
from backend.foundation.censuses.schemas import ExportQuery
from backend.foundation.residents import queries as residents
from backend.foundation.residents.queries import ResidentOut

MOST_EXPORTED = 5000


async def export(actor: Actor, query: ExportQuery) -> Download:
    """The masked register of an area as a spreadsheet; that it was taken is recorded.

    Raises NotFound for an area that is not wholly the actor's.
    """
    path = await areas.path_of(query.area_id)
    if not actor.may(P.EXPORT, path):
        raise NotFound("没有这个区域")
    found = await residents.register([path], MOST_EXPORTED)
    async with transaction():
        said = {"rows": len(found), "purpose": query.purpose}
        await audit.record(actor, "censuses.exported", f"area:{query.area_id}", path, **said)
    header = ("姓名", "手机号", "出生年份", "身份标签", "房屋")
    table = [_as_row(one) for one in found]
    content = await asyncio.to_thread(spreadsheets.write, "居民", header, table)
    return Download(content, spreadsheets.XLSX, f"residents-{query.area_id}.xlsx")


def _as_row(one: ResidentOut) -> tuple[Any, ...]:
    homes = "；".join(f"{home.place}（{home.relation_name}）" for home in one.dwellings)
    return (one.name, one.phone, one.birth_year, "、".join(tag.name for tag in one.tags), homes)
