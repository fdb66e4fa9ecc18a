"""Writing the books, in the transaction at hand.

Each posting is a savepoint of its own: a caller may go on after NotEnough, nothing being left.
"""

from collections.abc import Sequence

from tortoise.exceptions import IntegrityError

from backend.core import clock
from backend.core.database import dialect, execute, is_duplicate, rows, transaction, tuples
from backend.core.errors import KeyReused, NotFound
from backend.engines.ledgers import queries, rules
from backend.engines.ledgers.models import (
    LedgerAccount,
    LedgerCheckpoint,
    LedgerEntry,
    LedgerMark,
    Posting,
)
from backend.engines.ledgers.rules import AlreadyReversed, Leg, NotEnough

__all__ = [
    "AlreadyReversed",
    "Leg",
    "NotEnough",
    "Posting",
    "add_up",
    "held",
    "post",
    "recount",
    "reverse",
]

_MOVE = (
    "UPDATE ledgers_account SET balance = balance + ? "
    "WHERE code = ? AND unit = ? AND balance + ? >= 0"
)
_OPEN = "INTO ledgers_account (code, unit, balance) VALUES (?, ?, 0)"

_LAST = (
    "SELECT MAX(id) AS id FROM (SELECT id, at FROM ledgers_entry WHERE id > ? "
    "ORDER BY id LIMIT ?) e WHERE at < ?"
)
_STILL_WRITTEN = "SELECT COUNT(*) FROM ledgers_entry WHERE id > ? AND id <= ? LOCK IN SHARE MODE"
"""Waits for every transaction that has an entry among these and has not ended."""
_TOUCHED = "SELECT account, unit FROM ledgers_entry WHERE id > ? AND id <= ? ORDER BY id"


async def post(
    key: str, legs: Sequence[Leg], *, kind: str, memo: str = "", unit: str = "fen"
) -> Posting:
    """Post the legs once: the same key with the same legs gives the first posting again.

    Raises KeyReused for the key with other legs, NotEnough for an account with a floor that holds
    too little, ValueError for legs that do not sum to zero. Accounts are made when first used.
    """
    made = Posting(key=key, kind=kind, memo=memo[:200], unit=unit, at=clock.now())
    return await _write(made, legs)


async def held(account: str, unit: str = "fen") -> int:
    """What an account with a floor has: nobody moves any of it until this transaction ends."""
    found = await LedgerAccount.filter(code=account, unit=unit).select_for_update().first()
    return found.balance if found else 0


async def reverse(key: str, of: str, *, memo: str = "") -> Posting:
    """Post the opposite of the posting with key `of`, at most once.

    Raises NotFound, AlreadyReversed when another key did it before, and what `post` raises.
    """
    wrong = await Posting.get_or_none(key=of)
    if wrong is None:
        raise NotFound("没有这笔账")
    legs = [
        Leg(one.account, -one.amount)
        for one in await LedgerEntry.filter(posting_id=wrong.id).order_by("id")
    ]
    made = Posting(
        key=key,
        kind=wrong.kind,
        memo=memo[:200],
        unit=wrong.unit,
        reverses_id=wrong.id,
        at=clock.now(),
    )
    return await _write(made, legs)


async def _write(made: Posting, legs: Sequence[Leg]) -> Posting:
    rules.check(legs)
    made.digest = rules.digest(legs, made.unit)
    async with transaction():
        return await _insert(made, legs)


async def _insert(made: Posting, legs: Sequence[Leg]) -> Posting:
    try:
        await made.save(force_create=True)
    except IntegrityError as error:
        if not is_duplicate(error):
            raise
        return await _first(made)
    for account, amount in rules.net(legs).items():
        await _move(account, made.unit, amount)
    await LedgerEntry.bulk_create(
        [
            LedgerEntry(
                posting_id=made.id,
                account=leg.account,
                unit=made.unit,
                amount=leg.amount,
                at=made.at,
            )
            for leg in legs
        ]
    )
    return made


async def _first(again: Posting) -> Posting:
    """What the key stood for the first time."""
    first = await Posting.get_or_none(key=again.key)
    if first is None:
        raise AlreadyReversed
    if (first.digest, first.reverses_id) != (again.digest, again.reverses_id):
        raise KeyReused
    first.is_repeated = True
    return first


async def _move(account: str, unit: str, amount: int) -> None:
    """Check and change in one statement. An account that is not there yet holds nothing."""
    if await execute(_MOVE, amount, account, unit, amount):
        return
    if amount < 0:
        raise NotEnough(account=account)
    verb = "INSERT OR IGNORE" if dialect() == "sqlite" else "INSERT IGNORE"
    await execute(f"{verb} {_OPEN}", account, unit)
    await execute(_MOVE, amount, account, unit, amount)


# -- checkpoints ---------------------------------------------------------------------------------


async def add_up() -> bool:
    """Make the checkpoints of one round of entries; whether there may be more to do.

    Of two at once the second waits for the first, and then has nothing to do. (Where the mark is
    not there yet both may write it, and the database sends one of them back: jobs come again.)
    """
    mark, _ = await LedgerMark.get_or_create(id=1)
    found = await rows(_LAST, mark.entry_id, rules.AT_ONCE, clock.now() - rules.AGE)
    last = found[0]["id"]
    if last is None:
        return False
    mine = LedgerMark.filter(id=1, entry_id=mark.entry_id)
    if await mine.update(entry_id=last) != 1:
        return False
    if dialect() != "sqlite":
        await rows(_STILL_WRITTEN, mark.entry_id, last)
    for account, unit in sorted({*await tuples(_TOUCHED, mark.entry_id, last)}):
        await _checkpoint(account, unit, last)
    return True


async def _checkpoint(account: str, unit: str, entry_id: int) -> None:
    """A checkpoint of one account, where enough has come since the last one.

    One account after the other: what is known before the statement is planned is a range of the
    index, and reads what came since; joined to all accounts, MariaDB reads all that ever came.
    """
    count, balance = await queries.up_to(account, unit, entry_id)
    if count >= rules.STEP:
        await LedgerCheckpoint.create(
            account=account, unit=unit, entry_id=entry_id, balance=balance
        )


async def recount() -> None:
    """Throw all checkpoints away: they are made anew, and until then everything is added up."""
    async with transaction():
        await LedgerMark.all().delete()
        await LedgerCheckpoint.all().delete()
