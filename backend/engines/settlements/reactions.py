"""After a bill has come, or a difference was ruled, the day is compared (again)."""

from backend.core.events import on
from backend.core.jobs import enqueue, job
from backend.engines.settlements import service
from backend.engines.settlements.events import DifferenceRuled
from backend.engines.wechat_bills.events import WechatBillLoaded


@job(outside=True)
async def compare_day(mchid: str, day: str) -> None:
    """Compare a day of an account. Calls nobody, but owns its transactions: the day may be long."""
    await service.compare(mchid, day)


@on(WechatBillLoaded)
async def compare_when_both_are_there(event: WechatBillLoaded) -> None:
    if event.kind == "funds":
        await enqueue(compare_day, mchid=event.mchid, day=event.day)


@on(DifferenceRuled)
async def post_what_was_set_free(event: DifferenceRuled) -> None:
    await enqueue(compare_day, mchid=event.mchid, day=event.day)
