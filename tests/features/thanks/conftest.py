"""The neighbours of the wishes' tests."""

from tests.engines.wishes.conftest import city, noon, village, yard

__all__ = ["city", "noon", "village", "yard"]
