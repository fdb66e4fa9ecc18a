"""What the neighbours of the first compound are asked and decide: a survey that runs, a matter that
collects opinions, a vote that is open, and one that was decided and is being executed.

All of it through the services, in moved time; what would follow from it has followed.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from random import Random
from typing import Any

from backend.core import clock
from backend.core.actor import SYSTEM, Actor, Role
from backend.core.jobs import Job
from backend.engines.ballots.rules import new_code
from backend.engines.electorates import queries as electorates
from backend.engines.matters import queries as matters
from backend.engines.matters import service as keeping
from backend.engines.matters.models import Matter
from backend.engines.matters.schemas import (
    ExecuteBody,
    MatterNew,
    MilestoneBody,
    StepBody,
    SummarizeBody,
)
from backend.engines.opinions import service as opinions
from backend.engines.opinions.schemas import OpinionNew
from backend.engines.papers import service as papers
from backend.engines.papers.schemas import EntryBody
from backend.engines.surveys import service as surveys
from backend.engines.surveys.schemas import AnswerBody, SurveyNew
from backend.engines.votings import queries as votings
from backend.engines.votings import service as box
from backend.engines.votings.models import Source, Voting
from backend.features.deliberation import service as deliberation
from backend.features.deliberation.schemas import PrepareBody
from backend.foundation.areas.models import Level
from backend.sample.city import City
from backend.sample.people import People

SEED = 278
FRONT = 9
"""So many in front, who play in the demo, have not voted or answered yet."""
VOTED = 14
ANSWERED = 26
SHELTER = (
    "东门外的电动车没有地方停，下雨天只能推进楼道，消防隐患大。拟在东门北侧建一个带充电的车棚。"
)
LIFT = (
    "3 号楼两部电梯的曳引钢丝绳已到更换年限，检测单位建议更换，费用从维修资金列支，预算 4.6 万元。"
)
SQUARE = (
    "小区中心广场拟划出一角，改造成儿童活动区，铺设塑胶地面，增加两件游乐设施，不影响消防通道。"
)
SAYS = (
    ("place", "放在东门北侧好，离楼远一点，晚上不吵。"),
    ("place", "东门北侧是消防登高面，请物业先和消防确认。"),
    ("place", "西门那边也空着，老人多，希望两边都有。"),
    ("fee", "充电价格要公示，不能比外面贵。"),
    ("fee", "建议先试运行三个月，再定价。"),
    ("fee", "用小区公共收益建，不要再摊到每家。"),
    ("place", "棚顶能装太阳能板就更好了。"),
    ("fee", "车棚要有摄像头，停得放心。"),
    ("place", "支持，早就该建了。"),
)
NEEDS: list[dict[str, Any]] = [
    {
        "key": "need",
        "kind": "multiple",
        "title": "集市上您最想要哪些服务？",
        "most": 3,
        "options": [
            {"key": "hair", "text": "理发"},
            {"key": "pressure", "text": "量血压、测血糖"},
            {"key": "knife", "text": "磨刀、修伞"},
            {"key": "phone", "text": "教用手机"},
            {"key": "other", "text": "其他", "is_open": True},
        ],
    },
    {
        "key": "day",
        "kind": "single",
        "title": "哪天方便？",
        "options": [
            {"key": "sat", "text": "周六"},
            {"key": "sun", "text": "周日"},
            {"key": "work", "text": "工作日"},
        ],
    },
    {
        "key": "why",
        "kind": "text",
        "title": "为什么工作日更方便？",
        "is_required": False,
        "show_if": [{"question": "day", "any_of": ["work"]}],
    },
    {
        "key": "last",
        "kind": "scale",
        "title": "给上一次集市打个分",
        "low_label": "不满意",
        "high_label": "很满意",
    },
]


@contextmanager
def _ago(days: float) -> Iterator[None]:
    """So long before now."""
    clock.move(-timedelta(days=days))
    try:
        yield
    finally:
        clock.move(timedelta(days=days))


class _Block:
    """The first compound: who keeps things going there, and who lives there."""

    def __init__(self, city: City, crowd: People) -> None:
        self.random = Random(SEED)  # noqa: S311 - a sample, not a secret
        self.compound = city.at(Level.COMPOUND)[0]
        path = self.compound.path or ""
        self.keeper = crowd.at(Role.SECRETARY, self.compound)[0].actor
        self.workers = [one.actor for one in crowd.at(Role.SOCIAL_WORKER, self.compound)[:2]]
        self.people = [one for one in crowd.neighbours if (one.area.path or "").startswith(path)]


async def live(city: City, crowd: People) -> str:
    """Ask and decide, in the transaction at hand; a line about it."""
    last = await Job.all().order_by("-id").first()
    block = _Block(city, crowd)
    await _survey(block)
    await _collecting(block)
    await _open_vote(block)
    await _executed(block)
    await Job.filter(id__gt=last.id if last else 0).delete()
    return "3 个议题、2 次业主表决、1 份问卷"


async def _survey(block: _Block) -> None:
    with _ago(3):
        body = {
            "area_id": block.compound.id,
            "title": "下一次公益集市，您想要什么？",
            "intro": "三分钟填完，匿名。结果用来安排下一次集市的摊位。",
            "questions": NEEDS,
            "is_public": True,
            "closes_at": clock.now() + timedelta(days=12),
        }
        survey = await surveys.create(block.keeper, SurveyNew.model_validate(body))
        await surveys.publish(block.keeper, survey.id)
    random = block.random
    for one in block.people[FRONT : FRONT + ANSWERED]:
        day = random.choice(("sat", "sat", "sun", "work"))
        sheet: dict[str, Any] = {
            "need": random.sample(["hair", "pressure", "knife", "phone"], random.randint(1, 3)),
            "day": day,
            "last": random.choice((3, 4, 4, 5, 5)),
        }
        sheet |= {"why": "周末要带孙子"} if day == "work" else {}
        await surveys.answer(Actor(one.user_id), survey.id, AnswerBody(answers=sheet))


async def _matter(
    block: _Block, title: str, text: str, days: int, what: str = "放在哪里"
) -> Matter:
    """A matter that has been collecting opinions since so many days ago."""
    sections = [{"key": "place", "title": what}, {"key": "fee", "title": "钱从哪里来"}]
    asked = {"area_id": block.compound.id, "title": title, "text": text, "sections": sections}
    with _ago(days):
        body = MatterNew.model_validate(asked | {"opinions_until": clock.now() + timedelta(10)})
        made = await keeping.create(block.keeper, body)
        return await keeping.publish(block.keeper, made.id, None)


async def _collecting(block: _Block) -> None:
    matter = await _matter(block, "东门外建电动车充电棚", SHELTER, 4)
    for day, (one, (section, text)) in enumerate(zip(block.people[1:], SAYS, strict=False)):
        with _ago(3.5 - day / 3):
            body = OpinionNew(section=section, text=text)
            said = await opinions.write(Actor(one.user_id), matter.id, body)
        for other in block.random.sample(block.people[10:], block.random.randint(0, 6)):
            await opinions.like(Actor(other.user_id), said.id)


async def _prepared(
    block: _Block, matter: Matter, ago: float, kind: str, summaries: Sequence[str]
) -> Voting:
    """Shaped and voted on for a week, beginning so many days ago."""
    keys = [one["key"] for one in matter.sections]
    body = {
        "summaries": [
            {"key": key, "summary": text} for key, text in zip(keys, summaries, strict=True)
        ],
        "options": [{"key": "agree", "text": "同意"}],
    }
    with _ago(ago + 1):
        await keeping.summarize(block.keeper, matter.id, SummarizeBody.model_validate(body))
        starts = clock.now() + timedelta(days=1)
        plan = {"kind": kind, "starts_at": starts, "ends_at": starts + timedelta(days=7)}
        voting = await deliberation.prepare(
            block.keeper, matter.id, PrepareBody.model_validate(plan)
        )
        await box.freeze(block.keeper, voting.id)
    with _ago(ago):
        await box.start(block.keeper, voting.id)
    await deliberation.begin_vote(matter.subject)
    return await votings.current(voting.id)


async def _open_vote(block: _Block) -> None:
    """Two days old: some have voted, one on paper; another paper waits for its second entry."""
    title = "用维修资金更换 3 号楼电梯钢丝绳"
    matter = await _matter(block, title, LIFT, 12, "怎么施工")
    came_to = ("两部电梯一起更换，分两天施工，不同时停。", "从维修资金列支，结算后公示。")
    voting = await _prepared(block, matter, 2, "use_funds", came_to)
    for number, one in enumerate(block.people[FRONT:]):
        owned = await electorates.elector(voting.electorate_id or 0, one.dwelling_id)
        if number >= VOTED or await votings.mark(voting.id, owned.dwelling_id) is not None:
            continue
        with _ago(1.9 - number / 10):
            choice = block.random.choice(("agree", "agree", "agree", "against"))
            vote = (choice, new_code(26))
            await box.take(voting, one.dwelling_id, vote, Source.PHONE, one.user_id)
    await _papers(block, voting)


async def _papers(block: _Block, voting: Voting) -> None:
    marked = {one.dwelling_id for one in block.people}
    free = [
        one for one in await electorates.dwellings(voting.electorate_id or 0) if one not in marked
    ]
    for dwelling_id, staff in ((free[0], block.workers), (free[1], block.workers[:1])):
        code = new_code()
        for worker in staff:
            body = EntryBody(
                dwelling_id=dwelling_id, choice="agree", code=code, received_at=clock.now()
            )
            await papers.enter(worker, voting.id, body)


async def _executed(block: _Block) -> None:
    """Decided a month ago, mostly on paper; two of three steps are done."""
    matter = await _matter(block, "中心广场改造儿童活动区", SQUARE, 60)
    came_to = ("放在广场东北角，离楼 15 米以上。", "公共收益出一半，社区惠民资金出一半。")
    voting = await _prepared(block, matter, 45, "common_use", came_to)
    for number, dwelling_id in enumerate(await electorates.dwellings(voting.electorate_id or 0)):
        if number % 5 == 4:
            continue
        with _ago(44 - number % 6):
            choice = "against" if number % 12 == 3 else "abstain" if number % 17 == 5 else "agree"
            await box.take(voting, dwelling_id, (choice, new_code()), Source.PAPER, None)
    with _ago(37.9):
        await box.look(voting.id)
        counted = await box.count(block.keeper, await votings.current(voting.id))
        passed = counted.outcome.passed if counted.outcome else None
        await deliberation.settle(matter.subject, voting.id, passed)
    await _steps(block, await matters.current(matter.id))


async def _steps(block: _Block, matter: Matter) -> None:
    day = clock.today()
    wanted = [
        MilestoneBody(title="确定施工单位，公示方案", due_on=day - timedelta(days=30)),
        MilestoneBody(title="完成地面施工", due_on=day - timedelta(days=9)),
        MilestoneBody(title="安装设施，验收开放", due_on=day + timedelta(days=6)),
    ]
    with _ago(36):
        await keeping.execute(block.keeper, matter.id, ExecuteBody(milestones=wanted))
    shown = await matters.shown(SYSTEM, await matters.current(matter.id))
    notes = ("三家比选，方案在公告栏公示 7 天，无异议。", "塑胶地面已铺设，检测报告见公告栏。")
    for one, note, ago in zip(shown.milestones, notes, (31, 10), strict=False):
        with _ago(ago):
            await keeping.reach(block.keeper, matter.id, one.id, StepBody(note=note))
