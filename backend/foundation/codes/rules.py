"""The kinds of codes, their tokens, and what is printed beside them."""

import secrets

from backend.core.labels import Labelled

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
TOKEN_LENGTH = 10


class CodeKind(Labelled):
    """What a printed code stands for."""

    COMMUNITY = "community", "社区码"
    BUILDING = "building", "楼栋码"
    CHECKPOINT = "checkpoint", "点位码"
    VEHICLE = "vehicle", "挪车码"
    """On a windscreen: it stands at the compound and names neither plate nor owner."""
    SURVEY = "survey", "问卷码"
    MATTER = "matter", "议事码"
    VOLUNTEERING = "volunteering", "志愿码"
    FAIR = "fair", "集市码"
    STALL = "stall", "摊位码"
    WISHES = "wishes", "心愿墙码"
    CRAFTSMEN = "craftsmen", "能工巧匠码"


ISSUED = frozenset(
    {
        CodeKind.VEHICLE,
        CodeKind.SURVEY,
        CodeKind.MATTER,
        CodeKind.VOLUNTEERING,
        CodeKind.FAIR,
        CodeKind.STALL,
    }
)
"""Kinds that a room above issues for what it keeps; nobody makes them by hand."""


LEVELS = {
    CodeKind.COMMUNITY: "community",
    CodeKind.BUILDING: "building",
    CodeKind.WISHES: "community",
    CodeKind.CRAFTSMEN: "community",
}
"""Kinds of which an area has one at a time, and the level of that area."""


NOTES = {
    CodeKind.WISHES: "扫码看邻居的微心愿，认领一个，圆一个",
    CodeKind.CRAFTSMEN: "扫码找身边的能工巧匠，约小修小补",
}
"""What stands below a kind's code where it is not the usual."""
NOTE = "报修、投诉、建议、求助"


def new_token() -> str:
    """50 random bits that can be read aloud; a scene of WeChat's may hold 32 such characters."""
    return "".join(secrets.choice(ALPHABET) for _ in range(TOKEN_LENGTH))


def address_of(public_url: str, token: str) -> str:
    """What an ordinary QR says: it opens the phone's page in any browser, and WeChat, told to open
    the mini-program for addresses below `/m/`, hands the whole of it over."""
    return f"{public_url.rstrip('/')}/m/?scene={token}#/pages/resident/index?scene={token}"
