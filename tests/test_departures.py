"""Somebody leaves, an area moves: every table follows, whichever room it belongs to.

Tables and columns are found by reflection: a new room is covered without anybody's doing.
"""

from typing import Any

import httpx
import pytest

from backend.core import events, jobs
from backend.core.actor import SYSTEM, Actor
from backend.core.database import rows, transaction
from backend.core.events import Event
from backend.foundation.areas import service as areas
from backend.foundation.areas.events import AreaMoved
from backend.foundation.areas.models import Area
from backend.foundation.areas.schemas import AreaMoveIn
from backend.foundation.identity import service as identity
from backend.foundation.identity.events import UserErased
from backend.foundation.identity.models import User
from tests import everything
from tests.neighbours import Home, build

FORMER = 7_654_321_986
"""So that the number of the account after it occurs nowhere by chance."""

IN_OFFICE = {
    "areas_move.moved_by",
    "arrears_plan.made_by",
    "arrears_reminder.sent_by",
    "awards_award.ruled_by",
    "ballots_proxy.recorded_by",
    "billings_discount.agreed_by",
    "billings_run.started_by",
    "bills_entry.by",
    "books_day.closed_by",
    "codes_code.created_by",
    "craftsmen_craftsman.reviewed_by",
    "electorates_electorate.frozen_by",
    "fees_refund.asked_by",
    "gates_correction.made_by",
    "gates_opening.made_by",
    "home_service.chosen_by",
    "identity_post.granted_by",
    "identity_post.user_id",
    "mall_redemption.served_by",
    "matters_matter.created_by",
    "matters_milestone.done_by",
    "openings_balance.brought_by",
    "order_clock_policy.changed_by",
    "order_event.actor_id",
    "order_part.closed_by",
    "orders_order.handler_id",
    "papers_ballot.first_by",
    "papers_ballot.ruled_by",
    "papers_ballot.second_by",
    "payments_payment.cashier_id",
    "payments_quarantine.ruled_by",
    "pools_entry.by",
    "refunds_refund.asked_by",
    "refunds_refund.finished_by",
    "report_ins_task.created_by",
    "rewards_change.changed_by",
    "settlements_difference.ruled_by",
    "shelves_movement.by",
    "shops_licence.decided_by",
    "shops_shop.decided_by",
    "stocktakes_count.counted_by",
    "stocktakes_count.ruled_by",
    "surveys_survey.created_by",
    "tariffs_reading.entered_by",
    "tariffs_tariff.created_by",
    "tariffs_version.created_by",
    "votings_voting.created_by",
    "waivers_waiver.asked_by",
    "waivers_waiver.ruled_by",
    "wishes_wish.reviewed_by",
}
"""Only staff write here, and answer for it: the number of an account that has no name any more."""

LEDGERS = {
    "ledgers_account.code",
    "ledgers_entry.account",
    "ledgers_posting.key",
    "points_hold.account",
    "points_lot.account",
}
"""Books of account are never rewritten: their sums prove themselves account by account."""

RECORDS = {
    "audit_entry.actor_id",
    "audit_entry.subject",
    # The nameless account itself, and the job that says it was left.
    "identity_user.id",
    "core_job.payload",
}
"""The chained record of who did what, kept for years by law (网络安全法 §21)."""

AS_IT_WAS = {
    "areas_move.from_path",
    "areas_move.to_path",
    "audit_entry.area_path",
    "audit_entry.chain",
    "audit_entry.detail",
    "audit_entry.subject",
    "audit_head.chain",
    # Read with the path of its row.
    "move_car_request.place",
}
"""Where something stood when it was written down."""


@pytest.fixture
async def home(client: httpx.AsyncClient) -> Home:
    await User.create(id=FORMER, openid="openid-former", nickname="从前")
    made = await build()
    await everything.fill()
    await _work_off()
    return made


async def _work_off() -> None:
    for _ in range(50):
        if not await jobs.run_due():
            return


async def _name_everywhere(user_id: int, status: str) -> set[str]:
    """All that may name a person names this one. Where that is."""
    chosen = {str(one) for one in everything.columns() if one.names_a_person}
    for column in everything.columns():
        if column.names_a_person:
            await everything.write(column, user_id)
        elif column.name == "status" and column.words and status == "last":
            await everything.write(column, column.words[-1])
        elif column.is_mark and status == "last":
            await everything.write(column, None)
    assert chosen <= await everything.mentions(str(user_id))  # control: they are found
    return chosen


async def _leave(user_id: int) -> set[str]:
    """Where the person is named after having left."""
    async with transaction():
        await identity.erase(Actor(user_id))
    await _work_off()
    failed = await rows("SELECT name, error FROM core_job WHERE attempts > 0")
    reacting = events._reactions[UserErased]
    assert [one for one in failed if one["name"] in reacting] == []
    return await everything.mentions(str(user_id))


async def _stand_everywhere(path: str) -> set[str]:
    """All that may hold a path holds this one. Where that is."""
    chosen = [one for one in everything.columns() if one.is_path and one.table != "areas_area"]
    for column in chosen:
        await everything.write(column, path)
    names = {str(one) for one in chosen}
    assert names <= await everything.mentions(path)  # control: they are found
    return names


async def _move(home: Home) -> Area:
    """The community stands below the other street now."""
    street = int(home.elsewhere_path.split("/")[-3])
    async with transaction():
        await areas.move(SYSTEM, home.ids["area_id"], AreaMoveIn(parent_id=street))
    await _work_off()
    return await Area.get(id=home.ids["area_id"])


async def test_every_number_is_a_persons_or_is_not(db: str) -> None:
    """A new column called `…_id`: say in tests/everything.py whether it names a person."""
    assert everything.unknown() == []
    called = {str(one) for one in everything.columns()}
    assert called >= everything.NOT_AN_ACCOUNT | IN_OFFICE | LEDGERS | RECORDS | AS_IT_WAS


@pytest.mark.parametrize("status", ["as it is", "last"])
async def test_who_leaves_is_named_nowhere(home: Home, status: str) -> None:
    me = home.ids["user_id"]
    named = await _name_everywhere(me, status)
    assert {"payments_payment.payer_id", "vehicles_vehicle.owner_id"} < named
    assert await _leave(me) - IN_OFFICE - LEDGERS - RECORDS == set()


async def test_what_stands_in_an_area_moves_with_it(home: Home) -> None:
    former = home.area_path
    stood = await _stand_everywhere(former)
    assert {"payments_payment.area_path", "shops_shop.serves_path"} < stood
    moved = await _move(home)
    assert await everything.mentions(former) - AS_IT_WAS == set()
    assert stood - AS_IT_WAS <= await everything.mentions(moved.path or "")


@pytest.mark.parametrize("event", [UserErased, AreaMoved])
async def test_a_room_that_does_not_react_is_found(
    home: Home, monkeypatch: pytest.MonkeyPatch, event: type[Event]
) -> None:
    """Negative control."""
    reacting: list[Any] = [
        one for one in events._reactions[event] if not one.startswith("engines.payments")
    ]
    assert len(reacting) < len(events._reactions[event])
    monkeypatch.setitem(events._reactions, event, reacting)
    if event is UserErased:
        me = home.ids["user_id"]
        await _name_everywhere(me, "as it is")
        left = await _leave(me) - IN_OFFICE - LEDGERS - RECORDS
        assert left == {"payments_payment.payer_id"}
    else:
        await _stand_everywhere(home.area_path)
        await _move(home)
        left = await everything.mentions(home.area_path) - AS_IT_WAS
        assert left == {"payments_payment.area_path"}
