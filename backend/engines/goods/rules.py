"""Options and their prices, and what a pharmacy must not sell here. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

MOST_QUANTITY = 99
RULE = (
    "处方药须凭医师处方在药店由药师审核后购买，本平台不提供处方药的展示和销售"
    "（《药品管理法》《药品网络销售监督管理办法》）"
)
PRESCRIPTION_WORDS = (
    "处方",
    "rx",
    "头孢",
    "阿莫西林",
    "青霉素",
    "阿奇霉素",
    "罗红霉素",
    "克拉霉素",
    "左氧氟沙星",
    "诺氟沙星",
    "莫西沙星",
    "甲硝唑片",
    "奥司他韦",
    "胰岛素",
    "二甲双胍",
    "格列",
    "阿卡波糖",
    "硝苯地平",
    "氨氯地平",
    "缬沙坦",
    "厄贝沙坦",
    "氯沙坦",
    "美托洛尔",
    "比索洛尔",
    "卡托普利",
    "他汀",
    "华法林",
    "氯吡格雷",
    "地西泮",
    "安定片",
    "阿普唑仑",
    "艾司唑仑",
    "佐匹克隆",
    "曲马多",
    "可待因",
    "吗啡",
    "芬太尼",
    "泼尼松",
    "地塞米松",
    "甲氨蝶呤",
    "左甲状腺素",
    "米非司酮",
    "西地那非",
    "他达拉非",
)
"""Names of substances (and the word itself) of which every medicine is on prescription, or which
are sold under other names often enough to be looked at by a pharmacist. Lower case."""
NOT_PRESCRIPTION = ("非处方", "otc")
"""What contains a word above and says the opposite."""


def prescription_word(*texts: str) -> str | None:
    """The word by which a text speaks of a prescription medicine; None when none does."""
    text = "".join("\n".join(texts).lower().split())
    for word in NOT_PRESCRIPTION:
        text = text.replace(word, "")
    return next((word for word in PRESCRIPTION_WORDS if word in text), None)


Group = Mapping[str, Any]
"""`{"name": "规格", "choices": [{"name": "大份", "extra": 300}, …]}`; one of each is chosen."""


class BadChoice(ValueError):
    """The choices are not one of each group; says which."""


def chosen(groups: Sequence[Group], choices: Sequence[str]) -> int:
    """What the choices add to the price, in fen. Raises BadChoice."""
    if len(choices) != len(groups):
        raise BadChoice("、".join(str(group["name"]) for group in groups))
    extra = 0
    for group, name in zip(groups, choices, strict=True):
        found = next((one for one in group["choices"] if one["name"] == name), None)
        if found is None:
            raise BadChoice(str(group["name"]))
        extra += int(found["extra"])
    return extra


def words(choices: Sequence[str]) -> str:
    """The choices as a line says them: `大份，微辣`."""
    return "，".join(choices)
