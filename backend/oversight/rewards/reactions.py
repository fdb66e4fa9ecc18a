"""One line for each event that earns points; how many is the rules' to say."""

from fractions import Fraction

from backend.core.events import on
from backend.engines.hours.events import HoursConfirmed, HoursCorrected
from backend.engines.orders.events import OrderRated
from backend.engines.surveys import queries as surveys
from backend.engines.surveys.events import SurveyAnswered
from backend.engines.wishes.events import WishConfirmed
from backend.features.mending_days.events import TurnHeld
from backend.foundation.areas import queries as areas
from backend.foundation.areas.events import AreaMoved
from backend.oversight.rewards import service


@on(OrderRated)
async def reward_rating(event: OrderRated) -> None:
    if event.community_id is not None:
        path = await areas.path_of(event.community_id)
        key = f"order:{event.order_id}:rated"
        await service.reward("order_rated", event.reporter_id, path, key=key)


@on(SurveyAnswered)
async def reward_answer(event: SurveyAnswered) -> None:
    """Nobody is known who answered an anonymous survey, so nobody is rewarded."""
    path = (await surveys.current(event.survey_id)).area_path
    key = f"survey:{event.survey_id}:{event.user_id}"
    await service.reward("survey_answered", event.user_id, path, key=key)


@on(HoursConfirmed)
async def reward_hours(event: HoursConfirmed) -> None:
    await service.reward_hours(event.hour_id)


@on(HoursCorrected)
async def reward_corrected_hours(event: HoursCorrected) -> None:
    await service.reward_hours(event.hour_id)


@on(WishConfirmed)
async def reward_wish(event: WishConfirmed) -> None:
    key, count = f"claim:{event.claim_id}", Fraction(event.shares)
    await service.reward("wish_fulfilled", event.claimer_id, event.area_path, key=key, count=count)


@on(TurnHeld)
async def reward_turn(event: TurnHeld) -> None:
    await service.reward(
        "turn_held",
        event.craftsman_user_id,
        event.area_path,
        key=f"turn:{event.booking_id}",
        partner_id=event.user_id or None,
    )


@on(AreaMoved)
async def follow_area(event: AreaMoved) -> None:
    await service.follow_area(event.from_path, event.to_path)
