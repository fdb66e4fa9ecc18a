"""What the clock does for shops: telling them that a licence ends."""

from datetime import timedelta

from backend.core import clock
from backend.core.jobs import every
from backend.engines.shops import messages, queries, rules
from backend.engines.shops.models import Licence
from backend.engines.shops.rules import StaffRole
from backend.foundation.notify import service as notify


@every(seconds=6 * 3600)
async def remind_of_licences() -> None:
    """Tell owners 30, 7 and 1 days before a licence ends; each once."""
    today = clock.today()
    ahead = today + timedelta(days=rules.REMIND_DAYS[0])
    found = Licence.filter(
        confirmed_at__isnull=False, expires_on__gte=today, expires_on__lte=ahead
    ).prefetch_related("shop")
    for one in await found:
        due = rules.reminder_due(queries.as_day(one.expires_on), today, one.reminded)
        if due is not None and not await _is_renewed(one):
            await _remind(one, due)


async def _is_renewed(one: Licence) -> bool:
    """Whether a longer one of the same kind was confirmed already."""
    return await Licence.filter(
        shop_id=one.shop_id,
        kind=one.kind,
        confirmed_at__isnull=False,
        expires_on__gt=one.expires_on,
    ).exists()


async def _remind(one: Licence, due: int) -> None:
    await Licence.filter(id=one.id).update(reminded=due)
    for user_id, role in (await queries.staff_of(one.shop_id)).items():
        if role is StaffRole.OWNER:
            await notify.send(
                messages.EXPIRING,
                to=user_id,
                link=f"{messages.MERCHANT}?shop_id={one.shop_id}",
                name=one.shop.name,
                licence=one.kind.label,
                day=clock.spoken_day(one.expires_on),
            )
