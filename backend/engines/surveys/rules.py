"""What can be asked, which question follows from which answer, and what answers add up to. Pure.

An answer sheet maps a question's key to its answer: `single` an option's key; `multiple` and
`picture` a list of them; `scale` an integer; `number` a decimal as text; `text` text; `date` an ISO
day; `ranking` keys from the first to the last; `matrix` a row's key to an option's. What is written
beside an open option stands under `key.other`.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from statistics import median
from typing import Any

import msgspec

from backend.core.labels import Labelled


class Kind(Labelled):
    SINGLE = "single", "单选"
    MULTIPLE = "multiple", "多选"
    PICTURE = "picture", "图片选择"
    SCALE = "scale", "打分"
    NUMBER = "number", "数字"
    TEXT = "text", "文字"
    DATE = "date", "日期"
    RANKING = "ranking", "排序"
    MATRIX = "matrix", "矩阵"


class Per(Labelled):
    """Of whom one answer is taken."""

    PERSON = "person", "每人一份"
    DWELLING = "dwelling", "每户一份"


class Reach(Labelled):
    """Who is asked."""

    RESIDENTS = "residents", "已认证的居民"
    EVERYONE = "everyone", "所有人"


FEWEST = 3
"""Fewer anonymous answers than this are not shown: who looks could guess whose they are."""
LONGEST = 500
MOST_OPTIONS = 30
WITH_OPTIONS = frozenset({Kind.SINGLE, Kind.MULTIPLE, Kind.PICTURE, Kind.RANKING, Kind.MATRIX})
_MANY = frozenset({Kind.MULTIPLE, Kind.PICTURE})
_NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,4})?", re.ASCII)
OTHER = ".other"


class Option(msgspec.Struct, frozen=True):
    key: str
    text: str
    file_id: int | None = None
    is_open: bool = False
    """Something may be written beside it."""


class Condition(msgspec.Struct, frozen=True):
    """Of an earlier question: one of these was chosen, or the number lies between."""

    question: str
    any_of: tuple[str, ...] = ()
    at_least: int | None = None
    at_most: int | None = None


class Question(msgspec.Struct, frozen=True):
    """`low` and `high` bound scales and numbers, `least` and `most` how many are chosen or how
    many characters are written. It is asked when all of `show_if` hold."""

    key: str
    kind: Kind
    title: str
    hint: str = ""
    is_required: bool = True
    options: tuple[Option, ...] = ()
    rows: tuple[Option, ...] = ()
    low: int | None = None
    high: int | None = None
    least: int | None = None
    most: int | None = None
    places: int = 0
    low_label: str = ""
    high_label: str = ""
    show_if: tuple[Condition, ...] = ()


def read(stored: Iterable[Mapping[str, Any]]) -> list[Question]:
    """Questions as they are kept. Raises msgspec.ValidationError."""
    return msgspec.convert(list(stored), list[Question])


# -- the questions themselves --------------------------------------------------------------------
def faults(questions: Sequence[Question]) -> dict[str, str]:
    """What is wrong with the questions, by field; empty when they can be asked."""
    found: dict[str, str] = {}
    before: dict[str, Question] = {}
    for number, one in enumerate(questions):
        said = _fault(one, before)
        if said:
            found[f"questions.{number}"] = said
        before[one.key] = one
    return found


def _fault(one: Question, before: Mapping[str, Question]) -> str:
    if one.key in before:
        return "题目编号重复"
    said = _fault_of_options(one) or _fault_of_bounds(one)
    return said or next((bad for each in one.show_if if (bad := _bad_condition(each, before))), "")


def _fault_of_options(one: Question) -> str:
    keys, lines = [option.key for option in one.options], [row.key for row in one.rows]
    if len(set(keys)) != len(keys) or len(set(lines)) != len(lines):
        return "选项编号重复"
    if one.kind in WITH_OPTIONS and max(one.least or 1, one.most or 1, 2) > len(keys):
        return "选项太少"
    if one.kind is Kind.MATRIX and not lines:
        return "矩阵题至少要有一行"
    if one.kind is Kind.PICTURE and any(option.file_id is None for option in one.options):
        return "每个选项都要有图片"
    return ""


def _fault_of_bounds(one: Question) -> str:
    if one.low is not None and one.high is not None and one.low >= one.high:
        return "最小值要小于最大值"
    if one.least is not None and one.most is not None and one.least > one.most:
        return "最少不能大于最多"
    if one.kind is Kind.SCALE and not 1 <= scale(one)[1] - scale(one)[0] <= 10:
        return "打分最多 11 档"
    return ""


def _bad_condition(condition: Condition, before: Mapping[str, Question]) -> str:
    asked = before.get(condition.question)
    if asked is None:
        return "只能按前面题目的回答来显示"
    if asked.kind in (Kind.SCALE, Kind.NUMBER):
        is_bounded = condition.at_least is not None or condition.at_most is not None
        return "" if is_bounded and not condition.any_of else "请填写数值范围"
    known = {option.key for option in asked.options}
    if asked.kind not in (Kind.SINGLE, *_MANY):
        return "这类题目不能用作显示条件"
    return "" if condition.any_of and set(condition.any_of) <= known else "条件里的选项不存在"


def scale(question: Question) -> tuple[int, int]:
    """A scale's ends; 1 to 5 where nothing is said."""
    low = 1 if question.low is None else question.low
    return low, low + 4 if question.high is None else question.high


