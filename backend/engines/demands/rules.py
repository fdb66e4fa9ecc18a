"""Where a demand may lie. Pure."""

MICRO = 1_000_000
COUNTY_LATITUDES, COUNTY_LONGITUDES = 0.6, 0.75
"""Degrees from a county's middle that still are the county, generously: some 65 km."""


def micro(degrees: float | None) -> int | None:
    return None if degrees is None else round(degrees * MICRO)


def is_near(point: tuple[int, int], middle: tuple[int, int]) -> bool:
    """Whether a point (1e-6 degrees) lies in the county around `middle`."""
    return (
        abs(point[0] - middle[0]) <= COUNTY_LATITUDES * MICRO
        and abs(point[1] - middle[1]) <= COUNTY_LONGITUDES * MICRO
    )
