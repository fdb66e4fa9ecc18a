"""Who and where: the rooms everything else stands on, lowest first."""

ROOMS = (
    "areas",
    "audit",
    "identity",
    "pushes",
    "files",
    "notify",
    "moderations",
    "departments",
    "codes",
    "tenures",
    "residents",
    "holdings",
    "censuses",
    "announcements",
)
