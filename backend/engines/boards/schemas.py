"""Lists of orders as the API takes and shows them."""

from typing import Literal

from pydantic import Field

from backend.core.schemas import Answer, Id, PageQuery
from backend.engines.orders.queries import OrderCard, OrderStatus


class DeskQuery(PageQuery):
    """Filters of a desk; `q` is a number or words of the title or text.

    `state` is all that is open, or all that is over; `extension` what waits for a ruling on time.
    """

    status: OrderStatus | None = None
    state: Literal["open", "done"] | None = None
    extension: Literal["pending"] | None = None
    kind: str | None = Field(default=None, max_length=20)
    area_id: Id | None = None
    q: str | None = Field(default=None, min_length=2, max_length=40)


class MineQuery(PageQuery):
    state: Literal["open", "done"] | None = None


class Day(Answer):
    """My day: what is due, what waits for others, what came back to me, what I got done."""

    due: list[OrderCard]
    waiting: list[OrderCard]
    returned: list[OrderCard]
    done_today: int
