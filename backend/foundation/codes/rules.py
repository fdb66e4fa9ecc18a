"""The kinds of codes, their tokens, and what is printed beside them."""

import secrets
from enum import StrEnum

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
TOKEN_LENGTH = 10


class CodeKind(StrEnum):
    """What a printed code stands for."""

    COMMUNITY = "community"
    BUILDING = "building"
    CHECKPOINT = "checkpoint"
    VEHICLE = "vehicle"
    """On a windscreen: it stands at the compound and names neither plate nor owner."""

    @property
    def label(self) -> str:
        return _NAMES[self]


_NAMES = {
    CodeKind.COMMUNITY: "社区码",
    CodeKind.BUILDING: "楼栋码",
    CodeKind.CHECKPOINT: "点位码",
    CodeKind.VEHICLE: "挪车码",
}
ISSUED = frozenset({CodeKind.VEHICLE})
"""Kinds that a room above issues for what it keeps; nobody makes them by hand."""


LEVELS = {CodeKind.COMMUNITY: "community", CodeKind.BUILDING: "building"}
"""Kinds of which an area has one at a time, and the level of that area."""


def new_token() -> str:
    """50 random bits that can be read aloud; a scene of WeChat's may hold 32 such characters."""
    return "".join(secrets.choice(ALPHABET) for _ in range(TOKEN_LENGTH))


def address_of(public_url: str, token: str) -> str:
    """What an ordinary QR says: it opens the phone's page in any browser, and WeChat, told to open
    the mini-program for addresses below `/m/`, hands the whole of it over."""
    return f"{public_url.rstrip('/')}/m/?scene={token}#/pages/resident/index?scene={token}"
