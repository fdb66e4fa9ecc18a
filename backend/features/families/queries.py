"""Reading who gave what to a household."""

from backend.core.database import rows
from backend.foundation.identity import queries as identity

_GIVEN = (
    "SELECT o.account, -SUM(o.amount) AS given FROM ledgers_entry f "
    "JOIN ledgers_entry o ON o.posting_id = f.posting_id AND o.account LIKE 'points:user/%' "
    "WHERE f.account = ? AND f.unit = 'points' GROUP BY o.account HAVING SUM(o.amount) < 0"
)
_LAST = "SELECT COALESCE(MAX(id), 0) AS id FROM ledgers_entry WHERE account = ? AND unit = 'points'"


async def givers(account: str) -> dict[int, int]:
    """Who put more into a household's account than they took out, and how much more; of those who
    have an account of their own still."""
    found = {
        int(row["account"].partition("/")[2]): row["given"] for row in await rows(_GIVEN, account)
    }
    people = {user_id: await identity.person(user_id) for user_id in sorted(found)}
    return {
        user_id: int(found[user_id])
        for user_id, person in people.items()
        if person is not None and person.erased_at is None
    }


async def last_entry(account: str) -> int:
    """The last thing that happened to an account: each end of a household has its own."""
    return int((await rows(_LAST, account))[0]["id"])
