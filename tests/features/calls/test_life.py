"""Calls by chance against the table of moves: whoever may do what when does it, nobody else does,
and nobody is expected at two places."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from backend.core import clock
from backend.core.actor import Actor
from backend.core.database import execute, transaction
from backend.core.errors import LinliError
from backend.engines.craftsmen import rules
from backend.engines.craftsmen.models import CraftCall, Craftsman, Engagement
from backend.engines.craftsmen.permissions import P
from backend.engines.craftsmen.rules import Part, Skill
from backend.engines.craftsmen.states import CALL_MOVES, OPEN, CallStatus
from backend.features.calls import queries, reactions, service
from backend.features.calls.schemas import CallNew, Rate
from tests.engines.craftsmen.conftest import Guild

C = CallStatus
CALLERS, TRADES = ("owner", "other_owner"), ("upstairs", "neighbour")
HALF_HOUR = rules.ANSWERED_WITHIN
MOVES = tuple(sorted(set(CALL_MOVES) - {"pass-on"}))


@dataclass
class Call:
    """What should be."""

    caller: str
    part: Part
    asked: str
    answer_by: Any
    tried: list[str] = field(default_factory=list)
    status: C = C.ASKED
    stars: int | None = None


class Life(RuleBasedStateMachine):
    """Two callers, two craftsmen, one day."""

    guild: ClassVar[Guild]

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.get_event_loop()
        self.calls: dict[int, Call] = {}
        self.moved = timedelta()
        self.loop.run_until_complete(self._open())

    async def _open(self) -> None:
        for table in ("craftsmen_engagement", "craftsmen_call", "core_job", "audit_entry"):
            await execute(f"DELETE FROM {table}")
        await Craftsman.all().update(done=0, stars_sum=0, stars_count=0)
        self.day = clock.today() + timedelta(days=3)
        self.trade = {one.user_id: one.id for one in await Craftsman.all()}

    def teardown(self) -> None:
        clock.move(-self.moved)

    def do(self, work: Callable[[], Awaitable[Any]]) -> Any:
        """The work in a transaction; the code of what is wrong instead."""

        async def inside() -> Any:
            try:
                async with transaction():
                    return await work()
            except LinliError as error:
                return error.code

        return self.loop.run_until_complete(inside())

    def actor(self, name: str) -> Actor:
        return Actor(self.guild.ids[name])

    def free(self, part: Part, besides: list[str]) -> set[str]:
        taken = {
            one.asked
            for one in self.calls.values()
            if one.part is part and one.status in (C.ACCEPTED, C.ARRIVED)
        }
        return set(TRADES) - taken - set(besides)

    def asked_now(self, call_id: int) -> str:
        """Whom the house chose: how it ranks is told elsewhere."""
        row = self.loop.run_until_complete(CraftCall.get(id=call_id))
        user_id = next(one for one, number in self.trade.items() if number == row.craftsman_id)
        return next(name for name in TRADES if self.guild.ids[name] == user_id)

    # -- what people do ----------------------------------------------------------------------------
    @rule(caller=st.sampled_from(CALLERS), part=st.sampled_from(list(Part)))
    def call(self, caller: str, part: Part) -> None:
        need = {"skill": Skill.PLUMBING, "day": self.day, "part": part}
        body = CallNew(**need, text="厨房水龙头漏水")
        found = self.do(lambda: service.call(self.actor(caller), body))
        mine = [one for one in self.calls.values() if one.caller == caller and one.status in OPEN]
        if not self.free(part, []):
            assert found == "nobody_free"
        elif len(mine) >= rules.MOST_OPEN:
            assert found == "too_many_open"
        else:
            who = self.asked_now(found.id)
            assert who in self.free(part, [])
            until = clock.now() + HALF_HOUR
            self.calls[found.id] = Call(caller, part, who, until, [who])

    @precondition(lambda self: self.calls)
    @rule(data=st.data(), who=st.sampled_from(CALLERS + TRADES), name=st.sampled_from(MOVES))
    def move(self, data: st.DataObject, who: str, name: str) -> None:
        call_id = data.draw(st.sampled_from(sorted(self.calls)))
        found = self.do(lambda: self._act(who, name, call_id))
        refusal = self._refusal(self.calls[call_id], who, name)
        if refusal:
            assert found == refusal
        else:
            assert not isinstance(found, str), found
            self._made(call_id, name)

    def _act(self, who: str, name: str, call_id: int) -> Awaitable[Any]:
        actor = self.actor(who)
        if name in ("decline", "give-up"):
            return service.turn_down(actor, call_id, name)
        if name == "cancel":
            return service.cancel(actor, call_id, "修好了")
        if name == "rate":
            return service.rate(actor, call_id, Rate(stars=4))
        return {
            "accept": service.accept,
            "arrive": service.arrive,
            "finish": service.finish,
        }[name](actor, call_id)

    def _refusal(self, one: Call, who: str, name: str) -> str:
        """By the table; empty where the move is made."""
        move, is_caller, is_asked = CALL_MOVES[name], who == one.caller, who == one.asked
        if not (is_caller or is_asked):
            return "not_found"
        if name == "accept" and one.status is C.ASKED and one.answer_by <= clock.now():
            return "wrong_state"
        if not (is_caller if move.who == P.CALL else is_asked):
            return "forbidden"
        if one.status not in move.sources or (name == "rate" and one.stars):
            return "wrong_state"
        if name == "accept" and one.asked not in self.free(one.part, []):
            return "busy"
        return ""

    def _made(self, call_id: int, name: str) -> None:
        one = self.calls[call_id]
        if name in ("decline", "give-up"):
            self._asked_next(call_id)
        elif name == "rate":
            one.stars = 4
        else:
            (one.status,) = CALL_MOVES[name].targets

    def _asked_next(self, call_id: int) -> None:
        one = self.calls[call_id]
        if one.status is C.ACCEPTED:
            one.status = C.ASKED  # whoever gives up is free, and is not asked again
        left = self.free(one.part, one.tried)
        if not left:
            one.status = C.UNANSWERED
            return
        one.asked = self.asked_now(call_id)
        assert one.asked in left
        one.tried.append(one.asked)
        one.answer_by = clock.now() + HALF_HOUR

    @rule(minutes=st.sampled_from([10, 30]))
    def wait(self, minutes: int) -> None:
        """Whoever says nothing in time is passed over."""
        self.moved += timedelta(minutes=minutes)
        clock.move(timedelta(minutes=minutes))

    @precondition(lambda self: self.calls)
    @rule(data=st.data())
    def the_clock_looks(self, data: st.DataObject) -> None:
        call_id = data.draw(st.sampled_from(sorted(self.calls)))
        one = self.calls[call_id]
        is_due = one.status is C.ASKED and one.answer_by <= clock.now()
        due = clock.iso(one.answer_by) if is_due else "long ago"
        self.do(lambda: reactions.pass_on(call_id=call_id, due=due))
        if is_due:
            self._asked_next(call_id)

    # -- what always holds -------------------------------------------------------------------------
    @invariant()
    def it_is_as_the_model_says(self) -> None:
        self.loop.run_until_complete(self._compare())

    async def _compare(self) -> None:
        expected = set()
        for call_id, one in self.calls.items():
            row = await queries.call_of(call_id)
            asked = self.trade[self.guild.ids[one.asked]]
            tried = [self.trade[self.guild.ids[name]] for name in one.tried]
            assert (row.status, row.craftsman_id, row.tried) == (one.status, asked, tried)
            assert (row.slot is not None) == (one.status in OPEN)
            assert row.stars == one.stars
            if one.status in (C.ACCEPTED, C.ARRIVED):
                expected.add((asked, one.part, call_id))
        engaged = await Engagement.all()
        assert {(it.craftsman_id, it.part, it.owner_id) for it in engaged} == expected
        assert len(engaged) == len({(who, part) for who, part, _ in expected})
        await self._add_up()

    async def _add_up(self) -> None:
        done = Counter(one.asked for one in self.calls.values() if one.status is C.DONE)
        rated = Counter(one.asked for one in self.calls.values() if one.stars)
        for name in TRADES:
            row = await Craftsman.get(user_id=self.guild.ids[name])
            assert (row.done, row.stars_count) == (done[name], rated[name])
            assert row.stars_sum == 4 * rated[name]


@pytest.fixture
async def trades(guild: Guild) -> Guild:
    """Two callers of different homes beside the two craftsmen."""
    for name in TRADES:
        await guild.craftsman(name)
    await guild.move_in_next_door("other_owner")
    return guild


@pytest.mark.parametrize(("db", "examples"), [("sqlite", 25), ("mariadb", 6)], indirect=["db"])
def test_a_life_by_chance(trades: Guild, examples: int) -> None:
    Life.guild = trades
    run_state_machine_as_test(
        Life,
        settings=hypothesis_settings(
            max_examples=examples,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
