"""Number plates (GA 36): which texts can be one, how they are written, compared and masked."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import timedelta

from backend.core.labels import Labelled

PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
KEPT = timedelta(days=400)
"""How long an ended registration stays, for questions about what was charged."""
MOST_CONTACTS = 5
MOST_VEHICLES = 6
"""Of one person, waiting or confirmed."""
_SEPARATORS = re.compile(r"[\s·•・‧．.\-_—]+")
_LETTER = "A-HJ-NP-Z"
_SIGN = f"[{_LETTER}0-9]"
_OFFICE = f"[{PROVINCES}][{_LETTER}]"
_MOST_LETTERS = 2
"""Among the five signs of an ordinary plate."""


class PlateKind(Labelled):
    ORDINARY = "ordinary", "普通号牌"
    GREEN_SMALL = "green_small", "小型新能源号牌"
    GREEN_LARGE = "green_large", "大型新能源号牌"
    POLICE = "police", "警车号牌"
    LEARNER = "learner", "教练车号牌"
    TRAILER = "trailer", "挂车号牌"
    HONG_KONG = "hong_kong", "港澳入出境号牌"
    MACAO = "macao", "港澳入出境号牌"
    CONSULATE = "consulate", "领馆号牌"
    EMBASSY = "embassy", "使馆号牌"
    RESCUE = "rescue", "应急救援号牌"
    ARMED_POLICE = "armed_police", "武警号牌"
    MILITARY = "military", "军车号牌"


_FORMS = {
    kind: re.compile(pattern)
    for kind, pattern in {
        PlateKind.ORDINARY: rf"{_OFFICE}{_SIGN}{{5}}",
        PlateKind.GREEN_SMALL: rf"{_OFFICE}[A-HJK]{_SIGN}[0-9]{{4}}",
        PlateKind.GREEN_LARGE: rf"{_OFFICE}[0-9]{{5}}[A-HJK]",
        PlateKind.POLICE: rf"{_OFFICE}{_SIGN}{{4}}警",
        PlateKind.LEARNER: rf"{_OFFICE}{_SIGN}{{4}}学",
        PlateKind.TRAILER: rf"{_OFFICE}{_SIGN}{{4}}挂",
        PlateKind.HONG_KONG: rf"粤Z{_SIGN}{{4}}港",
        PlateKind.MACAO: rf"粤Z{_SIGN}{{4}}澳",
        PlateKind.CONSULATE: rf"{_OFFICE}{_SIGN}{{4}}领",
        PlateKind.EMBASSY: r"[0-9]{6}使",
        PlateKind.RESCUE: rf"[{PROVINCES}]X[0-9]{{4}}应急",
        PlateKind.ARMED_POLICE: rf"WJ[{PROVINCES}]?[0-9]{{4}}{_SIGN}",
        PlateKind.MILITARY: rf"[{_LETTER}]{{2}}[0-9]{{5}}",
    }.items()
}


class NotAPlate(ValueError):
    """Why a text cannot be a number plate, in words for who typed it."""


@dataclass(frozen=True)
class Plate:
    """A plate as it is compared: `鲁Q12345`."""

    text: str
    kind: PlateKind

    @property
    def shown(self) -> str:
        """`鲁Q·12345`, as it stands on the car."""
        has_office = self.text[0] in PROVINCES
        return f"{self.text[:2]}·{self.text[2:]}" if has_office else self.text


def folded(text: str) -> str:
    """The text with width, case and separators taken out."""
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", text)).upper()


def parse(text: str) -> Plate:
    """The plate that a person typed or a camera read. Raises NotAPlate."""
    plain = folded(text)
    if "O" in plain or "I" in plain:
        raise NotAPlate("车牌里没有字母 O 和 I，请看看是不是数字 0 和 1")
    kind = next((kind for kind, form in _FORMS.items() if form.fullmatch(plain)), None)
    if kind is None:
        raise NotAPlate("车牌号不完整或格式不对，例如 鲁Q12345、鲁QD12345")
    if kind is PlateKind.ORDINARY and sum(one.isalpha() for one in plain[2:]) > _MOST_LETTERS:
        raise NotAPlate("车牌后五位最多有两个字母，请核对")
    return Plate(plain, kind)


def masked(text: str) -> str:
    """`鲁Q***45`: enough to recognise a car one knows."""
    return f"{text[:2]}{'*' * (len(text) - 4)}{text[-2:]}"
