"""The lives of a slot and of a booking."""

from backend.core.labels import Labelled
from backend.core.states import moves
from backend.engines.bookings.permissions import P


class SlotStatus(Labelled):
    OPEN = "open", "报名中"
    CLOSED = "closed", "报名已结束"
    CALLED_OFF = "called_off", "已取消"
    OVER = "over", "已结束"


class BookingStatus(Labelled):
    BOOKED = "booked", "已报名"
    WAITING = "waiting", "候补中"
    OFFERED = "offered", "有名额待确认"
    CHECKED_IN = "checked_in", "已签到"
    CHECKED_OUT = "checked_out", "已签退"
    DONE = "done", "已完成"
    NO_SHOW = "no_show", "未到"
    CANCELLED = "cancelled", "已取消"
    LAPSED = "lapsed", "已失效"


B, S = BookingStatus, SlotStatus
COMING = frozenset({B.BOOKED, B.OFFERED})
THERE = frozenset({B.CHECKED_IN, B.CHECKED_OUT})
HOLDING = COMING | THERE | {B.DONE, B.NO_SHOW}
"""They take a place of the quota."""
LIVE = COMING | THERE | {B.WAITING}
ENDED = frozenset(B) - LIVE

SLOT_MOVES = moves(
    ("close", {S.OPEN}, S.CLOSED, P.HOST),
    ("reopen", {S.CLOSED}, S.OPEN, P.HOST),
    ("change", {S.OPEN, S.CLOSED}, None, P.HOST),
    ("call-off", {S.OPEN, S.CLOSED}, S.CALLED_OFF, P.HOST),
    ("end", {S.OPEN, S.CLOSED}, S.OVER, P.KEEP),
)
MOVES = moves(
    ("move-up", {B.WAITING}, {B.BOOKED, B.OFFERED}, P.KEEP),
    ("accept", {B.OFFERED}, B.BOOKED, P.BOOK),
    ("cancel", {B.BOOKED, B.WAITING, B.OFFERED}, B.CANCELLED, P.BOOK),
    ("check-in", {B.BOOKED, B.OFFERED}, B.CHECKED_IN, P.BOOK),
    ("check-out", {B.CHECKED_IN}, B.CHECKED_OUT, P.BOOK),
    ("admit", {B.BOOKED, B.OFFERED}, B.CHECKED_IN, P.HOST),
    ("see-off", {B.CHECKED_IN}, B.CHECKED_OUT, P.HOST),
    ("no-show", {B.BOOKED}, B.NO_SHOW, P.HOST),
    ("attest", {B.NO_SHOW}, B.DONE, P.HOST),
    ("release", {B.BOOKED, B.WAITING, B.OFFERED}, B.CANCELLED, P.HOST),
    ("call-off", {B.BOOKED, B.WAITING, B.OFFERED, B.CHECKED_IN}, B.CANCELLED, P.KEEP),
    ("lapse", {B.WAITING, B.OFFERED}, B.LAPSED, P.KEEP),
    ("miss", {B.BOOKED}, B.NO_SHOW, P.KEEP),
    ("finish", {B.CHECKED_IN, B.CHECKED_OUT}, B.DONE, P.KEEP),
)
