"""Who is acting, where, and what they may do there."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Self

from backend.core.labels import Labelled


class Role(Labelled):
    """The posts a person can hold at an area; several at once are usual."""

    GRID_OFFICER = "grid_officer", "网格员"
    SOCIAL_WORKER = "social_worker", "专职社工"
    BUILDING_HEAD = "building_head", "楼长"
    WELFARE_POST = "welfare_post", "公益岗"
    PROPERTY_STAFF = "property_staff", "物业人员"
    PROPERTY_MANAGER = "property_manager", "物业经理"
    CASHIER = "cashier", "收费员"
    ACCOUNTANT = "accountant", "财务"
    SECRETARY = "secretary", "社区书记"
    DEPARTMENT_HANDLER = "department_handler", "部门经办人"
    STREET_DISPATCHER = "street_dispatcher", "街道调度员"
    COUNTY_OFFICE = "county_office", "县城市治理办公室"
    ADMINISTRATOR = "administrator", "管理员"


class Permission(StrEnum):
    """Base of every room's permissions: `TAKE = ("orders.take", Role.SOCIAL_WORKER, …)`.

    A member without roles is everyone's who is logged in; what is theirs is then asked row by row.
    """

    roles: frozenset[Role]

    def __new__(cls, value: str, *roles: Role) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.roles = frozenset(roles)
        return member


def all_permissions() -> list[Permission]:
    """Every permission that the loaded rooms declare, by name."""
    return sorted((one for room in Permission.__subclasses__() for one in room), key=str)


@dataclass(frozen=True)
class Post:
    """A role at an area. `area_path` is the area's path of ids, `/1/3/17/`; it covers all below."""

    id: int
    role: Role
    area_id: int
    area_path: str
    unit_id: int | None = None

    def covers(self, area_path: str) -> bool:
        return area_path.startswith(self.area_path)


@dataclass(frozen=True)
class Actor:
    user_id: int
    posts: tuple[Post, ...] = ()
    session_id: int = 0

    @property
    def is_system(self) -> bool:
        return self.user_id == 0

    @cached_property
    def permissions(self) -> frozenset[Permission]:
        roles = {post.role for post in self.posts}
        return frozenset(one for one in all_permissions() if not one.roles or one.roles & roles)

    def holds(self, permission: Permission) -> bool:
        """Whether the permission is held anywhere at all."""
        return (
            self.is_system
            or not permission.roles
            or any(post.role in permission.roles for post in self.posts)
        )

    def may(self, permission: Permission, area_path: str) -> bool:
        """Whether the permission is held at this area."""
        return self.is_system or any(
            post.role in permission.roles and post.covers(area_path) for post in self.posts
        )

    def may_for_all(self, permission: Permission) -> bool:
        """Whether the permission is held at a county or above: for what belongs to no area."""
        return self.is_system or any(path.count("/") <= 2 for path in self.paths(permission))

    def paths(self, permission: Permission) -> tuple[str, ...]:
        """The paths of the areas where the permission is held, none inside another."""
        held = {post.area_path for post in self.posts if post.role in permission.roles}
        return tuple(sorted(p for p in held if not any(p != q and p.startswith(q) for q in held)))

    def stands_for(self, permission: Permission, unit_id: int | None, area_path: str) -> bool:
        """Whether the permission is held at this area for this very unit."""
        return unit_id is not None and any(
            post.role in permission.roles and post.unit_id == unit_id and post.covers(area_path)
            for post in self.posts
        )

    def oversees(self, permission: Permission, unit_id: int | None, area_path: str) -> bool:
        """Whether the permission is held at this area for this unit, or for all units there."""
        return any(
            post.role in permission.roles
            and post.covers(area_path)
            and post.unit_id in (None, unit_id)
            for post in self.posts
        )

    def oversees_all(self, permission: Permission) -> bool:
        """Whether the permission is held at a county or above for all units: for what belongs to
        no area and no unit."""
        return self.is_system or any(
            post.role in permission.roles
            and post.unit_id is None
            and post.area_path.count("/") <= 2
            for post in self.posts
        )

    def oversees_unit(self, permission: Permission, unit_id: int | None) -> bool:
        """Whether the permission is held for this unit, wherever; None is no unit's."""
        is_own = unit_id is not None and unit_id in self.units(permission)
        return is_own or self.oversees_all(permission)

    def units(self, permission: Permission) -> frozenset[int]:
        """Departments and firms that the actor stands for with this permission."""
        return frozenset(
            post.unit_id for post in self.posts if post.unit_id and post.role in permission.roles
        )


SYSTEM = Actor(user_id=0)
"""The house itself: what the clock and reactions do. It may do everything."""
