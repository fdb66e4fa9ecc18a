"""Inbox, subscriptions and the health of sending as the API shows them."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, RootModel

from backend.core.schemas import Answer, Body, Id

Agreed = Literal["accept", "reject", "ban", "filter"]
TemplateId = Annotated[str, Field(min_length=1, max_length=64)]


class MessageOut(Answer):
    id: Id
    title: str = Field(examples=["有人接单了"])
    text: str = Field(examples=["王师傅接下了「路灯不亮」，会尽快与您联系。"])
    link: str = Field(examples=["/pages/order/index?id=1042"])
    created_at: datetime
    read_at: datetime | None


class Unread(Answer):
    count: int = Field(examples=[3])


class SubscriptionQuery(Body):
    """Where in the mini-program the person is asked."""

    scene: str = Field(min_length=1, max_length=20, examples=["report"])


class SubscriptionOut(Answer):
    """A template to ask consent for; `quota` is how many messages may still be sent."""

    template_id: TemplateId
    title: str = Field(examples=["工单接单通知"])
    reason: str = Field(examples=["有人接单、上门前告诉您"])
    quota: int = Field(ge=0, examples=[2])


class Subscriptions(RootModel[list[SubscriptionOut]]):
    """At most three: more WeChat does not show at once."""


class SubscriptionAnswers(Body):
    """What `wx.requestSubscribeMessage` gave, by template id."""

    results: dict[TemplateId, Agreed] = Field(
        min_length=1, max_length=10, examples=[{"orders.taken": "accept"}]
    )


class DeliveryOut(Answer):
    """One WeChat message on its way; never its words."""

    id: Id
    template: str = Field(examples=["orders.taken"])
    user_id: int
    status: str = Field(examples=["unknown"])
    status_name: str = Field(examples=["结果不明"])
    reason: str = Field(examples=["no_answer"])
    attempts: int
    errcode: int | None
    created_at: datetime
    started_at: datetime | None


class TemplateHealth(Answer):
    template: str = Field(examples=["orders.taken"])
    title: str = Field(examples=["工单接单通知"])
    statuses: dict[str, int] = Field(examples=[{"sent": 41, "skipped": 7}])


class DeliveryHealth(Answer):
    """How sending went in the last 24 hours; what is unknown is listed however old it is."""

    since: datetime
    statuses: dict[str, int] = Field(examples=[{"sent": 120, "skipped": 40, "unknown": 1}])
    templates: list[TemplateHealth]
    oldest_waiting_at: datetime | None
    unknown: list[DeliveryOut]
