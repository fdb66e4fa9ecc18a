"""Who of a dwelling's co-owners votes. Pure."""

import secrets
from collections.abc import Mapping

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE = rf"^[{ALPHABET}]{{12,32}}$"
"""What makes a ballot the voter's own: by chance, known to nobody else."""


def voters(owners: frozenset[int], namings: Mapping[int, int]) -> frozenset[int]:
    """Who may cast for a dwelling: co-owners name one of them, and until they do the first who
    votes is taken for the one. Where they name different people nobody may, until they agree.

    `namings` are owner → whom that owner named.
    """
    named = frozenset(namings.values())
    if not named:
        return owners
    return named if len(named) == 1 else frozenset()


def new_code(length: int = 12) -> str:
    """60 random bits to be written on paper; phones make longer ones themselves."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def grouped(code: str) -> str:
    """As it is printed: in fours."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))
