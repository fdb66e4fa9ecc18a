"""The kinds of units."""

from enum import StrEnum


class DepartmentKind(StrEnum):
    GOVERNMENT = "government"
    PROPERTY = "property"
    STREET = "street"
    UTILITY = "utility"

    @property
    def label(self) -> str:
        names = {"government": "政府部门", "property": "物业公司", "street": "街道"}
        return names.get(self.value, "公用事业单位")
