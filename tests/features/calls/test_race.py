"""Sixteen at once, on both databases: of an answer and the end of the time to answer one counts."""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from backend.core import clock, database, states
from backend.core.actor import SYSTEM, Actor
from backend.core.errors import Conflict
from backend.core.states import make
from backend.engines.craftsmen.models import CraftCall, Engagement
from backend.engines.craftsmen.states import CALL_MOVES, CallStatus
from backend.features.calls import queries
from backend.features.calls.reactions import pass_on
from tests.engines.craftsmen.conftest import Guild

AT_ONCE = 8


async def _asked(guild: Guild) -> Any:
    await guild.craftsman("upstairs")
    await guild.craftsman("neighbour", called="李师傅")
    return await guild.ask()


async def _answer(guild: Guild, call: Any, move: str) -> int:
    path = f"/api/v1/calls/{call['id']}/{move}"
    answer = await guild.client.post(path, json={}, headers=guild.headers["upstairs"])
    return answer.status_code


async def _time_is_up(call: Any, due: str) -> None:
    async def work() -> None:
        async with database.transaction():
            await pass_on(call_id=call["id"], due=due)

    try:
        await database.again(work, safely=False)
    except Conflict:
        return  # the worker tries again, and finds that nothing is left to do


@pytest.mark.parametrize("move", ["accept", "decline"])
async def test_an_answer_while_the_time_runs_out(
    guild: Guild, noon: time_machine.Traveller, move: str
) -> None:
    call = await _asked(guild)
    row = await CraftCall.get(id=call["id"])
    assert row.answer_by is not None
    due = clock.iso(row.answer_by)
    noon.shift(timedelta(seconds=9))  # whoever is asked next has longer
    said = await asyncio.gather(
        *(_answer(guild, call, move) for _ in range(AT_ONCE)),
        *(_time_is_up(call, due) for _ in range(AT_ONCE)),
    )
    assert Counter(said)[200] <= 1
    row = await CraftCall.get(id=call["id"]).select_related("craftsman")
    assert row.craftsman is not None
    assert len(set(row.tried)) == len(row.tried)
    if row.status is CallStatus.ACCEPTED:
        assert (move, row.craftsman.called, len(row.tried)) == ("accept", "王师傅", 1)
    else:
        assert (row.status, row.craftsman.called, len(row.tried)) == ("asked", "李师傅", 2)
    accepted = int(row.status is CallStatus.ACCEPTED)
    assert await Engagement.all().count() == accepted
    await guild.work()
    assert (await guild.inbox("neighbour")).count("有邻居请您上门") == 1 - accepted


async def _all_try(guild: Guild, call: Any) -> int:
    """Half say that they come, half that the time is over, all of the row as it was: how many
    got through."""
    upstairs = Actor(guild.ids["upstairs"])
    rows = [await queries.call_of(call["id"]) for _ in range(2 * AT_ONCE)]

    async def one(row: CraftCall, number: int) -> bool:
        try:
            if number % 2:
                await make(row, CALL_MOVES["accept"], upstairs)
            else:
                await make(row, CALL_MOVES["pass-on"], SYSTEM, to=CallStatus.UNANSWERED)
        except Conflict:
            return False
        return True

    return sum(await asyncio.gather(*(one(row, number) for number, row in enumerate(rows))))


async def test_of_all_who_saw_it_open_one_moves_it(guild: Guild) -> None:
    assert await _all_try(guild, await _asked(guild)) == 1


async def test_the_race_would_notice_a_move_without_condition(
    guild: Guild, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: by the row's number alone everybody gets through."""

    def unguarded(table: str, columns: tuple[str, ...]) -> str:
        changed = ", ".join(f"`{name}` = ?" for name in columns)
        is_as_read = "(status = ? OR version = ? OR 1 = 1)"
        sql = f"UPDATE `{table}` SET {changed}, version = version + 1 "
        return f"{sql}WHERE id = ? AND {is_as_read}"

    monkeypatch.setattr(states, "_update", unguarded)
    assert await _all_try(guild, await _asked(guild)) == 2 * AT_ONCE
