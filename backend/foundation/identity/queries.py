"""Reading who people are; who calls, on every request, with one constant statement."""

import time
from collections.abc import Awaitable, Callable, Collection, Iterable
from datetime import timedelta
from typing import Any, ClassVar, NamedTuple

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from backend.core import actor as actors
from backend.core import clock, crypto, paging, tasks
from backend.core.actor import Actor, Role
from backend.core.database import below, execute, marks, moment, rows
from backend.core.errors import NotFound, Unauthenticated
from backend.core.schemas import Page
from backend.foundation.areas import queries as areas
from backend.foundation.identity.models import Post, Session, User
from backend.foundation.identity.permissions import P
from backend.foundation.identity.rules import ACTOR_SECONDS, GONE, TOUCHED_AFTER
from backend.foundation.identity.schemas import (
    AreaBrief,
    Me,
    PersonBrief,
    PostListed,
    PostOut,
    PostQuery,
    SessionOut,
    SettingsOut,
    UnitBrief,
)

MOST_REMEMBERED = 20_000
_RUNNING = "p.starts_at <= ? AND (p.ends_at IS NULL OR p.ends_at > ?)"
_WHO = (
    "SELECT s.id, s.user_id, s.seen_at, s.lasts_hours, p.id AS post_id, p.role, p.area_id, "  # noqa: S608
    "p.unit_id, a.path FROM identity_session s "
    f"LEFT JOIN identity_post p ON p.user_id = s.user_id AND {_RUNNING} "
    "AND (s.is_strong = 1 OR p.role <> 'administrator') "
    "LEFT JOIN areas_area a ON a.id = p.area_id "
    "WHERE s.digest = ? AND s.revoked_at IS NULL AND s.expires_at > ?"
)
EVERYWHERE = "/"
_HOUSE = AreaBrief(id=0, name="全部区域", level="house", full_name="全部区域")

_known: dict[str, tuple[float, Actor]] = {}
"""Digest of a token → until when (monotonic seconds) it may be believed, and whose it is."""


async def authenticate(token: str) -> Actor | None:
    """The person behind a token, or None. What it says may be 0.9 s old, never older."""
    digest = crypto.digest(token)
    known = _known.get(digest)
    asked_at = time.monotonic()
    if known is not None and known[0] > asked_at:
        return known[1]
    now = clock.now()
    found = await rows(_WHO, now, now, digest, now)
    if not found:
        _known.pop(digest, None)
        return None
    actor = Actor(found[0]["user_id"], _posts(found), found[0]["id"])
    _remember(digest, asked_at, actor)
    seen = moment(found[0]["seen_at"])
    if seen is not None and now - seen > TOUCHED_AFTER:
        tasks.spawn(_touch(found[0]["id"], found[0]["lasts_hours"]), "session-touch")
    return actor


def _posts(found: list[dict[str, Any]]) -> tuple[actors.Post, ...]:
    return tuple(
        actors.Post(
            row["post_id"],
            Role(row["role"]),
            row["area_id"] or 0,
            row["path"] or EVERYWHERE,
            row["unit_id"],
        )
        for row in found
        if row["post_id"] is not None and (row["path"] or row["area_id"] is None)
    )


def _remember(digest: str, asked_at: float, actor: Actor) -> None:
    if len(_known) >= MOST_REMEMBERED:
        _known.clear()
    _known[digest] = (asked_at + ACTOR_SECONDS, actor)


def forget(user_id: int) -> None:
    """Believe none of the person's tokens any more in this process; others follow within 1 s."""
    for digest in [key for key, (_, actor) in _known.items() if actor.user_id == user_id]:
        del _known[digest]


async def _touch(session_id: int, hours: int) -> None:
    """Move the expiry; of many requests at the same time one does it."""
    now = clock.now()
    await execute(
        "UPDATE identity_session SET seen_at = ?, expires_at = ? "
        "WHERE id = ? AND seen_at < ? AND revoked_at IS NULL",
        now,
        now + timedelta(hours=hours),
        session_id,
        now - TOUCHED_AFTER,
    )


class Name(NamedTuple):
    """How a person is called, and the label of their first post (`居民` without any)."""

    name: str
    role: str


async def names(user_ids: Iterable[int]) -> dict[int, Name]:
    """Real name, else nickname, of each known person: for staff and for the person's own eyes.

    What residents see of staff is the caller's policy; erased people are called 已注销用户.
    """
    wanted = sorted(set(user_ids))
    if not wanted:
        return {}
    now = clock.now()
    found = await rows(
        "SELECT u.id, u.nickname, u.real_name, u.erased_at, p.role FROM identity_user u "  # noqa: S608
        f"LEFT JOIN identity_post p ON p.user_id = u.id AND {_RUNNING} "
        f"WHERE u.id IN ({marks(wanted)}) ORDER BY p.id DESC",
        now,
        now,
        *wanted,
    )
    return {row["id"]: Name(_name(row), _label(row["role"])) for row in found}


