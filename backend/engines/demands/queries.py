"""Where a report lies, what a text means, and the draft."""

from typing import Any, NamedTuple

from backend.core.actor import Actor
from backend.core.database import moment, rows
from backend.core.errors import Invalid, NotFound
from backend.engines.clocks import queries as clocks
from backend.engines.demands import rules
from backend.engines.demands.models import Draft
from backend.engines.demands.permissions import P
from backend.engines.demands.schemas import (
    KindOut,
    Kinds,
    Preview,
    PreviewBody,
    Promise,
    QuestionOut,
)
from backend.engines.demands.schemas import PlaceBody as PlaceBody
from backend.engines.demands.schemas import WithdrawBody as WithdrawBody
from backend.engines.duties import service as duties
from backend.engines.orders import queries as orders
from backend.engines.orders.queries import DutyOut, Grade
from backend.engines.orders.service import Place
from backend.foundation.areas import queries as areas
from backend.foundation.identity import queries as identity
from backend.foundation.residents import queries as residents


async def place_of(actor: Actor, body: PlaceBody) -> Place:
    """The place with the areas above it. Raises NotFound for a dwelling that is not the actor's,
    Invalid where nothing says which area it is, or the point is in another county."""
    path, number, dwelling_id = await _where(actor, body)
    along = await areas.along(path)
    if not along:
        raise NotFound("没有这个区域")
    above = {one["level"]: one for one in along}
    point = _point(body, above.get("county"))
    compound = above.get("compound")
    return Place(
        area_id=along[-1]["id"],
        area_path=path,
        street_id=_id(above, "street"),
        community_id=_id(above, "community"),
        compound_id=compound["id"] if compound else None,
        compound_name=compound["name"] if compound else "",
        place=" ".join(filter(None, (areas.name_along(along) + number, body.text)))[:200],
        dwelling_id=dwelling_id,
        latitude=point[0] if point else None,
        longitude=point[1] if point else None,
    )


def _id(above: dict[str, Any], level: str) -> int | None:
    return above[level]["id"] if level in above else None


async def _where(actor: Actor, body: PlaceBody) -> tuple[str, str, int | None]:
    """The area's path, and the dwelling's number and id where it is one."""
    if body.dwelling_id is not None:
        return await _dwelling(actor, body.dwelling_id)
    if body.area_id is not None:
        return await areas.path_of(body.area_id), "", None
    homes = await residents.dwellings_of(actor.user_id)
    if homes:
        return homes[0].area_path, "", None
    if actor.posts and actor.posts[0].area_id:
        return actor.posts[0].area_path, "", None
    raise Invalid(fields={"place": "请扫社区码，或选择在哪个小区"})


async def _dwelling(actor: Actor, dwelling_id: int) -> tuple[str, str, int | None]:
    """One's own, or for staff one in their area."""
    found = await areas.dwelling(dwelling_id)
    path = found.area.path or ""
    mine = {one.dwelling_id for one in await residents.dwellings_of(actor.user_id)}
    if dwelling_id not in mine and not actor.may(P.REPORT_FOR, path):
        raise NotFound("没有这户")
    return path, found.number, found.id


def _point(body: PlaceBody, county: Any) -> tuple[int, int] | None:
    latitude, longitude = rules.micro(body.latitude), rules.micro(body.longitude)
    if latitude is None or longitude is None:
        return None
    if county is not None and county["latitude"] is not None and county["longitude"] is not None:
        middle = (county["latitude"], county["longitude"])
        if not rules.is_near((latitude, longitude), middle):
            raise Invalid(fields={"place": "这个位置不在本县范围内"})
    return latitude, longitude


async def preview(body: PreviewBody) -> Preview:
    """What the house would make of the text, without keeping anything."""
    reading = await duties.match(body.text)
    kind = orders.kind_of(body.kind or str(reading.kind))
    grade = Grade(reading.grade)
    return Preview(
        kind=kind.key,
        kind_name=kind.name,
        grade=grade,
        grade_name=grade.label,
        matches=[DutyOut(**one) for one in matches_of(reading)],
        promise=[Promise(**one) for one in await clocks.promise(kind.key, str(grade))],
    )


