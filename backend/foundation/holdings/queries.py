"""Which tenures of which dwellings are a person's. Constant SQL: every bill is read through it."""

from collections.abc import Iterable
from dataclasses import dataclass

from backend.core.database import below, rows, tuples
from backend.core.errors import NotFound
from backend.foundation.residents.queries import Relation

# Whoever was confirmed as owner keeps what was theirs; family and tenants while they live there.
_THEIRS = (
    "b.decided_at IS NOT NULL AND (b.status = 'confirmed' "
    "OR (b.status = 'ended' AND b.relation = 'owner'))"
)
_OF_USER = (
    "SELECT b.dwelling_id, b.tenure, b.relation, b.status, COALESCE(t.number, 0) AS runs "  # noqa: S608
    "FROM residents_resident r CROSS JOIN residents_binding b ON b.resident_id = r.id "
    "LEFT JOIN tenures_tenure t ON t.dwelling_id = b.dwelling_id "
    f"WHERE r.user_id = ? AND {_THEIRS} ORDER BY b.status, b.id DESC"
)
_USERS = (
    "SELECT DISTINCT r.user_id, b.status, b.relation FROM residents_binding b "  # noqa: S608
    "JOIN residents_resident r ON r.id = b.resident_id "
    f"WHERE b.dwelling_id = ? AND b.tenure = ? AND r.user_id IS NOT NULL AND {_THEIRS} "
    "ORDER BY b.status, b.relation DESC, r.user_id"
)
_HOUSEMATES = (
    "SELECT DISTINCT o.user_id FROM residents_resident r "
    "CROSS JOIN residents_binding m ON m.resident_id = r.id AND m.status = 'confirmed' "
    "CROSS JOIN residents_binding b ON b.dwelling_id = m.dwelling_id AND b.status = 'confirmed' "
    "CROSS JOIN residents_resident o ON o.id = b.resident_id "
    "WHERE r.user_id = ? AND o.user_id IS NOT NULL"
)

_OWNERS = (
    "SELECT b.dwelling_id, b.resident_id FROM areas_area a "
    "CROSS JOIN areas_dwelling d ON d.area_id = a.id "
    "CROSS JOIN residents_binding b ON b.dwelling_id = d.id "
    "LEFT JOIN tenures_tenure t ON t.dwelling_id = d.id "
    "WHERE a.path >= ? AND a.path < ? AND b.status = 'confirmed' AND b.relation = 'owner' "
    "AND b.tenure = COALESCE(t.number, 0) ORDER BY b.dwelling_id, b.resident_id"
)


@dataclass(frozen=True)
class Holding:
    """That a person has to do with a dwelling in one tenure."""

    dwelling_id: int
    tenure: int
    relation: Relation
    is_current: bool
    """They are bound today, and the tenure is the one that runs."""

    @property
    def key(self) -> tuple[int, int]:
        return self.dwelling_id, self.tenure


async def of_user(user_id: int) -> list[Holding]:
    """The tenures that are the person's, those of today first, each once."""
    found: dict[tuple[int, int], Holding] = {}
    for row in await rows(_OF_USER, user_id):
        is_current = row["status"] == "confirmed" and row["tenure"] == row["runs"]
        one = Holding(row["dwelling_id"], row["tenure"], Relation(row["relation"]), is_current)
        found.setdefault(one.key, one)
    return sorted(found.values(), key=lambda one: not one.is_current)


async def mine(user_id: int, dwelling_id: int, tenure: int | None = None) -> Holding:
    """The person's holding of a dwelling: of that tenure, else of the latest that is theirs.

    Raises NotFound.
    """
    found = [one for one in await of_user(user_id) if one.dwelling_id == dwelling_id]
    if tenure is not None:
        found = [one for one in found if one.tenure == tenure]
    if not found:
        raise NotFound("没有这户")
    return max(found, key=lambda one: (one.is_current, one.tenure))


async def users_of(dwelling_id: int, tenure: int) -> list[int]:
    """Accounts of those whose tenure it is, present ones and owners first."""
    found = await rows(_USERS, dwelling_id, tenure)
    return list(dict.fromkeys(int(row["user_id"]) for row in found))


async def owners_below(path: str) -> list[tuple[int, int]]:
    """(dwelling, resident) for each confirmed owner of today at or below a path, by dwelling."""
    return [(int(row[0]), int(row[1])) for row in await tuples(_OWNERS, *below(path))]


async def resident_of(user_id: int) -> int | None:
    """Who the account is in the register of residents."""
    found = await rows("SELECT id FROM residents_resident WHERE user_id = ?", user_id)
    return int(found[0]["id"]) if found else None


async def user_of(resident_id: int) -> int | None:
    """The account of somebody in the register, where there is one."""
    found = await rows("SELECT user_id FROM residents_resident WHERE id = ?", resident_id)
    return found[0]["user_id"] if found else None


def pairs(holdings: Iterable[Holding]) -> tuple[str, list[int]]:
    """A condition on (dwelling_id, tenure) of a table `b`, and its parameters."""
    keys = sorted({one.key for one in holdings})
    if not keys:
        return "1 = 0", []
    test = " OR ".join(["(b.dwelling_id = ? AND b.tenure = ?)"] * len(keys))
    return f"({test})", [value for key in keys for value in key]


async def housemates(user_id: int) -> set[int]:
    """The person and every account confirmed at a dwelling of theirs: one party, where nobody is
    to deal with themselves."""
    return {user_id} | {int(row["user_id"]) for row in await rows(_HOUSEMATES, user_id)}
