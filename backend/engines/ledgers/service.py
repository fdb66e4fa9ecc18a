"""Writing the books, in the transaction at hand.

Each posting is a savepoint of its own: a caller may go on after NotEnough, nothing being left.
"""

from collections.abc import Sequence

from tortoise.exceptions import IntegrityError

from backend.core import clock
from backend.core.database import dialect, execute, is_duplicate, transaction
from backend.core.errors import KeyReused, NotFound
from backend.engines.ledgers import rules
from backend.engines.ledgers.models import LedgerEntry, Posting
from backend.engines.ledgers.rules import AlreadyReversed, Leg, NotEnough

__all__ = ["AlreadyReversed", "Leg", "NotEnough", "Posting", "post", "reverse"]

_MOVE = (
    "UPDATE ledgers_account SET balance = balance + ? "
    "WHERE code = ? AND unit = ? AND balance + ? >= 0"
)
_OPEN = "INTO ledgers_account (code, unit, balance) VALUES (?, ?, 0)"


async def post(
    key: str, legs: Sequence[Leg], *, kind: str, memo: str = "", unit: str = "fen"
) -> Posting:
    """Post the legs once: the same key with the same legs gives the first posting again.

    Raises KeyReused for the key with other legs, NotEnough for an account with a floor that holds
    too little, ValueError for legs that do not sum to zero. Accounts are made when first used.
    """
    made = Posting(key=key, kind=kind, memo=memo[:200], unit=unit, at=clock.now())
    return await _write(made, legs)


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
