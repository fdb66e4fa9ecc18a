"""Writing entries, sealing them into chains, and proving that nobody touched them."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from tortoise.exceptions import IntegrityError

from backend.core import clock, crypto
from backend.core.actor import SYSTEM, Actor
from backend.core.database import execute, moment, rows, transaction
from backend.core.errors import Conflict
from backend.foundation.audit import queries, rules
from backend.foundation.audit.models import Entry, Head
from backend.foundation.audit.schemas import AuditQuery, ExportQuery, HeadSeen, Report

BATCH = 500
_INSERT = (
    "INSERT INTO audit_entry (actor_id, action, subject, area_path, detail, at) "
    "VALUES (?, ?, ?, ?, ?, ?)"
)
_UNSEALED = (
    "SELECT id, actor_id, action, subject, area_path, detail, at FROM audit_entry "
    "WHERE chain IS NULL ORDER BY id LIMIT ?"
)
_SEAL = (
    "UPDATE audit_entry SET chain = ?, position = ?, previous = ?, hash = ? "
    "WHERE id = ? AND chain IS NULL"
)


async def record(
    actor: Actor, action: str, subject: str, area_path: str = rules.HOUSE, **detail: Any
) -> None:
    """Write down, in the transaction at hand, that `actor` did `action` to `subject`.

    `action` is `room.verb`, `subject` is `kind:id`, `detail` holds plain JSON values: ids, counts,
    a stated purpose. Raises ValueError for keys that name personal data.
    """
    text = rules.detail_text(detail)
    await execute(_INSERT, actor.user_id, action, subject, area_path or "/", text, clock.now())


async def seal(limit: int = BATCH) -> int:
    """Give up to `limit` committed entries their place in the chains; say how many.

    Runs in the caller's transaction. Of two at once the second fails as a whole (Conflict) and
    is tried again.
    """
    waiting = await rows(_UNSEALED, limit)
    by_chain: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for entry in waiting:
        by_chain[rules.chain_of(entry["area_path"])].append(entry)
    for chain in sorted(by_chain):
        await _head(rules.HOUSE)
        await _extend(chain, by_chain[chain])
    return len(waiting)


async def _extend(chain: str, entries: list[dict[str, Any]]) -> None:
    head = await _head(chain)
    length, last = head.length, head.hash
    for entry in entries:
        length += 1
        at = moment(entry["at"]) or clock.now()
        made = rules.link(entry, at, position=length, previous=last, chain=chain)
        if await execute(_SEAL, chain, length, last, made, entry["id"]) != 1:
            raise Conflict("another worker seals the same entries")
        last = made
    signature = crypto.sign(rules.head_message(chain, length, last))
    moved = await Head.filter(id=head.id, length=head.length).update(
        length=length, hash=last, signature=signature
    )
    if moved != 1:
        raise Conflict("another worker extends the same chain")


async def _head(chain: str) -> Head:
    """The chain's head. That a chain was opened is itself an entry: none vanishes as a whole."""
    found = await Head.filter(chain=chain).first()
    if found is not None:
        return found
    signature = crypto.sign(rules.head_message(chain, 0, rules.FIRST))
    try:
        head = await Head.create(chain=chain, length=0, hash=rules.FIRST, signature=signature)
    except IntegrityError as error:
        raise Conflict("another worker opens the same chain") from error
    if chain != rules.HOUSE:
        await record(SYSTEM, queries.OPENED, f"chain:{chain}")
    return head


async def verify(earlier: Sequence[HeadSeen] = ()) -> Report:
    """Walk every chain; see `queries.verify`."""
    return await queries.verify(earlier)


async def sign_heads_anew() -> int:
    """Sign every head with the newest key, as a rotation of keys asks; say how many."""
    async with transaction():
        heads = await Head.all().order_by("id")
        for head in heads:
            message = rules.head_message(head.chain, head.length, head.hash)
            if not crypto.signed_ok(message, head.signature):
                raise Conflict(f"the head of chain {head.chain} is not ours: run the verification")
            await Head.filter(id=head.id, length=head.length).update(signature=crypto.sign(message))
    return len(heads)


async def export(actor: Actor, query: ExportQuery) -> bytes:
    """Entries as a spreadsheet (.xlsx); that they were taken out is an entry as well."""
    found = await queries.entries(actor, AuditQuery(area_id=query.area_id), query.rows)
    path = await queries.area_path(actor, query.area_id)
    async with transaction():
        await record(actor, "audit.exported", "audit:entries", path, rows=len(found))
    return await asyncio.to_thread(queries.as_spreadsheet, found)


async def count_unsealed() -> int:
    """How many entries wait for their seal."""
    return await Entry.filter(chain=None).count()
