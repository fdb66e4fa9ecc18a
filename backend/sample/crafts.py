"""Craftsmen of the sample city: several skills in every community, some not yet reviewed, paused
or suspended, and calls in every status."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from tortoise import Model

from backend.core import clock
from backend.core.jobs import enqueue
from backend.engines.craftsmen import rules
from backend.engines.craftsmen.models import (
    CraftCall,
    CraftSkill,
    Craftsman,
    Engagement,
    sealed_paper,
    sealed_where,
)
from backend.engines.craftsmen.rules import Part, Reach, Skill
from backend.engines.craftsmen.states import OPEN, CallStatus, CraftsmanStatus
from backend.features.calls import service as calls
from backend.features.calls.reactions import pass_on
from backend.foundation.areas.models import Level
from backend.foundation.areas.rules import ids_of
from backend.sample import names
from backend.sample.city import City
from backend.sample.people import PHONES_FROM, Neighbour, People

TRADES = (
    ("修了二十年水管，带工具上门", ((Skill.PLUMBING, 3000),)),
    ("退休电工，小活不收钱", ((Skill.ELECTRIC, 0), (Skill.APPLIANCE, 2000))),
    ("改裤脚、换拉链，当天取", ((Skill.SEWING, 1000), (Skill.SHOES, 800))),
    ("磨刀磨剪，老人免费", ((Skill.KNIVES, 0), (Skill.FURNITURE, 3000))),
    ("开过理发店，可到家给老人理发", ((Skill.HAIR, 1500),)),
    ("教用手机，清理电脑", ((Skill.PHONE, 0), (Skill.BICYCLE, 1000), (Skill.PLUMBING, 2000))),
    ("持证上岗，燃气灶、热水器都修", ((Skill.GAS, 5000), (Skill.LOCK, 6000))),
)
NEEDS = {
    Skill.PLUMBING: "厨房水龙头一直滴水，拧不紧",
    Skill.ELECTRIC: "客厅的灯一开就跳闸，想请人看看",
    Skill.APPLIANCE: "洗衣机脱水时响得厉害",
    Skill.GAS: "燃气灶左边打不着火",
    Skill.LOCK: "防盗门锁芯转不动了，要换一个",
    Skill.FURNITURE: "衣柜门合页松了，关不严",
    Skill.SEWING: "两条裤子要改裤脚",
    Skill.SHOES: "配两把防盗门钥匙",
    Skill.KNIVES: "两把菜刀一把剪子要磨",
    Skill.BICYCLE: "自行车链条老掉",
    Skill.HAIR: "老人腿脚不便，想在家理发",
    Skill.PHONE: "手机存满了，不会清理",
}
SAID = ("手艺好，人也和气", "来得准时，修好还把地擦了", "讲得很清楚，收费公道", "")
STANDINGS = (
    *[CraftsmanStatus.ACTIVE] * len(TRADES),
    CraftsmanStatus.SUBMITTED,
    CraftsmanStatus.PAUSED,
    CraftsmanStatus.REFUSED,
    CraftsmanStatus.SUSPENDED,
)
"""Of a community's craftsmen, in turn."""
REASONS = {
    CraftsmanStatus.REFUSED: "请把会什么写清楚一些",
    CraftsmanStatus.SUSPENDED: "多位邻居反映到时间没有来",
}
UNDER_WAY = (
    CallStatus.ACCEPTED,
    CallStatus.ASKED,
    CallStatus.ARRIVED,
    CallStatus.CANCELLED,
    CallStatus.UNANSWERED,
)
LEFT_OUT = 2
"""The first neighbours of a community have no trade: they are whom the demo plays at first."""


