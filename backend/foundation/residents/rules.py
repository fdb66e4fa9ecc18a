"""What can be said of a resident, and which numbers can be true."""

import re
from enum import StrEnum
from typing import Any

from backend.core.labels import Labelled


class Gender(StrEnum):
    MALE = "male"
    FEMALE = "female"


class Education(StrEnum):
    PRIMARY = "primary"
    JUNIOR = "junior"
    SENIOR = "senior"
    COLLEGE = "college"
    BACHELOR = "bachelor"
    MASTER = "master"


class Tag(Labelled):
    """Identity tags (身份标签) that a community works with."""

    PARTY_MEMBER = "party_member", "党员"
    ALONE = "alone", "独居老人"
    AGED = "aged", "高龄老人"
    DISABLED = "disabled", "残疾"
    VETERAN = "veteran", "退役军人"
    LOW_INCOME = "low_income", "低保"
    LEFT_BEHIND_CHILD = "left_behind_child", "留守儿童"
    VOLUNTEER = "volunteer", "志愿者"


class Relation(Labelled):
    OWNER = "owner", "业主"
    TENANT = "tenant", "租户"
    FAMILY = "family", "家属"


class Secret(Labelled):
    """The fields of a resident that are sealed."""

    NAME = "name", "姓名"
    PHONE = "phone", "手机号"
    ID_NUMBER = "id_number", "身份证号"


PHONE = r"^1[3-9][0-9]{9}$"
_ID_NUMBER = re.compile(r"^[1-9][0-9]{5}(19|20)[0-9]{2}(0[1-9]|1[0-2])[0-3][0-9]{4}[0-9X]$")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


def is_id_number(number: str) -> bool:
    """Whether the 18 characters can be an ID number: GB 11643's form and check character."""
    if not _ID_NUMBER.match(number):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
    return _CHECKS[total % 11] == number[-1]


def derived(id_number: str | None) -> dict[str, Any]:
    """What an ID number says of its holder; nothing without one."""
    if not id_number:
        return {}
    return {"birth_year": birth_year_of(id_number), "gender": gender_of(id_number)}


def birth_year_of(id_number: str) -> int:
    return int(id_number[6:10])


def gender_of(id_number: str) -> Gender:
    return Gender.MALE if int(id_number[16]) % 2 else Gender.FEMALE
