"""The inbox is the truth."""

from datetime import UTC, datetime

import pytest

from backend.core import database
from backend.foundation.notify import service
from backend.foundation.notify.messages import Template
from backend.foundation.notify.models import Delivery, Message

TAKEN = Template(
    key="test_taken",
    title="您的诉求已有人接单",
    text="「{title}」由{who}处理，请在{due_at}前等候联系。",
    wechat={"thing1": "{title}", "time2": "{due_at}"},
)


async def test_a_message_is_written_with_the_change_it_tells_of(db: str) -> None:
    due = datetime(2026, 11, 22, 4, 30, tzinfo=UTC)
    with pytest.raises(RuntimeError):
        async with database.transaction():
            await service.send(TAKEN, to=7, title="路灯不亮", who="王师傅", due_at=due)
            raise RuntimeError
    assert await Message.all().count() == 0
    assert await Delivery.all().count() == 0


async def test_words_are_sealed_at_rest(db: str) -> None:
    due = datetime(2026, 11, 22, 4, 30, tzinfo=UTC)
    await service.send(TAKEN, to=7, title="致电13812345678", who="王师傅", due_at=due)
    for row in [*await Message.all().values(), *await Delivery.all().values()]:
        assert "13812345678" not in str(row)


async def test_a_missing_value_is_noticed(db: str) -> None:
    with pytest.raises(KeyError):
        await service.send(TAKEN, to=7, title="路灯不亮")
