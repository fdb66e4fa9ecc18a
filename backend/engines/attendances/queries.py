"""What the screen at the door shows."""

import base64

from backend.core import clock, printing
from backend.engines.attendances import rules
from backend.engines.attendances.schemas import DoorOut as DoorOut
from backend.engines.attendances.schemas import DoorQuery as DoorQuery
from backend.engines.bookings import queries as bookings
from backend.engines.bookings.queries import Direction, Slot


async def door(of: Slot, direction: Direction) -> DoorOut:
    """The code of this moment, with how many have come. For whoever holds what is booked: the
    room above has checked it."""
    now = clock.now()
    code = rules.code_of(of.id, direction, now)
    picture = base64.b64encode(printing.qr(code)).decode()
    return DoorOut(
        slot_id=of.id,
        title=of.title,
        direction=direction,
        code=code,
        qr=f"data:image/png;base64,{picture}",
        seconds=rules.seconds_left(now),
        quota=of.quota,
        taken=of.taken,
        there=await bookings.there(of.id),
    )
