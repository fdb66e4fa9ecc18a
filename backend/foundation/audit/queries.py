"""Reading the audit, and the verification of its chains."""

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

from backend.core import clock, crypto, paging, spreadsheets
from backend.core.actor import Actor
from backend.core.database import below, moment, rows
from backend.core.errors import NotFound
from backend.core.schemas import Page
from backend.foundation.areas import queries as areas
from backend.foundation.audit import rules
from backend.foundation.audit.permissions import P
from backend.foundation.audit.schemas import AuditQuery, EntryOut, Fault, HeadSeen, Report

OPENED = "audit.chain_opened"
_COLUMNS = "id, actor_id, action, subject, area_path, detail, at, chain, position, previous, hash"
_STEP = 1000
_ENDLESS = 2**62


def visible_to(actor: Actor) -> tuple[str, list[Any]]:
    """The condition for rows that the actor may read, and its parameters."""
    if actor.is_system:
        return "1 = 1", []
    paths = actor.paths(P.READ)
    ranges = " OR ".join(["(area_path >= ? AND area_path < ?)"] * len(paths))
    return f"({ranges or '1 = 0'})", [edge for path in paths for edge in below(path)]


async def area_path(actor: Actor, area_id: int | None) -> str:
    """The area's path, `/` for none. Raises NotFound where the actor may not read the audit."""
    if area_id is None:
        return rules.HOUSE
    path = await areas.path_of(area_id)
    if not actor.may(P.READ, path):
        raise NotFound("没有这个区域")
    return path


async def entries(actor: Actor, query: AuditQuery, limit: int) -> list[EntryOut]:
    """Newest first, at most `limit`, from the cursor on."""
    condition, params = visible_to(actor)
    if query.area_id is not None:
        condition += " AND area_path >= ? AND area_path < ?"
        params += below(await area_path(actor, query.area_id))
    if query.cursor:
        condition += " AND id < ?"
        params += paging.decode(query.cursor, int)
    sql = f"SELECT {_COLUMNS} FROM audit_entry WHERE {condition} ORDER BY id DESC LIMIT ?"  # noqa: S608
    return [_out(row) for row in await rows(sql, *params, limit)]


async def page(actor: Actor, query: AuditQuery) -> Page[EntryOut]:
    found = await entries(actor, query, query.limit + 1)
    items, following = paging.cut(found, query.limit, lambda one: (one.id,))
    return Page(items=items, next=following)


def _out(row: dict[str, Any]) -> EntryOut:
    return EntryOut(
        id=row["id"],
        actor_id=row["actor_id"],
        action=row["action"],
        subject=row["subject"],
        area_path=row["area_path"],
        detail=json.loads(row["detail"]),
        at=moment(row["at"]) or clock.now(),
    )


def as_spreadsheet(found: Sequence[EntryOut]) -> bytes:
    """An .xlsx of the entries. Slow: run it in a thread."""
    header = ("编号", "时间", "操作人", "操作", "对象", "区域", "详情")
    return spreadsheets.write("审计", header, (_cells(one) for one in found))


def _cells(one: EntryOut) -> tuple[Any, ...]:
    at = f"{clock.local(one.at):%Y-%m-%d %H:%M:%S}"
    detail = rules.canonical(one.detail)
    return (one.id, at, one.actor_id, one.action, one.subject, one.area_path, detail)


async def concerning(subject: str, limit: int = 1000) -> list[EntryOut]:
    """What was done to one thing, newest first: who read a person's data, and when."""
    sql = f"SELECT {_COLUMNS} FROM audit_entry WHERE subject = ? ORDER BY id DESC LIMIT ?"  # noqa: S608
    return [_out(row) for row in await rows(sql, subject, limit)]


