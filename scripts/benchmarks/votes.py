"""How long it takes to count a vote of 20,000 dwellings, with everything that belongs to it: the
outcome, the hash of the list, the audit."""

import time
from datetime import timedelta

from backend.app import close_everything
from backend.core import clock
from backend.core.actor import SYSTEM
from backend.core.database import transaction
from backend.engines.ballots.rules import new_code
from backend.engines.electorates.models import Elector
from backend.engines.votings import queries, rules, service
from backend.engines.votings.models import BallotMark, BallotSlip, Source, Voting, new_slip_id
from backend.engines.votings.schemas import ChoiceBody, VotingPlan
from backend.foundation.areas.models import Dwelling
from backend.settings import Settings
from scripts.benchmarks import bills
from tests import estate

LASTS = timedelta(minutes=5)
CHOICES = ("agree", "agree", "agree", "agree", "against", "abstain")


async def measure(settings: Settings) -> tuple[float, float, int]:
    """Seconds to freeze the roll, seconds to count, and how many ballots there were."""
    await bills.prepare(settings)
    try:
        place = await estate.build()
        more = [
            Dwelling(area_id=place.homes[0].area_id, number=f"x{number}", square=5000 + number)
            for number in range(bills.DWELLINGS - len(place.homes))
        ]
        await Dwelling.bulk_create(more, batch_size=bills.AT_ONCE)
        now, path = clock.now(), place.compound.path or ""
        plan = VotingPlan(kind="raise_funds", starts_at=now, ends_at=now + LASTS)
        started = time.perf_counter()
        async with transaction():
            one = await service.prepare(
                SYSTEM, (place.compound.id, path), "bench:1", ("集资", "详见方案"), plan,
                [ChoiceBody(key="agree", text="同意")],
            )  # fmt: skip
            await service.freeze(SYSTEM, one.id)
            await service.start(SYSTEM, one.id)
        frozen = time.perf_counter() - started
        await _fill(await queries.current(one.id))
        clock.move(LASTS)
        await service.look(one.id)
        started = time.perf_counter()
        async with transaction():
            await service.count(SYSTEM, await queries.current(one.id))
        seconds = time.perf_counter() - started
        clock.move(-LASTS)
        return frozen, seconds, bills.DWELLINGS
    finally:
        await close_everything()


async def _fill(one: Voting) -> None:
    """A ballot of every dwelling."""
    key, now = one.open_key(), clock.now()
    electors = await Elector.filter(electorate_id=one.electorate_id)
    marks, slips = [], []
    for number, each in enumerate(electors):
        choice = CHOICES[number % len(CHOICES)]
        columns = {"voting_id": one.id, "area": each.area}
        marks.append(
            BallotMark(
                **columns, dwelling_id=each.dwelling_id, head=each.head, source=Source.PAPER, at=now
            )
        )
        hashed = rules.slip_hash(one.id, one.text_hash or "", choice, new_code())
        head = rules.pseudonym(key, each.head)
        slips.append(BallotSlip(**columns, id=new_slip_id(), hash=hashed, choice=choice, head=head))
    await BallotMark.bulk_create(marks, batch_size=bills.AT_ONCE)
    await BallotSlip.bulk_create(slips, batch_size=bills.AT_ONCE)
