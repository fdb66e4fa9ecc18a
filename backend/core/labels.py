"""Values that people read: each member of an enum with its Chinese name."""

from enum import StrEnum
from typing import Self


class Labelled(StrEnum):
    """`OPEN = "open", "待处理"`: equal to "open" in every way, and `label` is what people read."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Self:
        made = str.__new__(cls, value)
        made._value_ = value
        made.label = label
        return made
