"""What neighbours read about each other: nothing that says who."""

from datetime import datetime


def activity_of(kind: str, compound: str, began: datetime | None, done: datetime | None) -> str:
    """One resolved order of the neighbourhood."""
    where = f"{compound}的" if compound else ""
    if began is None or done is None:
        return f"{where}一件{kind}已办结"
    hours = max(1, round((done - began).total_seconds() / 3600))
    return f"{where}一件{kind}已办结，用时 {hours} 小时"
