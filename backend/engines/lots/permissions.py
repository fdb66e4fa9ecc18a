"""Who may look at and run car parks."""

from backend.core.actor import Permission, Role


class P(Permission):
    READ = "lots.read"
    """Everyone who is logged in: what parking costs is no secret."""
    WORK = ("lots.work", Role.PROPERTY_STAFF, Role.PROPERTY_MANAGER)
    MANAGE = ("lots.manage", Role.PROPERTY_MANAGER)
