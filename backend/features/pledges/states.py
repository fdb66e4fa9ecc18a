"""The lives of a pledge and of its steps."""

from backend.core.labels import Labelled
from backend.core.states import moves
from backend.features.pledges.permissions import P


class PledgeStatus(Labelled):
    PROPOSED = "proposed", "待审核"
    PUBLISHED = "published", "履行中"
    KEPT = "kept", "已兑现"
    REFUSED = "refused", "未通过"
    WITHDRAWN = "withdrawn", "已撤回"


class StepStatus(Labelled):
    PLANNED = "planned", "进行中"
    SAID = "said", "待居民确认"
    CONFIRMED = "confirmed", "居民已确认"


S, T = PledgeStatus, StepStatus
PUBLIC = frozenset({S.PUBLISHED, S.KEPT})

MOVES = moves(
    ("publish", {S.PROPOSED}, S.PUBLISHED, P.RUN),
    ("refuse", {S.PROPOSED}, S.REFUSED, P.RUN),
    ("withdraw", {S.PROPOSED, S.PUBLISHED}, S.WITHDRAWN, P.PLEDGE),
    ("keep", {S.PUBLISHED}, S.KEPT, P.KEEP),
)
STEP_MOVES = moves(
    ("say-done", {T.PLANNED}, T.SAID, P.PLEDGE),
    ("return", {T.SAID}, T.PLANNED, P.RUN),
    ("confirm", {T.SAID}, T.CONFIRMED, P.KEEP),
)