# -- one answer sheet ----------------------------------------------------------------------------
def asked(questions: Sequence[Question], answers: Mapping[str, Any]) -> list[Question]:
    """The questions that these answers lead to. One that is not asked leads to none."""
    open_keys: set[str] = set()
    for one in questions:
        if all(each.question in open_keys and _holds(each, answers) for each in one.show_if):
            open_keys.add(one.key)
    return [one for one in questions if one.key in open_keys]


def _holds(condition: Condition, answers: Mapping[str, Any]) -> bool:
    given = answers.get(condition.question)
    if given is None:
        return False
    if condition.any_of:
        chosen = given if isinstance(given, list) else [given]
        return any(one in condition.any_of for one in chosen)
    value = _decimal(given)
    if value is None:
        return False
    above = condition.at_least is None or value >= condition.at_least
    return above and (condition.at_most is None or value <= condition.at_most)


def checked(
    questions: Sequence[Question], given: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, str]]:
    """The answer sheet as it is kept, and what is wrong with it by question.

    What was answered on a branch that is not asked any more is left out: people change their mind.
    """
    known = {one.key for one in questions} | {one.key + OTHER for one in questions}
    wrong = {key: "没有这道题" for key in given if key not in known}
    kept: dict[str, Any] = {}
    for one in asked(questions, given):
        value = given.get(one.key)
        if value is None or value in ("", [], {}):
            if one.is_required:
                wrong[one.key] = "这道题必须回答"
            continue
        try:
            kept[one.key] = CHECKS[one.kind](one, value)
        except _Bad as error:
            wrong[one.key] = str(error)
        else:
            _keep_other(one, given, kept, wrong)
    return kept, wrong


def _keep_other(
    one: Question, given: Mapping[str, Any], kept: dict[str, Any], wrong: dict[str, str]
) -> None:
    written = given.get(one.key + OTHER)
    chosen = kept[one.key] if isinstance(kept[one.key], list) else [kept[one.key]]
    is_open = any(option.is_open and option.key in chosen for option in one.options)
    if not written or not is_open:
        return
    if not isinstance(written, str) or len(written) > 100:
        wrong[one.key] = "补充说明最多 100 个字"
        return
    kept[one.key + OTHER] = written.strip()


class _Bad(ValueError):
    pass


def _single(question: Question, value: Any) -> str:
    if not isinstance(value, str) or value not in {one.key for one in question.options}:
        raise _Bad("请选择一个选项")
    return value


def _several(question: Question, value: Any) -> list[str]:
    keys = [one.key for one in question.options]
    if not isinstance(value, list) or any(one not in keys for one in value):
        raise _Bad("请选择选项")
    chosen = [one for one in keys if one in value]
    least = question.least or 1
    most = question.most or (1 if question.kind is Kind.PICTURE else len(keys))
    if len(chosen) != len(value) or not least <= len(chosen) <= most:
        raise _Bad(f"请选择 {least} 到 {most} 项" if least != most else f"请选择 {most} 项")
    return chosen


def _scale(question: Question, value: Any) -> int:
    low, high = scale(question)
    if type(value) is not int or not low <= value <= high:
        raise _Bad(f"请在 {low} 到 {high} 之间打分")
    return value


def _decimal(value: Any) -> Decimal | None:
    text = str(value) if type(value) is int else value
    return Decimal(text) if isinstance(text, str) and _NUMBER.fullmatch(text) else None


def _number(question: Question, value: Any) -> str:
    found = _decimal(value.strip() if isinstance(value, str) else value)
    if found is None or found != found.quantize(Decimal(1).scaleb(-question.places)):
        words = f"最多 {question.places} 位小数" if question.places else "整数"
        raise _Bad(f"请填写数字（{words}）")
    low, high = question.low, question.high
    if (low is not None and found < low) or (high is not None and found > high):
        raise _Bad(f"请填写 {'' if low is None else low} 到 {'' if high is None else high} 的数字")
    return format(found if found else abs(found), "f")