def _name(row: dict[str, Any]) -> str:
    if row["erased_at"] is not None:
        return GONE
    sealed = row["real_name"]
    if sealed:
        return crypto.decrypt(sealed, field="user.name", row=row["id"])
    return str(row["nickname"])


def _label(role: str | None) -> str:
    return Role(role).label if role else "居民"


class Person(NamedTuple):
    """Somebody with a post, as one to hand work to."""

    user_id: int
    name: str
    role: Role
    area_id: int
    unit_id: int | None


async def people_at(
    area_path: str, roles: Collection[Role], *, is_below: bool = False
) -> list[Person]:
    """Who holds one of the roles at the area or above it, those nearest first.

    `is_below`: also those whose post lies inside the area (a community's grid officers).
    """
    parts = [part for part in area_path.split("/") if part]
    paths = ["/" + "/".join(parts[: depth + 1]) + "/" for depth in range(len(parts))]
    if not roles or not paths:
        return []
    place, params = f"a.path IN ({marks(paths)})", list(paths)
    if is_below:
        place, params = f"({place} OR (a.path >= ? AND a.path < ?))", [*params, *below(area_path)]
    now = clock.now()
    found = await rows(
        "SELECT u.id, u.nickname, u.real_name, u.erased_at, p.role, p.area_id, p.unit_id "  # noqa: S608
        "FROM areas_area a JOIN identity_post p ON p.area_id = a.id "
        f"JOIN identity_user u ON u.id = p.user_id WHERE {place} AND {_RUNNING} "
        f"AND p.role IN ({marks(list(roles))}) ORDER BY LENGTH(a.path) DESC, p.id",
        *params,
        now,
        now,
        *(str(role) for role in roles),
    )
    return [
        Person(row["id"], _name(row), Role(row["role"]), row["area_id"], row["unit_id"])
        for row in found
    ]


Naming = Callable[[Collection[int]], Awaitable[dict[int, str]]]
Picturing = Callable[[int, int], Awaitable[str | None]]
Admitting = Callable[[int], Awaitable[bool]]


class _Above:
    """What rooms on higher floors tell us at start, for we cannot ask them."""

    unit_names: Naming | None = None
    avatar_url: Picturing | None = None
    sides: ClassVar[dict[str, Admitting]] = {}


def name_units_by(naming: Naming) -> None:
    """Say how units are called: ids → {id: name}."""
    _Above.unit_names = staticmethod(naming)


def picture_people_by(picturing: Picturing) -> None:
    """Say where a person's avatar lies: (user id, file id) → address, None if not theirs."""
    _Above.avatar_url = staticmethod(picturing)


def open_side_by(side: str, admitting: Admitting) -> None:
    """Say who has a further side of the app without a post: user id → whether."""
    _Above.sides[side] = admitting


async def unit_names(unit_ids: Collection[int]) -> dict[int, str]:
    naming = _Above.unit_names
    return await naming(unit_ids) if unit_ids and naming else {}


async def avatar_url(user_id: int, file_id: int | None) -> str | None:
    picturing = _Above.avatar_url
    return await picturing(user_id, file_id) if file_id is not None and picturing else None


async def me(actor: Actor) -> Me:
    """The person's own view of themselves. Raises Unauthenticated for who has just left."""
    user = await User.get_or_none(id=actor.user_id, erased_at=None)
    if user is None:
        raise Unauthenticated
    held = await Post.filter(id__in=[post.id for post in actor.posts]).order_by("id")
    phone = user.plain_phone()
    return Me(
        id=user.id,
        nickname=user.nickname,
        avatar_url=await avatar_url(user.id, user.avatar_file_id),
        phone=phone and crypto.mask_phone(phone),
        posts=[PostOut(**parts) for parts in await _described(held)],
        permissions=sorted(actor.permissions),
        settings=SettingsOut(large_type=user.large_type, theme=user.theme),
        sides=[side for side, admits in _Above.sides.items() if await admits(user.id)],
    )


async def _described(posts: list[Post]) -> list[dict[str, Any]]:
    """Posts with names for their roles, areas and units, with four statements for all of them."""
    known = await areas.many(post.area_id for post in posts if post.area_id)
    full = await areas.full_names(area.path or "" for area in known.values())
    units = await unit_names({post.unit_id for post in posts if post.unit_id})
    briefs = {
        area.id: AreaBrief(
            id=area.id, name=area.name, level=area.level, full_name=full[area.path or ""]
        )
        for area in known.values()
    }
    return [
        {
            "id": post.id,
            "role": post.role,
            "role_name": post.role.label,
            "title": post.title,
            "area": briefs[post.area_id] if post.area_id else _HOUSE,
            "unit": post.unit_id and UnitBrief(id=post.unit_id, name=units.get(post.unit_id, "")),
        }
        for post in posts
    ]


