"""Reading the duty list in force and what was learned. It is public: everybody sees all of it."""

from dataclasses import dataclass, field
from typing import Any

import msgspec

from backend.core.database import rows
from backend.core.errors import NotFound
from backend.engines.duties import rules, schemas
from backend.engines.duties.data import Item
from backend.engines.duties.rules import Book, Learned
from backend.engines.duties.schemas import DutiesQuery, DutyDetail, DutyList

_KEPT = 4  # compiled books a process keeps: the one in force and, while a new one comes, the last


@dataclass(frozen=True)
class Edition:
    """The list in force (version 0: the packaged one, none is loaded yet) with what was learned."""

    number: int
    book: Book
    learned: Learned


@dataclass
class _Shelf:
    """What this process has read already: books by digest, what was learned as of one stamp."""

    books: dict[str, Book] = field(default_factory=dict)
    stamp: str = ""
    learned: Learned = field(default_factory=dict)


_shelf = _Shelf()


async def newest() -> dict[str, Any] | None:
    """The version in force: id, number, digest, stamp."""
    found = await rows(
        "SELECT id, number, digest, stamp FROM duties_version ORDER BY number DESC LIMIT 1"
    )
    return found[0] if found else None


async def current() -> Edition:
    """The list to read texts with; one small query unless something has changed."""
    version = await newest()
    if version is None:
        return Edition(0, rules.packaged(), {})
    if _shelf.stamp != version["stamp"]:
        learned = await _learned()
        _shelf.stamp, _shelf.learned = version["stamp"], learned
    learned = _shelf.learned
    return Edition(version["number"], await book_of(version), learned)


async def book_of(version: dict[str, Any]) -> Book:
    """The list of a version as `newest` gave it, compiled."""
    return _shelf.books.get(version["digest"]) or await _compile(version)


async def _compile(version: dict[str, Any]) -> Book:
    found = await rows(
        "SELECT body FROM duties_item WHERE version_id = ? ORDER BY code", version["id"]
    )
    items = [msgspec.json.decode(row["body"], type=Item) for row in found]
    is_packaged = version["digest"] == rules.digest(rules.packaged().items.values())
    book = rules.packaged() if is_packaged else rules.compiled(items)
    while len(_shelf.books) >= _KEPT:
        _shelf.books.pop(next(iter(_shelf.books)))
    _shelf.books[version["digest"]] = book
    return book


async def _learned() -> Learned:
    by_word: dict[str, dict[str, float]] = {}
    for row in await rows("SELECT word, code, delta FROM duties_correction"):
        by_word.setdefault(row["word"], {})[row["code"]] = row["delta"]
    return by_word


async def listed(query: DutiesQuery) -> DutyList:
    edition = await current()
    items = [schemas.card(item) for item in edition.book.items.values() if _is_in(item, query)]
    return DutyList(version=edition.number, items=items)


def _is_in(item: Item, query: DutiesQuery) -> bool:
    return query.class_code in (None, item.class_code) and (
        query.department is None or query.department in (item.lead, *item.co)
    )


async def item(code: str) -> Item:
    """The duty with this code. Raises NotFound."""
    return _found(await current(), code)


async def departments() -> list[str]:
    """The names of all departments that lead or help with a duty."""
    book = (await current()).book
    return sorted({name for one in book.items.values() for name in (one.lead, *one.co)})


async def detail(code: str) -> DutyDetail:
    """The duty with its flow chart. Raises NotFound."""
    edition = await current()
    return schemas.detail(_found(edition, code), edition.number)


def _found(edition: Edition, code: str) -> Item:
    if code not in edition.book.items:
        raise NotFound("职责清单里没有这一项")
    return edition.book.items[code]
