"""Who may do what with departments."""

from backend.core.actor import Permission, Role


class P(Permission):
    READ = "departments.read"
    MANAGE = ("departments.manage", Role.COUNTY_OFFICE, Role.ADMINISTRATOR)
