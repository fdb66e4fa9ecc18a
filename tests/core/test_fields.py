"""CodeField and UtcDatetimeField: what comes back, what is equal, what is refused."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta, timezone

import pytest
from tortoise import Model, Tortoise, connections, fields
from tortoise.exceptions import IntegrityError

from backend.core.fields import CodeField, UtcDatetimeField

from .conftest import Scratch

BEIJING = timezone(timedelta(hours=8))


class Parcel(Model):
    id = fields.BigIntField(primary_key=True)
    code = CodeField(max_length=20, unique=True)
    sent_at = UtcDatetimeField(null=True)
    made_at = UtcDatetimeField(auto_now_add=True)
    seen_at = UtcDatetimeField(auto_now=True)


class Label(Model):
    id = fields.BigIntField(primary_key=True)
    parcel = fields.ForeignKeyField("models.Parcel", to_field="code", related_name="labels")


@pytest.fixture
async def parcels(scratch: Scratch) -> AsyncIterator[Scratch]:
    """Tortoise is told a zone that is not UTC: the fields must not care."""
    config = scratch.config(__name__) | {"use_tz": True, "timezone": "Asia/Shanghai"}
    await Tortoise.init(config=config)
    await Tortoise.generate_schemas()
    yield scratch
    await connections.close_all()


async def test_codes_are_equal_only_byte_by_byte(parcels):
    for code in ("ab", "AB", "ab ", "码", "𬭎", "𠀀", "😀", "😁"):
        await Parcel.create(code=code)
    for code in ("ab", "AB", "ab ", "𠀀", "😁"):
        assert [parcel.code for parcel in await Parcel.filter(code=code)] == [code]
    assert await Parcel.filter(code="Ab").count() == 0
    with pytest.raises(IntegrityError):
        await Parcel.create(code="ab")


async def test_a_foreign_key_to_a_code_gets_its_collation(parcels):
    parcel = await Parcel.create(code="K1")
    await Label.create(parcel=parcel)
    assert await Label.filter(parcel_id="K1").count() == 1
    assert await Label.filter(parcel_id="k1").count() == 0


async def test_a_moment_of_any_zone_is_stored_and_compared_as_utc(parcels):
    noon = datetime(2026, 5, 1, 20, 0, 0, 123456, tzinfo=BEIJING)
    await Parcel.create(code="a", sent_at=noon)
    read = await Parcel.get(code="a")
    assert read.sent_at == noon
    assert read.sent_at.utcoffset() == timedelta(0)
    assert read.sent_at.microsecond == 123456
    assert await Parcel.filter(sent_at=noon).count() == 1
    assert await Parcel.filter(sent_at__gte=noon).count() == 1
    assert await Parcel.filter(sent_at__lt=noon).count() == 0
    assert await Parcel.filter(sent_at__range=(noon, noon)).count() == 1
    assert await Parcel.filter(sent_at__in=[noon]).count() == 1
    later = noon + timedelta(hours=1)
    await Parcel.filter(code="a").update(sent_at=later)
    assert (await Parcel.get(code="a")).sent_at == later
    assert await Parcel.filter(code="a").values_list("sent_at", flat=True) == [later]
    raw = await connections.get("default").execute_query_dict("SELECT sent_at FROM parcel")
    assert str(raw[0]["sent_at"]).startswith("2026-05-01 13:00:00.123456")


async def test_moments_order_with_and_without_fractions(parcels):
    start = datetime(2026, 5, 1, tzinfo=UTC)
    steps = [timedelta(0), timedelta(microseconds=1), timedelta(milliseconds=500)]
    for number, step in enumerate(reversed(steps)):
        await Parcel.create(code=str(number), sent_at=start + step)
    assert [p.sent_at - start for p in await Parcel.all().order_by("sent_at")] == steps
    assert await Parcel.filter(sent_at__gt=start).count() == 2


async def test_naive_values_and_other_types_are_refused(parcels):
    parcel = await Parcel.create(code="a")
    naive = datetime(2026, 5, 1, 12)  # noqa: DTZ001 - the mistake under test
    parcel.sent_at = naive
    with pytest.raises(ValueError, match="sent_at"):
        await parcel.save()
    with pytest.raises(ValueError, match="sent_at"):
        await Parcel.filter(sent_at__gt=naive)
    with pytest.raises(ValueError, match="sent_at"):
        await Parcel.filter(code="a").update(sent_at=naive)
    with pytest.raises(TypeError, match="sent_at"):
        await Parcel.filter(sent_at="2026-05-01")


async def test_stamps_are_utc(parcels):
    before = datetime.now(UTC)
    parcel = await Parcel.create(code="a")
    assert before <= parcel.made_at <= datetime.now(UTC)
    first = await Parcel.get(code="a")
    assert first.made_at == parcel.made_at
    assert first.made_at.utcoffset() == timedelta(0)
    await first.save()
    second = await Parcel.get(code="a")
    assert second.made_at == parcel.made_at
    assert second.seen_at > parcel.seen_at
