"""Loading the duty list, matching texts to it, and learning from corrections."""

import secrets
from collections.abc import Iterable
from typing import Any

import msgspec
from tortoise.exceptions import IntegrityError

from backend.core import database
from backend.core.errors import NotFound
from backend.engines.duties import queries, rules, schemas
from backend.engines.duties.data import Item
from backend.engines.duties.models import DutyCorrection, DutyItem, DutyVersion
from backend.engines.duties.rules import Reading
from backend.engines.duties.schemas import MatchBody, ReadingOut


async def load_list(items: Iterable[Item] | None = None) -> int:
    """Put the list (the packaged one unless given) in force; the same list again changes nothing.

    Returns the number of the version in force. Several processes may call it at once.
    """
    listed = list(rules.packaged().items.values() if items is None else items)
    digest = rules.digest(listed)
    newest = await queries.newest()
    if newest and newest["digest"] == digest:
        return int(newest["number"])
    number = newest["number"] + 1 if newest else 1
    try:
        async with database.transaction():
            await _store(number, digest, listed)
    except IntegrityError as error:
        if not database.is_duplicate(error):
            raise
        return await load_list(listed)
    return number


async def _store(number: int, digest: str, listed: list[Item]) -> None:
    version = await DutyVersion.create(number=number, digest=digest, stamp=_stamp())
    await DutyItem.bulk_create(
        DutyItem(
            version_id=version.id,
            code=item.code,
            item=item.item,
            lead=item.lead,
            body=msgspec.json.encode(item).decode(),
        )
        for item in listed
    )


def _stamp() -> str:
    return secrets.token_hex(16)


async def match(text: str, title: str = "") -> Reading:
    """What a text says: duties (best first, at most three), whether the first is sure, kind, grade.

    Reads one small row; the matching itself takes well under a millisecond.
    """
    edition = await queries.current()
    return rules.read(edition.book, text, title, edition.learned)


async def answer_match(body: MatchBody) -> ReadingOut:
    return schemas.reading(await match(body.text, body.title))


async def record_correction(
    text: str, title: str, wrong_code: str | None, right_code: str | None
) -> int:
    """Learn that a text belonged to `right_code` and not to `wrong_code`; either may be unknown.

    To be called within the transaction of the return or ruling that says so. Returns how many
    weights moved; 0 where no known word was heard. Raises NotFound for a duty that is not listed.
    """
    async with database.transaction():
        version = await queries.newest() or await _first()
        # The row's lock makes corrections wait for each other: each builds on the one before.
        await database.execute(
            "UPDATE duties_version SET stamp = ? WHERE id = ?", _stamp(), version["id"]
        )
        book = await queries.book_of(version)
        if right_code is not None and right_code not in book.items:
            raise NotFound("职责清单里没有这一项")
        words = rules.teaching(book, text, title, wrong_code, right_code)
        stored = await DutyCorrection.filter(word__in=words) if words else []
        rows = {(row.word, row.code): row for row in stored}
        known = {key: row.delta for key, row in rows.items()}
        changed = rules.learn(known, words, wrong_code, right_code)
        await _keep(changed, rows)
    return len(changed)


async def _first() -> dict[str, Any]:
    await load_list()
    version = await queries.newest()
    assert version is not None
    return version


async def _keep(
    changed: dict[tuple[str, str], float], rows: dict[tuple[str, str], DutyCorrection]
) -> None:
    for key in changed.keys() & rows.keys():
        row = rows[key]
        row.delta, row.times = changed[key], row.times + 1
        await row.save(update_fields=["delta", "times", "updated_at"])
    await DutyCorrection.bulk_create(
        DutyCorrection(word=word, code=code, delta=delta)
        for (word, code), delta in changed.items()
        if (word, code) not in rows
    )
