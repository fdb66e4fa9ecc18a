"""What one order says of a person when asked in plain."""

from pydantic import Field

from backend.core.schemas import Answer


class ContactOut(Answer):
    """Whom to call, in plain: this answer was written into the person's book of readings."""

    name: str = Field(examples=["赵大爷"])
    phone: str = Field(examples=["13800138000"])
