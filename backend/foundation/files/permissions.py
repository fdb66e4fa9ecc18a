"""Who may upload what."""

from backend.core.actor import Permission, Role


class P(Permission):
    UPLOAD = "files.upload"
    UPLOAD_SHEET = (
        "files.upload_sheet",
        Role.SECRETARY,
        Role.STREET_DISPATCHER,
        Role.COUNTY_OFFICE,
        Role.ADMINISTRATOR,
    )
    """Spreadsheets to be imported."""
    MODERATE = ("files.moderate", Role.ADMINISTRATOR)
    """Moderation is WeChat's; only the house itself makes its moves."""
