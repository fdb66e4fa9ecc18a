"""Writing entries, sealing them into chains, and proving that nobody touched them."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from tortoise.exceptions import IntegrityError

from backend.core import clock, crypto
from backend.core.actor import SYSTEM, Actor
from backend.core.database import before_commit, execute, is_in_transaction, transaction
from backend.core.errors import Conflict
from backend.foundation.audit import queries, rules
from backend.foundation.audit.models import Entry, Head
from backend.foundation.audit.schemas import AuditQuery, ExportQuery, HeadSeen, Report

_SEAL = (
    "UPDATE audit_entry SET chain = ?, position = ?, previous = ?, hash = ? "
    "WHERE id = ? AND chain IS NULL"
)


async def record(
    actor: Actor, action: str, subject: str, area_path: str = rules.HOUSE, **detail: Any
) -> None:
    """Write down, in the transaction at hand, that `actor` did `action` to `subject`.

    `action` is `room.verb`, `subject` is `kind:id`, `detail` holds plain JSON values: ids, counts,
    a stated purpose. It is sealed into its chain by the same transaction, so that nothing is ever
    to be seen, changed or removed outside of one. Raises ValueError for keys that name personal
    data.
    """
    if not is_in_transaction():
        async with transaction():
            await record(actor, action, subject, area_path, **detail)
        return
    entry = await Entry.create(
        actor_id=actor.user_id,
        action=action,
        subject=subject,
        area_path=area_path or rules.HOUSE,
        detail=rules.detail_text(detail),
        at=clock.now(),
    )
    before_commit(_seal, entry)


async def _seal(entries: Sequence[Entry]) -> None:
    """Give a transaction's entries their places in the chains.

    Last of all, for whoever writes to the same chain waits from here to the commit, and in the
    order of the chains, so that no two wait for each other.
    """
    by_chain: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_chain[rules.chain_of(entry.area_path)].append(entry)
    for opening in await _open_missing(by_chain.keys()):
        by_chain[rules.HOUSE].append(opening)
    for chain in sorted(by_chain):
        await _extend(chain, by_chain[chain])


async def _open_missing(chains: Iterable[str]) -> list[Entry]:
    """Make the heads that are not there yet; that a chain was opened is itself an entry of the
    house's: none vanishes as a whole."""
    wanted = {rules.HOUSE, *chains}
    known = {head.chain for head in await Head.filter(chain__in=list(wanted))}
    missing = sorted(wanted - known)
    if missing and rules.HOUSE in known:
        await _locked(rules.HOUSE)
    return [entry for chain in missing if (entry := await _open(chain)) is not None]


async def _open(chain: str) -> Entry | None:
    """None for the house's own, and when somebody else was faster."""
    signature = crypto.sign(rules.head_message(chain, 0, rules.FIRST))
    try:
        await Head.create(chain=chain, length=0, hash=rules.FIRST, signature=signature)
    except IntegrityError:
        return None
    if chain == rules.HOUSE:
        return None
    return await Entry.create(
        actor_id=SYSTEM.user_id,
        action=queries.OPENED,
        subject=f"chain:{chain}",
        area_path=rules.HOUSE,
        detail="{}",
        at=clock.now(),
    )


async def _locked(chain: str) -> Head:
    """The chain's head, ours until the end of the transaction."""
    return await Head.filter(chain=chain).select_for_update().get()


async def _extend(chain: str, entries: Sequence[Entry]) -> None:
    head = await _locked(chain)
    length, last = head.length, head.hash
    for entry in entries:
        said = {name: getattr(entry, name) for name in rules.SAID}
        made = rules.link(said, entry.at, position=length + 1, previous=last, chain=chain)
        await execute(_SEAL, chain, length + 1, last, made, entry.id)
        length, last = length + 1, made
    message = rules.head_message(chain, head.length, head.hash)
    # A head that somebody has touched is not made good by our signing it: it stays wrong.
    is_ours = crypto.signed_ok(message, head.signature)
    signature = crypto.sign(rules.head_message(chain, length, last)) if is_ours else head.signature
    await Head.filter(id=head.id).update(length=length, hash=last, signature=signature)


async def verify(earlier: Sequence[HeadSeen] = ()) -> Report:
    """Walk every chain; see `queries.verify`."""
    return await queries.verify(earlier)


async def sign_heads_anew() -> int:
    """Have every head signed with the newest key, as a rotation of keys asks; say how many were
    not."""
    count = 0
    async with transaction():
        for head in await Head.all().order_by("id"):
            message = rules.head_message(head.chain, head.length, head.hash)
            if not crypto.signed_ok(message, head.signature):
                raise Conflict(f"the head of chain {head.chain} is not ours: run the verification")
            if head.signature != (new := crypto.sign(message)):
                count += await Head.filter(id=head.id, length=head.length).update(signature=new)
    return count


async def export(actor: Actor, query: ExportQuery) -> bytes:
    """Entries as a spreadsheet (.xlsx); that they were taken out is an entry as well."""
    found = await queries.entries(actor, AuditQuery(area_id=query.area_id), query.rows)
    path = await queries.area_path(actor, query.area_id)
    async with transaction():
        await record(actor, "audit.exported", "audit:entries", path, rows=len(found))
    return await asyncio.to_thread(queries.as_spreadsheet, found)
