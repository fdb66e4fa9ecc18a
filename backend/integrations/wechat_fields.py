"""Texts cut to what a field of a subscription message may hold; beyond it WeChat says 47003."""

import re

BLANKS = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029\s]+")
KIND = re.compile(r"([a-z_]+?)\d+")
# What a kind of field cannot hold at all, how many characters it holds, what stands for nothing.
UNWANTED = {
    "phrase": re.compile(r"[^\u3400-\u9fff]"),
    "character_string": re.compile(r"[^\x20-\x7e]"),
    "letter": re.compile(r"[^A-Za-z]"),
    "name": re.compile(r"\d"),
}
MOST = {"thing": 20, "character_string": 32, "letter": 32, "phrase": 5, "symbol": 5}
MOST |= {"phone_number": 17, "car_number": 8, "number": 32, "name": 20}
MOST_CHINESE_NAME = 10
NOTHING = {"number": "0", "amount": "0", "character_string": "-", "letter": "N"}


def fit(name: str, text: str) -> str:
    """The text as field ``name`` (``thing1``) can carry it: one line, not empty, not too long.

    Times, dates, amounts and enumerations keep their shape: that is the writer's business.
    """
    found = KIND.fullmatch(name)
    kind = found.group(1) if found else ""
    line = BLANKS.sub(" ", text)
    if kind in UNWANTED:
        line = UNWANTED[kind].sub("", line)
    line = line.strip()
    most = MOST.get(kind, len(line))
    if kind == "name" and not line.isascii():
        most = MOST_CHINESE_NAME
    if len(line) > most:
        line = line[: most - 1] + "…" if kind == "thing" else line[:most].strip()
    return line or NOTHING.get(kind, "无")
