"""How a bill speaks: its kinds of entries, its number, its computation in plain words. Pure."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from backend.core import clock
from backend.core.errors import Conflict
from backend.core.labels import Labelled
from backend.engines.tariffs import queries as tariffs

AGES = ((30, "30 天内"), (90, "31–90 天"), (180, "91–180 天"), (365, "181–365 天"))
OLDEST = "一年以上"
AGE_NAMES = (*(words for _, words in AGES), OLDEST)


class EntryKind(Labelled):
    PAYMENT = "payment", "缴费"
    REFUND = "refund", "退费"
    WAIVER = "waiver", "减免"
    LATE = "late", "违约金"
    VOID = "void", "作废冲销"


class BillHeld(Conflict):
    """Somebody is paying it at this moment."""

    code, title = "bill_held", "这笔账单正在支付中，请稍后再试"


class BillsNotPayable(Conflict):
    """One of the bills is paid, void, or being paid elsewhere."""

    code, title = "bills_not_payable", "有账单已缴清或正在支付中，请刷新后再试"


def number(bill_id: int, issued_at: datetime) -> str:
    """What people call a bill by: the date it was issued and its id."""
    day = clock.local(issued_at)
    return f"{day.year % 100:02d}{day.month:02d}{day.day:02d}{bill_id:07d}"


def prepaid_account(dwelling_id: int, tenure: int) -> str:
    """The prepaid account of a dwelling in a tenure: the next owner has another one."""
    return f"prepaid:dwelling/{dwelling_id}" + (f"-{tenure}" if tenure else "")


def age(due_on: date, today: date) -> int:
    """Days since a bill was due; 0 before."""
    return max((today - due_on).days, 0)


def age_words(days: int) -> str:
    return next((words for top, words in AGES if days <= top), OLDEST)


def late_fee(owed: int, amount: int, days: int, rate: int, cap: int) -> int:
    """Simple interest on what is owed for `days` at `rate` millionths a day, in whole fen (never
    rounded up), at most `cap` percent of the bill's amount."""
    return min(owed * days * rate // 1_000_000, amount * cap // 100)


def explained(detail: Mapping[str, Any], amount: int) -> list[str]:
    """The computation of a bill, line by line, as one would say it."""
    lines = [*_computed(detail)]
    if detail.get("off"):
        lines.append(f"减免 {detail['off']}%（{detail['grounds']}）")
    lines.append(f"应缴 {tariffs.yuan(amount)} 元")
    return lines


def _computed(detail: Mapping[str, Any]) -> list[str]:
    match detail.get("basis"):
        case "area":
            square = f"{detail['square'] / 100:.2f}"
            price = tariffs.price_text(detail["price"])
            return [f"建筑面积 {square} ㎡ × {price} 元/㎡·月 × {detail['months']} 个月"]
        case "fixed":
            return [f"每月 {tariffs.price_text(detail['price'])} 元 × {detail['months']} 个月"]
        case "meter":
            return _metered(detail)
        case _:
            return [str(detail.get("note") or "上线前结转")]


def _metered(detail: Mapping[str, Any]) -> list[str]:
    unit, text = detail["unit"], tariffs.quantity_text
    lines = [
        f"上次读数 {text(detail['previous'])}，本次读数 {text(detail['value'])}"
        f"（{detail['read_on']} 抄表），用量 {text(detail['usage'])} {unit}"
    ]
    lines += [
        f"{tariffs.quantity_text(part['usage'])} {unit} × {tariffs.price_text(part['price'])} 元"
        for part in detail["parts"]
    ]
    return lines