async def sessions(actor: Actor) -> Page[SessionOut]:
    """The person's devices that are logged in, last used first."""
    live = Session.filter(user_id=actor.user_id, revoked_at=None, expires_at__gt=clock.now())
    items = [
        SessionOut(
            last_seen_at=one.seen_at,
            is_current=one.id == actor.session_id,
            **{name: getattr(one, name) for name in ("id", "device", "created_at", "expires_at")},
        )
        for one in await live.order_by("-seen_at", "-id").limit(100)
    ]
    return Page(items=items)


def visible_to(actor: Actor) -> QuerySet[Post]:
    """The posts whose holders the actor may see."""
    if actor.is_system:
        return Post.all()
    scope = Q(id__lt=0)
    for path in actor.paths(P.READ_POSTS):
        first, end = below(path)
        scope |= Q(area_id=None) if path == EVERYWHERE else Q(id__lt=0)
        scope |= Q(area__path__gte=first, area__path__lt=end)
    return Post.filter(scope)


async def posts(actor: Actor, query: PostQuery) -> Page[PostListed]:
    """Posts that run or will run, newest first. Raises NotFound for somebody else's area."""
    now = clock.now()
    chosen = visible_to(actor).filter(Q(ends_at=None) | Q(ends_at__gt=now))
    if query.area_id is not None:
        area = await areas.get(query.area_id)
        if not actor.may(P.READ_POSTS, area.path or ""):
            raise NotFound("没有这个区域")
        first, end = below(area.path or "")
        chosen = chosen.filter(area__path__gte=first, area__path__lt=end)
    if query.role is not None:
        chosen = chosen.filter(role=query.role)
    if query.cursor:
        chosen = chosen.filter(id__lt=paging.decode(query.cursor, int)[0])
    found = await chosen.order_by("-id").limit(query.limit + 1)
    items, following = paging.cut(found, query.limit, lambda one: (one.id,))
    return Page(items=await listed(items), next=following)


async def listed(posts: list[Post]) -> list[PostListed]:
    """Posts with their holders' names."""
    called = await names(post.user_id for post in posts)
    return [
        PostListed(
            **parts,
            user=PersonBrief(id=post.user_id, name=called[post.user_id].name),
            starts_at=post.starts_at,
            ends_at=post.ends_at,
        )
        for post, parts in zip(posts, await _described(posts), strict=True)
    ]


async def by_phone(phone: str) -> User | None:
    """Whose confirmed phone it is, by whichever key its index was made."""
    return await User.filter(
        phone_index__in=crypto.blind_indexes(phone, field="user.phone")
    ).first()


async def phone_of(user_id: int) -> str | None:
    """The confirmed phone in plain, for a room that seals it again for itself."""
    user = await User.get_or_none(id=user_id)
    return user.plain_phone() if user else None


async def openid_of(user_id: int) -> str | None:
    """Under which openid WeChat knows the person; None for administrators and the erased."""
    found = await rows("SELECT openid FROM identity_user WHERE id = ?", user_id)
    return next((row["openid"] for row in found), None)


async def user_of(openid: str) -> int | None:
    """Whom WeChat means by this openid; None for one who never came, or who left."""
    found = await rows("SELECT id FROM identity_user WHERE openid = ?", openid)
    return next((row["id"] for row in found), None)


async def person(user_id: int) -> User | None:
    """Somebody's row, to be read only; one who has left still has theirs (`erased_at`)."""
    return await User.get_or_none(id=user_id)


_ACCOUNT = {
    "编号": "id",
    "微信 openid": "openid",
    "微信 unionid": "unionid",
    "昵称": "nickname",
    "头像文件": "avatar_file_id",
    "大字模式": "large_type",
    "外观": "theme",
    "注册时间": "created_at",
}
_DEVICE = {
    "设备": "device",
    "登录时间": "created_at",
    "最近使用": "seen_at",
    "退出时间": "revoked_at",
}


async def about(user_id: int) -> dict[str, Any]:
    """Everything the room keeps about a person, in plain words for their own export."""
    user = await User.get(id=user_id)
    held = await Post.filter(user_id=user_id).order_by("id")
    devices = await Session.filter(user_id=user_id).order_by("id")
    account = {word: getattr(user, name) for word, name in _ACCOUNT.items()}
    return {
        "账号": account | {"姓名": user.plain_name(), "手机号": user.plain_phone()},
        "职务": [
            {
                "职务": post.role.label,
                "头衔": post.title,
                "区域": parts["area"].full_name,
                "开始": post.starts_at,
                "结束": post.ends_at,
            }
            for post, parts in zip(held, await _described(held), strict=True)
        ],
        "登录设备": [
            {word: getattr(one, name) for word, name in _DEVICE.items()} for one in devices
        ],
    }
