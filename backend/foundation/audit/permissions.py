"""Who may look at the audit."""

from backend.core.actor import Permission, Role


class P(Permission):
    READ = ("audit.read", Role.ADMINISTRATOR, Role.COUNTY_OFFICE)