def matches_of(reading: Any) -> list[dict[str, Any]]:
    """The matches of a reading as orders keep them."""
    return [
        {
            "code": one.code,
            "item": one.item,
            "department": one.department,
            "sureness": round(one.sureness, 3),
            "words": list(one.words),
        }
        for one in reading.matches
    ]


def kinds() -> Kinds:
    """All kinds of demands with their questions."""
    return Kinds(
        items=[
            KindOut(
                key=kind.key,
                name=kind.name,
                hint=kind.hint,
                icon=kind.icon,
                questions=[
                    QuestionOut(
                        key=one.key,
                        label=one.label,
                        type=one.type,
                        options=list(one.options) or None,
                        required=one.required,
                    )
                    for one in kind.questions
                ],
            )
            for kind in orders.kinds()
            if kind.is_listed
        ]
    )


async def draft(actor: Actor) -> dict[str, Any] | None:
    """The actor's draft, or None."""
    found = await Draft.get_or_none(user_id=actor.user_id)
    return {**found.content, "updated_at": found.updated_at} if found else None


class ToJudge(NamedTuple):
    text: str
    openid: str


_WRITTEN = (
    "SELECT e.move, e.note, e.actor_id, e.is_hidden, o.title, o.text, o.answers "
    "FROM order_event e JOIN orders_order o ON o.id = e.order_id WHERE e.id = ? AND o.id = ?"
)


async def to_judge(order_id: int, event_id: int) -> ToJudge | None:
    """What was written there and by whom; None when there is nothing, or nobody WeChat knows."""
    found = await rows(_WRITTEN, event_id, order_id)
    if not found or found[0]["is_hidden"] or not found[0]["actor_id"]:
        return None
    row = found[0]
    openid = await identity.openid_of(row["actor_id"])
    text = row["note"]
    if row["move"] == "report":
        said = [one["answer"] for one in orders.decoded(row["answers"])]
        text = "\n".join([row["title"], row["text"], *said])
    return ToJudge(text, openid) if openid and text.strip() else None


_REPORTED = (
    "SELECT id, kind, title, text, answers, status, is_anonymous, place, latitude, longitude, "
    "stars, is_solved, rating_text, created_at, resolved_at FROM orders_order "
    "WHERE reporter_id = ? ORDER BY id"
)
_ACTED = "SELECT order_id, move, note, at FROM order_event WHERE actor_id = ? ORDER BY id"


async def about(user_id: int) -> dict[str, Any]:
    """Everything kept about a person as reporter and as one who acted on orders, for their export:
    demands with all that was said, the notes they wrote, and their draft."""
    unsent = await Draft.get_or_none(user_id=user_id)
    return {
        "诉求": [_reported(row) for row in await rows(_REPORTED, user_id)],
        "办理中写下的": [
            {
                "诉求编号": row["order_id"],
                "操作": row["move"],
                "内容": row["note"],
                "时间": moment(row["at"]),
            }
            for row in await rows(_ACTED, user_id)
        ],
        "草稿": unsent.content if unsent else None,
    }


def _reported(row: dict[str, Any]) -> dict[str, Any]:
    point = (row["latitude"], row["longitude"])
    rating = {"星级": row["stars"], "已解决": row["is_solved"], "评语": row["rating_text"]}
    return {
        "编号": row["id"],
        "类型": orders.kind_name(row["kind"]),
        "标题": row["title"],
        "内容": row["text"],
        "回答": orders.decoded(row["answers"]),
        "状态": row["status"],
        "匿名": bool(row["is_anonymous"]),
        "地点": row["place"],
        "坐标（百万分之一度）": None if None in point else point,
        "评价": rating if row["stars"] else None,
        "提交时间": moment(row["created_at"]),
        "办结时间": moment(row["resolved_at"]),
    }
