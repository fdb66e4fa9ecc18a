"""The list in the database: loaded once, versioned, corrected, and the same for every process."""

import asyncio
from dataclasses import replace

import pytest

from backend.core import database
from backend.core.errors import NotFound
from backend.engines.duties import data, queries, rules, service
from backend.engines.duties.models import DutyCorrection, DutyItem, DutyVersion

SAID = "楼顶的水箱间被人占了当仓库"


async def first_code(said: str) -> str:
    return (await service.match(said)).matches[0].code


async def test_without_a_loaded_list_the_packaged_one_answers(db: str) -> None:
    edition = await queries.current()
    assert edition.number == 0
    assert await service.match("路灯不亮") == rules.read(rules.packaged(), "路灯不亮")


async def test_sixteen_departments_are_named(db: str) -> None:
    assert len(await queries.departments()) == 16


async def test_loading_the_same_list_again_changes_nothing(db: str) -> None:
    assert await service.load_list() == 1
    before = await DutyVersion.get()
    assert await service.load_list() == 1
    assert await DutyItem.all().count() == 46
    assert (await DutyVersion.get()).stamp == before.stamp
    assert await service.match("路灯不亮") == rules.read(rules.packaged(), "路灯不亮")


async def test_many_loaders_at_once_make_one_version(db: str) -> None:
    numbers = await asyncio.gather(*(service.load_list() for _ in range(4)))
    assert set(numbers) == {1}
    assert await DutyVersion.all().count() == 1
    assert await DutyItem.all().count() == 46


async def test_a_changed_list_is_a_new_version_in_force_and_the_old_stays(db: str) -> None:
    await service.load_list()
    items = list(data.items())
    lamp = next(item for item in items if item.code == "B12")
    words = {**lamp.words, "萤火虫灯柱": 4.5}
    items[items.index(lamp)] = replace(lamp, lead="水利局", words=words)
    assert await service.load_list(items) == 2
    found = (await service.match("萤火虫灯柱")).matches[0]
    assert (found.code, found.department) == ("B12", "水利局")
    assert (await queries.item("B12")).lead == "水利局"
    assert await DutyItem.filter(code="B12").order_by("version_id").values_list(
        "lead", flat=True
    ) == [
        "住房和城乡建设局",
        "水利局",
    ]
    assert await service.load_list() == 3
    assert not (await service.match("萤火虫灯柱")).matches


async def test_what_is_stored_reads_back_as_it_was(db: str) -> None:
    items = [replace(item, steps=(*item.steps[:-1], "回访")) for item in data.items()]
    await service.load_list(items)
    assert list((await queries.current()).book.items.values()) == items


async def test_corrections_change_the_next_match_and_stay_bounded(db: str) -> None:
    await service.load_list()
    wrong = await first_code(SAID)
    assert wrong != "E01"
    for _ in range(12):
        assert await service.record_correction(SAID, "", wrong, "E01") > 0
    assert await first_code(SAID) == "E01"
    stored = await DutyCorrection.all()
    assert {row.code for row in stored} == {wrong, "E01"}
    assert {row.times for row in stored} == {12}
    assert all(abs(row.delta) < rules.LIMIT for row in stored)
    assert await first_code("广场舞音响太吵") == "C06"


async def test_a_correction_before_any_list_is_loaded_loads_it(db: str) -> None:
    assert await service.record_correction("路灯不亮", "", "B12", "D02") > 0
    assert (await queries.current()).number == 1


async def test_a_correction_rolled_back_is_not_learned(db: str) -> None:
    await service.load_list()
    before = await service.match(SAID)
    with pytest.raises(RuntimeError):
        async with database.transaction():
            await service.record_correction(SAID, "", before.matches[0].code, "E01")
            assert await service.match(SAID) != before
            raise RuntimeError
    assert await service.match(SAID) == before
    assert await DutyCorrection.all().count() == 0


async def test_corrections_at_once_all_count(db: str) -> None:
    await service.load_list()
    await asyncio.gather(
        *(service.record_correction("路灯不亮", "", "B12", "D02") for _ in range(4))
    )
    assert {row.times for row in await DutyCorrection.all()} == {4}


async def test_nothing_heard_teaches_nothing_and_unknown_duties_are_refused(db: str) -> None:
    await service.load_list()
    assert await service.record_correction("嗯嗯", "", "B12", "D02") == 0
    with pytest.raises(NotFound):
        await service.record_correction("路灯不亮", "", "B12", "Z01")
    assert await DutyCorrection.all().count() == 0


async def test_words_written_alike_are_kept_apart(db: str) -> None:
    await DutyCorrection.create(word="ktv", code="C06", delta=0.5)
    await DutyCorrection.create(word="KTV", code="C06", delta=0.5)
    assert await DutyCorrection.all().count() == 2
