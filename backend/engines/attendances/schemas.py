"""What the API says and hears about coming and going."""

from pydantic import Field

from backend.core.schemas import Answer, Body, Id
from backend.engines.bookings.queries import Direction


class PointBody(Body):
    """Where the phone is, in 1e-6 degrees, GCJ-02."""

    latitude: int = Field(ge=-90_000_000, le=90_000_000, examples=[35054321])
    longitude: int = Field(ge=-180_000_000, le=180_000_000, examples=[118345678])


class ScanBody(Body):
    """`code` is what the phone read from the screen at the door; `booking_id` which of one's own
    it is for, usually oneself's."""

    code: str = Field(min_length=1, max_length=200, examples=["LLQD.17.in.59000000.Zm9vYmFy"])
    at: PointBody | None = None
    booking_id: Id | None = None


class HereBody(Body):
    """Being there, shown by the place alone."""

    at: PointBody
    direction: Direction = Direction.IN


class DoorQuery(Body):
    direction: Direction = Direction.IN


class DoorOut(Answer):
    """What the screen at the door shows: another code after `seconds`."""

    slot_id: Id
    title: str
    direction: Direction
    code: str
    qr: str = Field(description="the code as a data URL")
    seconds: int = Field(examples=[17])
    quota: int
    taken: int
    there: int = Field(description="how many have come")
