"""On paper and as spreadsheets: for whom, with what, written down, without formulas."""

import io

import pytest
from python_calamine import CalamineWorkbook

from backend.core import clock
from backend.core.actor import Role
from backend.core.database import rows
from backend.core.errors import NotFound
from backend.engines.bills.models import Bill
from backend.features.statements import service
from backend.features.statements.schemas import ExportQuery, StatementQuery
from tests.estate import Estate
from tests.features.fees.conftest import bill_of, issue, place  # noqa: F401 - a fixture


def cells(content: bytes) -> list[list[object]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()  # type: ignore[return-value]


async def test_a_dwellings_year(place: Estate) -> None:  # noqa: F811
    ann, _ = await place.move_in("ann", place.homes[0])
    await issue(place, await place.tariff())
    year = clock.today().year
    paper = await service.statement(ann, place.homes[0].id, StatementQuery(year=year))
    assert paper.content.startswith(b"%PDF")
    sheet = StatementQuery(year=year, format="xlsx")
    for reader in (ann, place.manager, place.cashier):
        found = cells((await service.statement(reader, place.homes[0].id, sheet)).content)
        assert found[1][3:6] == [335.63, 0.0, 335.63]
    empty = await service.statement(ann, place.homes[0].id, StatementQuery(year=2001))
    assert empty.content.startswith(b"%PDF")


async def test_for_nobody_else(place: Estate) -> None:  # noqa: F811
    ben, _ = await place.move_in("ben", place.homes[1])
    await issue(place, await place.tariff())
    query = StatementQuery(year=clock.today().year, format="xlsx")
    rival = place.staff(Role.PROPERTY_MANAGER, is_rival=True)
    for nobody in (ben, rival, place.staff(Role.GRID_OFFICER)):
        with pytest.raises(NotFound):
            await service.statement(nobody, place.homes[0].id, query)
    export = ExportQuery(area_id=place.compound.id)
    assert len(cells((await service.export(rival, export)).content)) == 1


async def test_the_next_owners_statement_begins_with_them(place: Estate) -> None:  # noqa: F811
    old, binding = await place.move_in("old", place.homes[0])
    await issue(place, await place.tariff())
    await place.move_out(binding)
    new, _ = await place.move_in("new", place.homes[0])
    query = StatementQuery(year=clock.today().year, format="xlsx")
    home = place.homes[0].id
    assert len(cells((await service.statement(new, home, query)).content)) == 1
    assert len(cells((await service.statement(old, home, query)).content)) == 2
    with pytest.raises(NotFound):
        await service.statement(new, home, query.model_copy(update={"tenure": 0}))


async def test_an_export_is_written_down_and_holds_no_formula(place: Estate) -> None:  # noqa: F811
    await issue(place, await place.tariff(name="=HYPERLINK(1)"))
    bill = await bill_of(place.homes[0].id)
    await Bill.filter(id=bill.id).update(status="void", owed=0)
    done = await service.export(place.manager, ExportQuery(area_id=place.compound.id))
    table = cells(done.content)
    assert len(table) == 3
    assert str(table[1][2]).startswith("'=HYPERLINK")
    unpaid = ExportQuery(area_id=place.compound.id, is_unpaid=True)
    assert len(cells((await service.export(place.manager, unpaid)).content)) == 2
    found = await rows("SELECT detail FROM audit_entry WHERE action = 'statements.exported'")
    assert '"rows": 2' in found[0]["detail"].replace('":2', '": 2')
