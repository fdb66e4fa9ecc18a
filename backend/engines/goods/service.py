"""Changing goods, and taking from their stock: never more than there is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from backend.core import clock
from backend.core.actor import Actor
from backend.core.database import dialect, execute
from backend.core.errors import Conflict, Invalid, NotFound, StaleVersion
from backend.core.schemas import Done
from backend.engines.goods import queries, rules
from backend.engines.goods.models import DayTaking, Good
from backend.engines.goods.schemas import BlockBody, GoodOut, Group
from backend.engines.goods.schemas import GoodChange as GoodChange
from backend.engines.goods.schemas import GoodNew as GoodNew
from backend.engines.shops import queries as shops
from backend.foundation.audit import service as audit
from backend.foundation.files import service as files

MOST_GOODS = 1000
"""Of one shop."""
_TAKE = (
    "UPDATE goods_good SET stock = stock - ?, sold = sold + ? WHERE id = ? AND is_on = 1 "
    "AND blocked = '' AND (stock IS NULL OR stock >= ?)"
)
_GIVE_BACK = (
    "UPDATE goods_good SET stock = stock + ?, "
    "sold = CASE WHEN sold >= ? THEN sold - ? ELSE 0 END WHERE id = ?"
)
_COUNT = "(good_id, user_id, day, taken) VALUES (?, ?, ?, 0)"
_TAKE_TODAY = (
    "UPDATE goods_day_taking SET taken = taken + ? WHERE good_id = ? AND user_id = ? AND day = ? "
    "AND taken + ? <= ?"
)
_GIVE_BACK_TODAY = (
    "UPDATE goods_day_taking SET taken = taken - ? WHERE good_id = ? AND user_id = ? AND day = ? "
    "AND taken >= ?"
)


class Prescription(Invalid):
    code, title = "prescription", "处方药不能在平台销售"


class SoldOut(Conflict):
    code, title = "sold_out", "库存不足"


class OverLimit(Conflict):
    code, title = "over_limit", "超过每人每天的限购数量"


@dataclass(frozen=True)
class Wanted:
    """So many of a good, with one choice of each group."""

    good_id: int
    choices: tuple[str, ...]
    quantity: int


@dataclass(frozen=True)
class Taken:
    """What was taken out of stock, at the price of this moment (fen for one piece)."""

    good_id: int
    name: str
    choice: str
    price: int
    quantity: int


# -- the shop's shelf --------------------------------------------------------------------------
async def create(actor: Actor, shop_id: int, body: GoodNew, *, is_menu: bool = False) -> GoodOut:
    """Put a good on the shelf. Raises NotFound for a shop not the actor's, Prescription."""
    shop = await shops.run_by(actor, shop_id)
    if await Good.filter(shop_id=shop.id, is_menu=is_menu).count() >= MOST_GOODS and not is_menu:
        raise Conflict("商品太多了，请先整理下架的商品")
    _refuse_prescription(body.is_prescription, body.name, body.about, body.category)
    _check_groups(body.options)
    given = body.model_dump(exclude={"options"})
    good = await Good.create(
        **given,
        options=[one.model_dump() for one in body.options],
        shop_id=shop.id,
        is_menu=is_menu,
        created_at=clock.now(),
    )
    await files.attach(actor, body.picture_ids, f"good:{good.id}")
    return (await queries.shown([good]))[0]


def _refuse_prescription(is_prescription: bool, *texts: str) -> None:  # noqa: FBT001 - the flag
    word = rules.prescription_word(*texts)
    if is_prescription or word:
        said = f"“{word}”属于处方药。" if word else ""
        raise Prescription(f"{said}{rules.RULE}", fields={"name": f"{said}{rules.RULE}"})


def _check_groups(groups: Sequence[Group]) -> None:
    names = [one.name for one in groups]
    doubled = len(set(names)) < len(names) or any(
        len({choice.name for choice in one.choices}) < len(one.choices) for one in groups
    )
    if doubled:
        raise Invalid(fields={"options": "规格和选项不能重名"})


async def change(actor: Actor, good_id: int, body: GoodChange) -> GoodOut:
    """Change what is given. Raises NotFound for others' goods, Prescription, StaleVersion."""
    good = await _own(actor, good_id)
    given = body.model_dump(exclude_unset=True, exclude={"version"})
    empty = [name for name, value in given.items() if value is None]
    if any(name not in ("stock", "daily_limit") for name in empty):
        raise Invalid(fields=dict.fromkeys(empty, "不能为空"))
    if body.options is not None:
        _check_groups(body.options)
    texts = [given.get(name, getattr(good, name)) for name in ("name", "about", "category")]
    _refuse_prescription(good.is_prescription, *texts)
    if good.blocked and given.get("is_on"):
        raise Conflict(f"社区已将它下架：{good.blocked}")
    if body.picture_ids is not None:
        new = [one for one in body.picture_ids if one not in good.picture_ids]
        await files.attach(actor, new, f"good:{good.id}")
    await _write(good, given, body.version)
    return (await queries.shown([good]))[0]


