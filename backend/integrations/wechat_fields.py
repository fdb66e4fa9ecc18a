"""Texts cut to what a field of a subscription message may hold; beyond it WeChat says 47003."""

import re

CONTROL = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029\s]+")
KIND = re.compile(r"([a-z_]+?)\d+")
NOT_CHINESE = re.compile(r"[^\u3400-\u9fff]")
NOT_ASCII = re.compile(r"[^\x20-\x7e]")
EMPTY = {"phrase": "无", "number": "0", "amount": "0", "character_string": "-", "letter": "N"}
MOST = {"thing": 20, "character_string": 32, "letter": 32, "phrase": 5, "symbol": 5}
MOST |= {"phone_number": 17, "car_number": 8, "number": 32}
ELLIPSIS_FROM = 6


def fit(name: str, text: str) -> str:
    """The text as field ``name`` (``thing1``) can carry it: one line, not empty, not too long.

    Times, dates, amounts and enumerations are passed as they are: their shape is the writer's.
    """
    found = KIND.fullmatch(name)
    kind = found.group(1) if found else ""
    line = CONTROL.sub(" ", text).strip()
    if kind == "phrase":
        line = NOT_CHINESE.sub("", line)
    if kind == "character_string":
        line = NOT_ASCII.sub("", line).strip()
    if kind == "letter":
        line = re.sub(r"[^A-Za-z]", "", line)
    if kind == "name":
        return _cut(line, 20 if line.isascii() else 10) or "无"
    return _cut(line, MOST[kind], kind) if kind in MOST and line else line or EMPTY.get(kind, "无")


def _cut(line: str, most: int, kind: str = "thing") -> str:
    if len(line) <= most:
        return line
    is_prose = kind == "thing" and most > ELLIPSIS_FROM
    return line[: most - 1] + "…" if is_prose else line[:most]
