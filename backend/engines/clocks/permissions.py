"""Who may say how long things may take."""

from backend.core.actor import Permission, Role


class P(Permission):
    READ = "clocks.read"
    """The promise is public among those who are logged in."""
    SET = ("clocks.set", Role.COUNTY_OFFICE, Role.ADMINISTRATOR)
