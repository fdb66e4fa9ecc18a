"""What follows for files from what happens to people."""

from backend.core.events import on
from backend.foundation.files import queries, service
from backend.foundation.identity import queries as identity
from backend.foundation.identity.events import UserErased

identity.picture_people_by(queries.avatar_url)


@on(UserErased)
async def forget_person(event: UserErased) -> None:
    await service.forget_person(event.user_id)
