"""Handing statements and exports out; what leaves the house is written down."""

import asyncio

from backend.core import printing, spreadsheets
from backend.core.actor import Actor
from backend.core.database import transaction
from backend.core.http import Download
from backend.features.statements import queries
from backend.features.statements.schemas import ExportQuery, StatementQuery
from backend.foundation.areas import queries as areas
from backend.foundation.audit import service as audit


async def statement(actor: Actor, dwelling_id: int, query: StatementQuery) -> Download:
    """A dwelling's year on paper or as a spreadsheet. Raises NotFound."""
    found = await queries.of_year(actor, dwelling_id, query)
    place = (await areas.places([dwelling_id]))[dwelling_id]
    name = f"statement-{dwelling_id}-{query.year}.{query.format}"
    if query.format == "xlsx":
        content = await asyncio.to_thread(queries.as_spreadsheet, found, place)
        return Download(content, spreadsheets.XLSX, name)
    content = await asyncio.to_thread(queries.as_paper, found, place, query.year)
    return Download(content, printing.PDF, name)


async def export(actor: Actor, query: ExportQuery) -> Download:
    """A firm's bills as a spreadsheet, written down in the audit. Raises NotFound, TooLarge."""
    found = await queries.to_export(actor, query)
    places, firms = await queries.named(found)
    content = await asyncio.to_thread(queries.exported, found, places, firms)
    async with transaction():
        path = await areas.path_of(query.area_id)
        subject = f"area:{query.area_id}"
        await audit.record(actor, "statements.exported", subject, path, rows=len(found))
    return Download(content, spreadsheets.XLSX, f"bills-{query.area_id}.xlsx")
