"""What the fields of a subscription message may hold; anything else is refused with 47003."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from wechat_mock.errors import Fault
from wechat_mock.world import Template

CHINESE = r"[\u3400-\u9fff\U00020000-\U0002fa1f]"
DATE = r"\d{4}(?:年\d{1,2}月\d{1,2}日|-\d{1,2}-\d{1,2}|/\d{1,2}/\d{1,2}|\.\d{1,2}\.\d{1,2})"
CLOCK = r"(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?"
TIME_POINT = rf"(?:{DATE} ?)?{CLOCK}"
DATE_POINT = rf"{DATE}(?: ?{CLOCK})?"
CONTROL = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]")
FIELD_NAME = re.compile(r"([a-z_]+?)\d+")


def _matches(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern, re.ASCII)
    return lambda text: compiled.fullmatch(text) is not None


def _is_number(text: str) -> bool:
    is_plain = re.fullmatch(r"-?\d+(\.\d+)?", text, re.ASCII) is not None
    return is_plain and sum(c.isdigit() for c in text) <= 32


def _is_symbol(text: str) -> bool:
    return 0 < len(text) <= 5 and not any(c.isalnum() or c.isspace() for c in text)


def _are_days_real(text: str) -> bool:
    for found in re.findall(DATE, text):
        year, month, day = (int(part) for part in re.findall(r"\d+", found))
        try:
            date(year, month, day)
        except ValueError:
            return False
    return True


def _is_moment(point: str) -> Callable[[str], bool]:
    is_shaped = _matches(rf"{point}(?: ?~ ?{point})?")
    return lambda text: is_shaped(text) and _are_days_real(text)


def _is_name(text: str) -> bool:
    limit = 10 if re.search(CHINESE, text) else 20
    return 0 < len(text) <= limit and not any(c.isdigit() for c in text)


RULES: dict[str, Callable[[str], bool]] = {
    "thing": lambda text: 0 < len(text) <= 20,
    "number": _is_number,
    "letter": _matches(r"[A-Za-z]{1,32}"),
    "symbol": _is_symbol,
    "character_string": _matches(r"[\x20-\x7e]{1,32}"),
    "time": _is_moment(TIME_POINT),
    "date": _is_moment(DATE_POINT),
    "amount": _matches(r"[$¢£¤¥€₩￥￡￠]?\d{1,10}(?:\.\d+)?元?"),
    "phone_number": _matches(r"[\d+\-() #*]{1,17}"),
    "car_number": _matches(rf"(?:{CHINESE}|[A-Za-z0-9·])(?:[A-Za-z0-9·]){{0,6}}(?:{CHINESE}|\w)?"),
    "name": _is_name,
    "phrase": _matches(rf"{CHINESE}{{1,5}}"),
}


def kind_of(name: str) -> str:
    """``thing1`` → ``thing``; empty when it is no field name of WeChat's."""
    found = FIELD_NAME.fullmatch(name)
    kind = found.group(1) if found else ""
    return kind if kind in RULES or kind == "enum" else ""


def _value(name: str, entry: Any) -> str:
    value = entry.get("value") if isinstance(entry, dict) else None
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise Fault(47003, f"argument invalid! data.{name}.value invalid")
    if not value.strip():
        raise Fault(47003, f"argument invalid! data.{name}.value is empty")
    return value


def _is_allowed(template: Template, name: str, value: str) -> bool:
    if CONTROL.search(value):
        return False
    kind = kind_of(name)
    if kind == "enum" or name in template.enums:
        return value in template.enums.get(name, [])
    return RULES[kind](value)


def check(template: Template, data: Any) -> dict[str, str]:
    """The message's values by field name. Raises 47003 naming the first field that is wrong."""
    if not isinstance(data, dict):
        raise Fault(47003, "argument invalid! data invalid")
    for name in data:
        if name not in template.fields:
            raise Fault(47003, f"argument invalid! data.{str(name)[:32]} is not in the template")
    values = {name: _value(name, data.get(name, {"value": ""})) for name in template.fields}
    for name, value in values.items():
        if not _is_allowed(template, name, value):
            raise Fault(47003, f"argument invalid! data.{name}.value invalid")
    return values
