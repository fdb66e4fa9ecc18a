"""What is told of bills."""

from dataclasses import dataclass

from backend.core.events import Event


@dataclass(frozen=True)
class WechatBillLoaded(Event):
    """A bill (`trade` or `funds`) of an account's day is in the house."""

    mchid: str
    day: str
    kind: str
