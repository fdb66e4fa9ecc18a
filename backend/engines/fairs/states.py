"""The life of a fair: the one table of its moves."""

from backend.core.labels import Labelled
from backend.core.states import moves
from backend.engines.fairs.permissions import P


class FairStatus(Labelled):
    DRAFT = "draft", "草稿"
    SURVEYED = "surveyed", "需求已调查"
    SUBMITTED = "submitted", "待街道审核"
    APPROVED = "approved", "主题已通过"
    RETURNED = "returned", "退回修改"
    PREPARING = "preparing", "筹备招募"
    PREVIEWED = "previewed", "预告中"
    OPEN = "open", "进行中"
    CLOSED = "closed", "已收摊"
    REVIEWED = "reviewed", "已总结"
    CANCELLED = "cancelled", "已取消"


S = FairStatus
PLANNED = frozenset({S.DRAFT, S.SURVEYED, S.RETURNED})
"""The theme may still be written anew."""
ARRANGED = frozenset({S.APPROVED, S.PREPARING})
"""Time, place, map and rules may still be set."""
RECRUITING = frozenset({S.PREPARING, S.PREVIEWED})
"""Stalls are offered and placed."""
ANNOUNCED = frozenset({S.PREVIEWED, S.OPEN})
"""Residents sign up, offer and write."""
SEEN = frozenset({S.PREPARING, S.PREVIEWED, S.OPEN, S.CLOSED, S.REVIEWED})
"""What everybody may see; a cancelled one too, if it had been announced."""

MOVES = moves(
    ("edit", PLANNED, None, P.RUN),
    ("survey", {S.DRAFT}, S.SURVEYED, P.RUN),
    ("submit", {S.SURVEYED, S.RETURNED}, S.SUBMITTED, P.RUN),
    ("approve", {S.SUBMITTED}, S.APPROVED, P.REVIEW),
    ("return", {S.SUBMITTED}, S.RETURNED, P.REVIEW),
    ("arrange", ARRANGED, None, P.RUN),
    ("prepare", {S.APPROVED}, S.PREPARING, P.RUN),
    ("preview", {S.PREPARING}, S.PREVIEWED, P.RUN),
    ("preview-urgently", {S.PREPARING}, S.PREVIEWED, P.REVIEW),
    ("retract", {S.PREVIEWED}, S.PREPARING, P.RUN),
    ("open", {S.PREVIEWED}, S.OPEN, P.RUN),
    ("close", {S.OPEN}, S.CLOSED, P.RUN),
    ("review", {S.CLOSED}, S.REVIEWED, P.RUN),
    ("cancel", PLANNED | {S.SUBMITTED} | ARRANGED | {S.PREVIEWED}, S.CANCELLED, P.RUN),
)
