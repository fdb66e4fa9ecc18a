"""Reading the books: balances, statements, and whether everything agrees."""

from typing import Any

from backend.core import paging
from backend.core.database import dialect, moment, rows
from backend.core.schemas import Page
from backend.engines.ledgers.rules import FLOORED, has_floor
from backend.engines.ledgers.rules import Leg as Leg
from backend.engines.ledgers.rules import NotEnough as NotEnough
from backend.engines.ledgers.schemas import EntryOut as EntryOut

_BALANCE = "SELECT balance AS sum FROM ledgers_account WHERE code = ? AND unit = ?"
_CHECKPOINT = (
    "SELECT entry_id, balance FROM ledgers_checkpoint WHERE account = ? AND unit = ? "
    "AND entry_id = (SELECT MAX(entry_id) FROM ledgers_checkpoint "
    "WHERE account = ? AND unit = ? AND entry_id <= ?)"
)
_SINCE = (
    "SELECT COUNT(*) AS count, COALESCE(SUM(amount), 0) AS sum FROM ledgers_entry "
    "WHERE account = ? AND unit = ? AND id > ? AND id <= ?"
)
_STATEMENT = (
    "SELECT e.id, e.at, e.amount, p.kind, p.memo FROM ledgers_entry e {} "
    "JOIN ledgers_posting p ON p.id = e.posting_id "
    "WHERE e.account = ? AND e.unit = ? AND e.id < ? ORDER BY e.id DESC LIMIT ?"
)
_FORCED = {"sqlite": "", "mysql": "FORCE INDEX (idx_ledgers_ent_account_10540a)"}
"""MariaDB otherwise takes the account's entries from the last one on, and throws away all that are
newer than the page: the further back, the slower."""
_END = 2**63 - 1


async def balance(account: str, unit: str = "fen") -> int:
    """What the account's owner has; 0 for an account that nothing was ever posted to."""
    if not has_floor(account):
        return (await up_to(account, unit, _END))[1]
    found = await rows(_BALANCE, account, unit)
    return int(found[0]["sum"]) if found else 0


async def statement(
    account: str, limit: int = 20, cursor: str | None = None, unit: str = "fen"
) -> Page[EntryOut]:
    """The account's entries, newest first, each with the balance after it. Raises Invalid.

    Whether the reader may see the account is the calling room's to say.
    """
    before = paging.decode(cursor, int)[0] if cursor else _END
    page = _STATEMENT.format(_FORCED[dialect()])
    found = await rows(page, account, unit, before, limit + 1)
    items, after = paging.cut(found, limit, lambda one: (one["id"],))
    left = (await up_to(account, unit, items[0]["id"]))[1] if items else 0
    shown = []
    for one in items:
        at = moment(one["at"])
        shown.append(EntryOut(**{**one, "at": at}, balance=left))
        left -= one["amount"]
    return Page(items=shown, next=after)


async def up_to(account: str, unit: str, entry_id: int) -> tuple[int, int]:
    """How many of the account's entries up to this one came after the checkpoint before it, and
    what all of them up to this one sum to."""
    before = await rows(_CHECKPOINT, account, unit, account, unit, entry_id)
    since, base = (before[0]["entry_id"], before[0]["balance"]) if before else (0, 0)
    found = (await rows(_SINCE, account, unit, since, entry_id))[0]
    return int(found["count"]), int(base) + int(found["sum"])


async def check() -> list[str]:
    """Every disagreement in the books, in words; empty when they are right."""
    return [
        words.format(**one) for sql, params, words in _CHECKS for one in await rows(sql, *params)
    ]


_SUMS = (
    "SELECT account AS code, unit, SUM(amount) AS sum FROM ledgers_entry "  # noqa: S608
    f"WHERE {' OR '.join(['account LIKE ?'] * len(FLOORED))} GROUP BY account, unit"
)
_LIKE = tuple(f"{kind}:%" for kind in sorted(FLOORED))
_CHECKS: tuple[tuple[str, tuple[Any, ...], str], ...] = (
    (
        "SELECT p.`key`, COUNT(e.id) AS legs, COALESCE(SUM(e.amount), 0) AS sum "
        "FROM ledgers_posting p LEFT JOIN ledgers_entry e ON e.posting_id = p.id "
        "GROUP BY p.id, p.`key` HAVING COUNT(e.id) < 2 OR COALESCE(SUM(e.amount), 0) <> 0",
        (),
        "posting {key}: {legs} legs, sum {sum}",
    ),
    (
        "SELECT e.id FROM ledgers_entry e LEFT JOIN ledgers_posting p "
        "ON p.id = e.posting_id AND p.unit = e.unit WHERE p.id IS NULL OR e.amount = 0",
        (),
        "entry {id}: of no posting, of another unit, or nothing",
    ),
    (
        f"SELECT s.code, s.unit, s.sum, COALESCE(a.balance, 0) AS balance FROM ({_SUMS}) s "  # noqa: S608
        "LEFT JOIN ledgers_account a ON a.code = s.code AND a.unit = s.unit "
        "WHERE COALESCE(a.balance, 0) <> s.sum",
        _LIKE,
        "account {code} ({unit}): balance {balance}, entries {sum}",
    ),
    (
        "SELECT a.code, a.unit, a.balance FROM ledgers_account a WHERE a.balance < 0 OR "
        "(a.balance <> 0 AND NOT EXISTS (SELECT 1 FROM ledgers_entry e "
        "WHERE e.account = a.code AND e.unit = a.unit))",
        (),
        "account {code} ({unit}): balance {balance} is below its floor or without entries",
    ),
    (
        # Once through all in order: joined to its entries each checkpoint would read them all.
        "SELECT code, unit, entry_id, balance FROM (SELECT code, unit, entry_id, is_made, balance, "
        "SUM(amount) OVER (PARTITION BY code, unit ORDER BY entry_id, is_made) AS total FROM ("
        "SELECT account AS code, unit, id AS entry_id, 0 AS is_made, amount, 0 AS balance "
        "FROM ledgers_entry UNION ALL SELECT account, unit, entry_id, 1, 0, balance "
        "FROM ledgers_checkpoint) a) b WHERE is_made = 1 AND balance <> total",
        (),
        "account {code} ({unit}): checkpoint {entry_id} says {balance}, its entries do not",
    ),
    (
        "SELECT `key`, COUNT(*) AS times FROM ledgers_posting GROUP BY `key` HAVING COUNT(*) > 1",
        (),
        "key {key}: {times} postings",
    ),
    (
        "SELECT e.account AS code, r.`key`, SUM(e.amount) AS sum FROM ledgers_posting r "
        "JOIN ledgers_entry e ON e.posting_id IN (r.id, r.reverses_id) "
        "WHERE r.reverses_id IS NOT NULL GROUP BY r.id, r.`key`, e.account "
        "HAVING SUM(e.amount) <> 0",
        (),
        "reversal {key}: account {code} keeps {sum}",
    ),
)