def _text(question: Question, value: Any) -> str:
    most = question.most or LONGEST
    written = value.strip() if isinstance(value, str) else ""
    if not (question.least or 1) <= len(written) <= most:
        raise _Bad(f"请填写 {question.least or 1} 到 {most} 个字")
    return written


def _date(_: Question, value: Any) -> str:
    try:
        found = date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise _Bad("请选择日期") from error
    if not 1900 <= found.year <= 2100:
        raise _Bad("请选择日期")
    return found.isoformat()


def _ranking(question: Question, value: Any) -> list[str]:
    keys = [one.key for one in question.options]
    wanted = question.most or len(keys)
    is_list = isinstance(value, list) and all(isinstance(one, str) for one in value)
    if not is_list or len(value) != wanted or len(set(value)) != wanted or set(value) - set(keys):
        raise _Bad(f"请排出前 {wanted} 名")
    return list(value)


def _matrix(question: Question, value: Any) -> dict[str, str]:
    keys = {one.key for one in question.options}
    lines = [one.key for one in question.rows]
    if not isinstance(value, dict) or set(value) - set(lines):
        raise _Bad("请逐行选择")
    if any(not isinstance(one, str) or one not in keys for one in value.values()):
        raise _Bad("请逐行选择")
    if question.is_required and len(value) != len(lines):
        raise _Bad("每一行都要选择")
    return {line: value[line] for line in lines if line in value}


CHECKS: dict[Kind, Callable[[Question, Any], Any]] = {
    Kind.SINGLE: _single,
    Kind.MULTIPLE: _several,
    Kind.PICTURE: _several,
    Kind.SCALE: _scale,
    Kind.NUMBER: _number,
    Kind.TEXT: _text,
    Kind.DATE: _date,
    Kind.RANKING: _ranking,
    Kind.MATRIX: _matrix,
}


# -- what they add up to -------------------------------------------------------------------------
def tally(question: Question, sheets: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What the sheets say to one question: `answered`, and by kind `counts` by option (of a
    ranking: first places) with `means` (mean rank), `lines` of a matrix, `mean`, `median`, `low`,
    `high` of numbers, `texts` as written. Means are decimals with two places, as text."""
    values = [sheet[question.key] for sheet in sheets if question.key in sheet]
    key = question.key + OTHER
    texts = [str(sheet[key]) for sheet in sheets if sheet.get(key)]
    return {"answered": len(values), "texts": texts} | TALLIES[question.kind](values)


def _by_option(values: Sequence[Any]) -> dict[str, Any]:
    return {"counts": Counter(values)}


def _by_options(values: Sequence[Any]) -> dict[str, Any]:
    return {"counts": Counter(one for value in values for one in value)}


def _by_mark(values: Sequence[int]) -> dict[str, Any]:
    return {"counts": Counter(str(value) for value in values)} | _spread(values)


def _by_place(values: Sequence[Any]) -> dict[str, Any]:
    return {"counts": Counter(value[0] for value in values), "means": _ranks(values)}


def _by_line(values: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    lines: dict[str, Counter[str]] = {}
    for value in values:
        for row, option in value.items():
            lines.setdefault(row, Counter())[option] += 1
    return {"lines": lines}


def _spread(written: Sequence[Any]) -> dict[str, str]:
    if not written:
        return {}
    values = [Decimal(one) for one in written]
    said = {"mean": mean(values), "median": str(median(values))}
    return said | {"low": str(min(values)), "high": str(max(values))}


def mean(values: Sequence[Decimal | int]) -> str:
    whole = sum((Decimal(one) for one in values), Decimal())
    return str((whole / len(values)).quantize(Decimal("0.01")))


def _ranks(values: Sequence[Sequence[str]]) -> dict[str, str]:
    """The mean place of what was placed."""
    places: dict[str, list[int]] = {}
    for value in values:
        for place, option in enumerate(value, start=1):
            places.setdefault(option, []).append(place)
    return {option: mean(found) for option, found in places.items()}


TALLIES: dict[Kind, Callable[[Sequence[Any]], dict[str, Any]]] = {
    Kind.SINGLE: _by_option,
    Kind.MULTIPLE: _by_options,
    Kind.PICTURE: _by_options,
    Kind.SCALE: _by_mark,
    Kind.NUMBER: _spread,
    Kind.TEXT: lambda values: {"texts": list(values)},
    Kind.DATE: _by_option,
    Kind.RANKING: _by_place,
    Kind.MATRIX: _by_line,
}
