"""What the clock starts: bills are fetched as soon as they can be there, again until they are."""

from backend.core.jobs import enqueue, every, job
from backend.engines.wechat_bills import service
from backend.engines.wechat_bills.queries import WechatBillStatus
from backend.integrations import wechat_pay
from backend.integrations.wechat_pay_errors import NotOpen


@every(seconds=900)
async def fetch_due_bills() -> None:
    """Plan the days that are over, and fetch what is due."""
    try:
        mchid = wechat_pay.api().merchant.mchid
    except NotOpen:
        return
    await service.plan(mchid)
    for one in await service.due(mchid):
        await enqueue(fetch_bill, bill_id=one.id)


@job(outside=True)
async def fetch_bill(bill_id: int) -> None:
    """Fetch one bill; the day's other one follows."""
    one = await service.fetch(bill_id)
    if one.status is WechatBillStatus.LOADED:
        for other in await service.due(one.mchid):
            if other.day == one.day:
                await enqueue(fetch_bill, bill_id=other.id)