@dataclass
class Guild:
    """All rows, ids given."""

    now: datetime
    random: Random
    city: City
    rows: dict[type[Model], list[Model]] = field(
        default_factory=lambda: {Craftsman: [], CraftSkill: [], CraftCall: [], Engagement: []}
    )

    def add(self, model: type[Model], /, **columns: Any) -> Any:
        made = model(id=len(self.rows[model]) + 1, **columns)
        self.rows[model].append(made)
        return made

    def craftsman(self, who: Neighbour, number: int, status: CraftsmanStatus) -> Craftsman:
        text, offered = TRADES[number % len(TRADES)]
        community = self.city.above(who.area, Level.COMMUNITY)
        one: Craftsman = self.add(
            Craftsman,
            user_id=who.user_id,
            called=f"{self.random.choice(names.SURNAMES)}师傅",
            text=text,
            area_path=who.area.path or "",
            reach=Reach.COMMUNITY,
            serves_path=community.path or "",
            week=[self._free(weekday) for weekday in range(7)],
            status=status,
            reason=REASONS.get(status, ""),
            submitted_at=self.now - timedelta(days=1 + number * 3),
        )
        for skill, price in offered:
            is_papered = skill in rules.LICENCES
            # One in seven runs out within the month, and its owner is reminded of it.
            ends = clock.local(self.now).date() + timedelta(days=20 if number % 7 == 6 else 400)
            self.add(
                CraftSkill,
                craftsman_id=one.id,
                skill=skill,
                price=price,
                expires_on=ends if is_papered else None,
                **sealed_paper(f"T37{one.id:08d}" if is_papered else ""),
            )
        return one

    def _free(self, weekday: int) -> list[str]:
        """At weekends all day long, else half of the day at least."""
        if weekday > 4:
            return [Part.MORNING, Part.AFTERNOON]
        return [Part.MORNING, self.random.choice([Part.AFTERNOON, Part.EVENING])]

    def call(self, caller: Neighbour, asked: tuple[Craftsman, Neighbour], **columns: Any) -> None:
        """A neighbour's call; what it says follows from who is asked for what."""
        one, who = asked
        skill, price = self.random.choice([(s.skill, s.price) for s in self.skills(one)])
        day, part, status = columns["day"], columns["part"], columns["status"]
        is_coming = status in (CallStatus.ACCEPTED, CallStatus.ARRIVED)
        place = self.city.full_name(caller.area) + caller.number
        call: CraftCall = self.add(
            CraftCall,
            caller_id=caller.user_id,
            craftsman_id=one.id,
            tried=[one.id],
            skill=skill,
            text=NEEDS[skill],
            area_path=caller.area.path or "",
            price=price,
            why=rules.reasons(self._offer(one, (who, caller), price), skill, day, part),
            slot=f"{caller.user_id}:0" if status in OPEN else None,
            **sealed_where(place, str(PHONES_FROM + caller.user_id)),
            **columns,
        )
        if is_coming:
            engaged = {"craftsman_id": one.id, "day": day, "part": part}
            self.add(Engagement, **engaged, owner_kind=calls.OWNER, owner_id=call.id)
        if status is CallStatus.DONE:
            one.done += 1
            if call.stars:
                one.stars_sum, one.stars_count = one.stars_sum + call.stars, one.stars_count + 1

    def skills(self, one: Craftsman) -> list[CraftSkill]:
        held = self.rows[CraftSkill]
        return [it for it in held if isinstance(it, CraftSkill) and it.craftsman_id == one.id]

    def _offer(self, one: Craftsman, both: tuple[Neighbour, Neighbour], price: int) -> rules.Offer:
        theirs = set(ids_of(both[0].area.path or ""))
        shared = [it for it in ids_of(both[1].area.path or "") if it in theirs]
        area = self.city.by_id[shared[-1]]
        known = {"stars_sum": one.stars_sum, "stars_count": one.stars_count, "done": one.done}
        return rules.Offer(
            one.id, area.level.value, area.name, **known, price=price, licensed_until=None
        )

    def done(self, caller: Neighbour, asked: tuple[Craftsman, Neighbour], days: int) -> None:
        """A visit that was, so many days ago; most were rated."""
        day = clock.local(self.now).date() - timedelta(days=days)
        stars = self.random.choice([5, 5, 4, 0])
        self.call(
            caller,
            asked,
            day=day,
            part=Part.MORNING,
            status=CallStatus.DONE,
            asked_at=self._at(day - timedelta(days=1), 19),
            done_at=self._at(day, 10),
            stars=stars or None,
            rating=self.random.choice(SAID) if stars else "",
        )

    def under_way(
        self, caller: Neighbour, asked: tuple[Craftsman, Neighbour], status: CallStatus
    ) -> None:
        """A call that waits, or was given up."""
        hour = clock.local(self.now).hour
        is_there = status is CallStatus.ARRIVED
        now = Part.MORNING if hour < 13 else Part.AFTERNOON if hour < 18 else Part.EVENING
        self.call(
            caller,
            asked,
            day=clock.local(self.now).date() + timedelta(days=0 if is_there else 3),
            part=now if is_there else Part.MORNING,
            status=status,
            asked_at=self.now - timedelta(minutes=8),
            answer_by=self.now + timedelta(minutes=22) if status is CallStatus.ASKED else None,
            reason="自己修好了，谢谢" if status is CallStatus.CANCELLED else "",
        )

    def _at(self, day: date, hour: int) -> datetime:
        return datetime.combine(day, time(hour), clock.SHANGHAI)


def _community(guild: Guild, local: list[Neighbour]) -> None:
    """Register a community's craftsmen and have them called."""
    callers = local[:1] + local[LEFT_OUT + len(STANDINGS) :]
    trained = local[LEFT_OUT : LEFT_OUT + len(STANDINGS)]
    working: list[tuple[Craftsman, Neighbour]] = []
    for number, (who, status) in enumerate(zip(trained, STANDINGS, strict=False)):
        one = guild.craftsman(who, number, status)
        if status is CraftsmanStatus.ACTIVE:
            working.append((one, who))
    for turn, asked in enumerate(working):
        near = [one for one in callers if one.dwelling_id != asked[1].dwelling_id]
        for number in range(3 + turn % 3):
            guild.done(near[(turn + number) % len(near)], asked, 2 + turn + 3 * number)
        if turn < min(len(UNDER_WAY), len(near)):
            guild.under_way(near[turn], asked, UNDER_WAY[turn])


async def live(random: Random, city: City, people: People) -> str:
    """Write craftsmen and calls down; say how many in a line."""
    guild = Guild(city.now, random, city)
    for community in city.at(Level.COMMUNITY):
        path = community.path or ""
        local = [one for one in people.neighbours if (one.area.path or "").startswith(path)]
        if len(local) > LEFT_OUT + len(STANDINGS):
            _community(guild, local)
    for model, made in guild.rows.items():
        await model.bulk_create(made, batch_size=500)
    for one in await CraftCall.filter(status=CallStatus.ASKED):
        if one.answer_by is not None:
            delay = one.answer_by - clock.now()
            await enqueue(pass_on, delay=delay, call_id=one.id, due=clock.iso(one.answer_by))
    return f"{len(guild.rows[Craftsman])} 位能工巧匠，{len(guild.rows[CraftCall])} 次请师傅"
