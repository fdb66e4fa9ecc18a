"""The kinds of units."""

from backend.core.labels import Labelled


class DepartmentKind(Labelled):
    GOVERNMENT = "government", "政府部门"
    PROPERTY = "property", "物业公司"
    STREET = "street", "街道"
    UTILITY = "utility", "公用事业单位"
