"""What is said of a dwelling that changes hands."""

from pydantic import Field

from backend.core.schemas import Answer, Body, Id


class HandOver(Body):
    """Those of `leaving` are unbound and keep what was theirs; whoever else is bound today goes
    over into the new tenure."""

    dwelling_id: Id
    leaving: list[Id] = Field(default_factory=list, max_length=20, description="binding ids")
    reason: str = Field(min_length=2, max_length=200, examples=["房屋买卖，已核对不动产权证"])


class HandedOver(Answer):
    dwelling_id: int
    tenure: int = Field(description="the number of the tenure that begins")
    staying: int = Field(description="how many bindings went over into it")
