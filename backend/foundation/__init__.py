"""Who and where: the rooms everything else stands on, lowest first."""

ROOMS = (
    "areas",
    "audit",
    "identity",
    "pushes",
    "files",
    "notify",
    "departments",
    "codes",
    "tenures",
    "residents",
    "holdings",
    "censuses",
)
