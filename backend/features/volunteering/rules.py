"""Kinds of projects, and how long ahead shifts are made."""

from backend.core.labels import Labelled

KIND = "volunteering"
"""What slots and hours of this room belong to; their owner's id is the project's."""
PAGE = "/pages/volunteering/project?id={}"
MOST_WEEKS = 12
MOST_SHIFTS = 60
"""Of one project that are still to come."""


class Category(Labelled):
    CLEAN = "clean", "环境清洁"
    CARE = "care", "助老助残"
    ORDER = "order", "文明劝导"
    CULTURE = "culture", "文体服务"
    SAFETY = "safety", "平安巡防"
    HEALTH = "health", "健康义诊"
    YOUTH = "youth", "少儿陪伴"
    OTHER = "other", "其他"
