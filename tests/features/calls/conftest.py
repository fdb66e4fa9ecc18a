"""The neighbours with skills."""

from tests.engines.craftsmen.conftest import city, guild, noon, village, yard

__all__ = ["city", "guild", "noon", "village", "yard"]