async def _own(actor: Actor, good_id: int) -> Good:
    good = await queries.get(good_id)
    try:
        await shops.run_by(actor, good.shop_id)
    except NotFound as error:
        raise NotFound("没有这件商品") from error
    return good


async def _write(good: Good, columns: dict[str, Any], version: int | None) -> None:
    """Change the row. A sale in between is no change of it: stock has no version."""
    seen = good.version if version is None else version
    columns |= {"version": seen + 1}
    if await Good.filter(id=good.id, version=seen).update(**columns) != 1:
        raise StaleVersion
    good.update_from_dict(columns)


async def block(actor: Actor, good_id: int, body: BlockBody) -> GoodOut:
    """The community takes a good off the shelf. Raises NotFound beyond the actor's places."""
    good = await queries.get(good_id)
    shop = await shops.reviewed_by(actor, good.shop_id)
    given: dict[str, Any] = {"blocked": body.reason, "is_on": False}
    given["is_prescription"] = good.is_prescription or body.is_prescription
    await _write(good, given, None)
    await audit.record(actor, "goods.blocked", f"good:{good.id}", shop.area_path)
    return (await queries.shown([good]))[0]


async def unblock(actor: Actor, good_id: int) -> GoodOut:
    """Let the shop sell it again. Raises Conflict for what is on prescription."""
    good = await queries.get(good_id)
    shop = await shops.reviewed_by(actor, good.shop_id)
    if good.is_prescription:
        raise Conflict(rules.RULE)
    await _write(good, {"blocked": ""}, None)
    await audit.record(actor, "goods.unblocked", f"good:{good.id}", shop.area_path)
    return (await queries.shown([good]))[0]


async def remove(actor: Actor, good_id: int) -> Done:
    """Delete a good; what was bought of it keeps its name in the purchases."""
    good = await _own(actor, good_id)
    await good.delete()
    return Done()


# -- stock -------------------------------------------------------------------------------------
async def take(actor: Actor, shop_id: int, wanted: Sequence[Wanted]) -> list[Taken]:
    """Take everything out of stock, in the transaction at hand, or nothing.

    The check is in the UPDATE: of rivals for the last piece one gets it. Raises NotFound for a
    good that is not this shop's, Invalid for wrong choices, SoldOut, OverLimit, Prescription.
    """
    taken: list[Taken] = []
    # By id, so that two who want the same goods wait for each other in the same order.
    for one in sorted(wanted, key=lambda each: each.good_id):
        taken.append(await _take(actor, shop_id, one))  # noqa: PERF401 - each must wait
    return taken


async def _take(actor: Actor, shop_id: int, one: Wanted) -> Taken:
    if not 0 < one.quantity <= rules.MOST_QUANTITY:
        raise Invalid(fields={"quantity": f"数量应在 1 到 {rules.MOST_QUANTITY} 之间"})
    matched = await execute(_TAKE, one.quantity, one.quantity, one.good_id, one.quantity)
    good = await queries.get(one.good_id)
    if good.shop_id != shop_id:
        raise NotFound("没有这件商品")
    if good.is_prescription or rules.prescription_word(good.name, good.about):
        raise Prescription(f"{good.name}：{rules.RULE}", fields={"good_id": rules.RULE})
    if matched != 1:
        left = 0 if good.stock is None else good.stock
        said = queries.trouble(good, one.choices, one.quantity) or "库存不足"
        raise SoldOut(f"{good.name}{said}", good_id=good.id, left=left)
    try:
        price = queries.price_of(good, one.choices)
    except rules.BadChoice as error:
        raise Invalid(f"{good.name}请重新选择{error}", fields={"choices": "请重新选择"}) from error
    if good.daily_limit is not None:
        await _take_today(actor, good, one.quantity)
    return Taken(good.id, good.name, rules.words(one.choices), price, one.quantity)


async def _take_today(actor: Actor, good: Good, quantity: int) -> None:
    day = clock.today().isoformat()
    verb = "INSERT OR IGNORE" if dialect() == "sqlite" else "INSERT IGNORE"
    await execute(f"{verb} INTO goods_day_taking {_COUNT}", good.id, actor.user_id, day)
    key = (good.id, actor.user_id, day)
    if await execute(_TAKE_TODAY, quantity, *key, quantity, good.daily_limit) != 1:
        raise OverLimit(f"{good.name}每人每天限购 {good.daily_limit} 份")


async def give_back(user_id: int | None, day: str, lines: Sequence[tuple[int, int]]) -> None:
    """Put back what was taken on that day: (good id, quantity) each."""
    for good_id, quantity in sorted(lines):
        await execute(_GIVE_BACK, quantity, quantity, quantity, good_id)
        await execute(_GIVE_BACK_TODAY, quantity, good_id, user_id or 0, day, quantity)


async def forget(user_id: int) -> None:
    """A person left: what they took of limited goods is nobody's any more."""
    await DayTaking.filter(user_id=user_id).delete()
