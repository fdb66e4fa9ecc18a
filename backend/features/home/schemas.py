"""The first page as the API shows it."""

from datetime import datetime

from pydantic import Field

from backend.core.schemas import Answer, Body, Id
from backend.engines.orders.queries import OrderCard


class HomeQuery(Body):
    """Any area of the community; without one, where I live."""

    area_id: Id | None = None


class Named(Answer):
    id: Id
    name: str = Field(examples=["春晖社区"])


class Secretary(Answer):
    name: str
    phone: str | None = Field(description="The office's number, never a private one.")


class ServiceOut(Answer):
    key: str = Field(examples=["repair"])
    name: str = Field(examples=["物业报修"])
    icon: str
    path: str = Field(examples=["/pages/report/index?kind=repair"])
    group: str = Field(examples=["有事找社区"], description="Its heading among all services.")


class Mine(Answer):
    """How many of my orders are open, and the latest."""

    open: int
    latest: OrderCard | None


class Activity(Answer):
    """Something that was done nearby; nobody can be known from it."""

    text: str = Field(examples=["锦绣花园的一件物业报修已办结，用时 5 小时"])
    at: datetime


class Home(Answer):
    community: Named
    compound: Named | None
    secretary: Secretary | None
    services: list[ServiceOut]
    mine: Mine
    activity: list[Activity]


class ChooseBody(Body):
    """The services of a community in their order."""

    area_id: Id
    keys: list[str] = Field(min_length=1, max_length=20, examples=[["repair", "help"]])


class Services(Answer):
    items: list[ServiceOut]
