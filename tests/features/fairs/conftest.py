"""Fixtures of a fair's rooms."""

from tests.fairground import city, fairground, frozen, moderator

__all__ = ["city", "fairground", "frozen", "moderator"]
