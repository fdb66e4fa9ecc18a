"""Files as the API shows them."""

from typing import Annotated

from pydantic import Field

from backend.core.schemas import Answer, Body, Id
from backend.foundation.files.rules import Kind, Variant

_URL = "/api/v1/files/1042/content?variant=full&expires=1795305600&signature=Yk3…"


class FileLink(Answer):
    """A file and where its bytes are for the next minutes. Addresses are relative to the origin.

    A picture that moderation blocked has the address of a placeholder, a sound an empty one.
    """

    id: Id
    kind: Kind
    url: str = Field(examples=[_URL])
    thumb_url: str | None = Field(default=None, examples=[_URL.replace("full", "thumb")])
    width: int | None = Field(default=None, examples=[1536])
    height: int | None = Field(default=None, examples=[2048])
    bytes: int = Field(examples=[318204])
    seconds: int | None = None
    is_blocked: bool = False


class ContentQuery(Body):
    """What a signed address carries."""

    variant: Variant = Variant.FULL
    expires: Annotated[int, Field(ge=0, le=2**40)]
    signature: Annotated[str, Field(min_length=1, max_length=64)]