async def verify(earlier: Sequence[HeadSeen] = ()) -> Report:
    """Walk every chain and report what does not fit.

    Finds every edit, removal, insertion, swap and cut, also while entries are being written.
    `earlier` are heads noted at another time and kept elsewhere: they also prove that no chain was
    rewound to an older state of its own.
    """
    report = Report()
    heads = await rows("SELECT chain FROM audit_head")
    found = await rows("SELECT DISTINCT chain FROM audit_entry WHERE chain IS NOT NULL")
    opened = await rows("SELECT subject FROM audit_entry WHERE action = ?", OPENED)
    chains = {str(row["chain"]) for row in (*heads, *found)}
    chains |= {str(row["subject"]).removeprefix("chain:") for row in opened}
    for chain in sorted(chains | ({rules.HOUSE} if chains else set())):
        await _verify_chain(chain, [one for one in earlier if one.chain == chain], report)
    for one in earlier:
        if one.chain not in chains:
            report.faults.append(Fault(one.chain, one.length, "chain", "整条链不见了"))
    sql = "SELECT id, area_path FROM audit_entry WHERE chain IS NULL ORDER BY id LIMIT ?"
    for row in await rows(sql, _STEP):
        words = f"编号 {row['id']} 的记录没有封存，不是系统写的"
        report.faults.append(Fault(rules.chain_of(row["area_path"]), row["id"], "unsealed", words))
    return report


@dataclass
class _Walk:
    """How far a chain was walked, and what the earlier heads say of the rest."""

    chain: str
    report: Report
    known: dict[int, str]
    length: int = 0
    last: str = rules.FIRST

    async def on(self, upto: int) -> None:
        async for entry in _sealed(self.chain, self.length, upto):
            self._step(entry)

    def _step(self, entry: dict[str, Any]) -> None:
        self.report.entries += 1
        position, wanted = entry["position"], self.length + 1
        if position != wanted:
            self.fault(wanted, "missing", f"第 {wanted} 至 {position - 1} 条不见了")
        elif entry["previous"] != self.last:
            self.fault(position, "moved", "与前一条接不上")
        if not _is_true(entry):
            self.fault(position, "edited", f"第 {position} 条被改过")
        self.length, self.last = position, entry["hash"]
        if self.known.pop(self.length, self.last) != self.last:
            self.fault(self.length, "moved", "与先前记下的不同")

    def fault(self, position: int, kind: str, words: str) -> None:
        self.report.faults.append(Fault(self.chain, position, kind, words))


async def _verify_chain(chain: str, earlier: Sequence[HeadSeen], report: Report) -> None:
    walk = _Walk(chain, report, {one.length: one.hash for one in earlier})
    await walk.on(_ENDLESS)
    # The head is read last: up to it everything must be there, whatever was written meanwhile.
    head = next(iter(await rows("SELECT * FROM audit_head WHERE chain = ?", chain)), None)
    if head is not None:
        await walk.on(head["length"])
    for position in walk.known:
        walk.fault(position, "cut", "先前记下的记录不见了")
    _verify_head(head, HeadSeen(chain, walk.length, walk.last), report)


def _is_true(entry: dict[str, Any]) -> bool:
    at = moment(entry["at"])
    if at is None or rules.chain_of(entry["area_path"]) != entry["chain"]:
        return False
    place = {name: entry[name] for name in ("position", "previous", "chain")}
    return rules.link(entry, at, **place) == str(entry["hash"])


def _verify_head(head: dict[str, Any] | None, seen: HeadSeen, report: Report) -> None:
    report.heads.append(seen)
    if head is None:
        report.faults.append(Fault(seen.chain, seen.length, "chain", "链头不见了"))
        return
    message = rules.head_message(seen.chain, head["length"], head["hash"])
    if not crypto.signed_ok(message, head["signature"]):
        report.faults.append(Fault(seen.chain, head["length"], "head", "链头的签名不对"))
    if head["length"] > seen.length:
        words = f"链尾少了 {head['length'] - seen.length} 条"
        report.faults.append(Fault(seen.chain, seen.length + 1, "cut", words))
    elif head["length"] < seen.length:
        words = f"链尾多了 {seen.length - head['length']} 条"
        report.faults.append(Fault(seen.chain, head["length"] + 1, "inserted", words))
    elif head["hash"] != seen.hash:
        report.faults.append(Fault(seen.chain, seen.length, "head", "链尾与链头不符"))


async def _sealed(chain: str, position: int, upto: int) -> AsyncIterator[dict[str, Any]]:
    """The chain's entries in order after `position`, a thousand at a time."""
    sql = (
        f"SELECT {_COLUMNS} FROM audit_entry WHERE chain = ? AND position > ? "  # noqa: S608
        "AND position <= ? ORDER BY position LIMIT ?"
    )
    while found := await rows(sql, chain, position, upto, _STEP):
        for entry in found:
            yield entry
        position = found[-1]["position"]
