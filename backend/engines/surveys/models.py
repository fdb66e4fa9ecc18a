"""Surveys, who has answered, and what was answered: two tables with nothing to join them by."""

import secrets
from typing import Any

from tortoise import fields

from backend.core.actor import Actor, Permission
from backend.core.database import CodeField, Row, UtcDatetimeField
from backend.engines.surveys.permissions import P
from backend.engines.surveys.rules import Per, Reach
from backend.engines.surveys.states import SurveyStatus

__all__ = ["Per", "Reach", "Survey", "SurveyAnswer", "SurveyMark", "SurveyStatus"]


class Survey(Row):
    area_id = fields.BigIntField()
    area_path = CodeField(max_length=200)
    subject = CodeField(max_length=40, default="")
    """What a room above made it for: `fair:12`."""
    title = fields.CharField(max_length=60)
    intro = fields.CharField(max_length=500, default="")
    questions: list[dict[str, Any]] = fields.JSONField()
    """As rules.read reads them; they stand still once it is open."""
    per = fields.CharEnumField(Per, max_length=8)
    reach = fields.CharEnumField(Reach, max_length=12)
    is_anonymous = fields.BooleanField()
    is_public = fields.BooleanField()
    """Those who are asked may see the counts."""
    status = fields.CharEnumField(SurveyStatus, max_length=8, default=SurveyStatus.DRAFT)
    version = fields.IntField(default=1)
    answers = fields.IntField(default=0)
    code_id = fields.BigIntField(null=True, unique=True)
    created_by = fields.BigIntField()
    created_at = UtcDatetimeField()
    opened_at = UtcDatetimeField(null=True)
    closes_at = UtcDatetimeField(null=True)
    """What comes at this moment or later comes too late."""
    closed_at = UtcDatetimeField(null=True)

    class Meta:
        table = "surveys_survey"
        indexes = (("area_path", "id"), ("status", "closes_at"), ("subject",))

    def may(self, actor: Actor, who: Permission) -> bool:
        return who != P.ANSWER and actor.may(who, self.area_path)


class SurveyMark(Row):
    """That somebody has answered: neither what nor when."""

    survey: fields.ForeignKeyRelation[Survey] = fields.ForeignKeyField(
        "app.Survey", related_name="marks", on_delete=fields.CASCADE
    )
    survey_id: int
    who = CodeField(max_length=32)
    """`person:7` or `dwelling:9`."""

    class Meta:
        table = "surveys_mark"
        unique_together = (("survey_id", "who"),)
        indexes = (("who",),)


def new_answer_id() -> int:
    """By chance, small enough for any client: the order of answers tells nothing."""
    return secrets.randbelow(2**53 - 1) + 1


class SurveyAnswer(Row):
    """One answer sheet. Its id is random; of its time only the day is kept."""

    survey: fields.ForeignKeyRelation[Survey] = fields.ForeignKeyField(
        "app.Survey", related_name="sheets", on_delete=fields.CASCADE
    )
    survey_id: int
    day = fields.DateField()
    sheet: dict[str, Any] = fields.JSONField()
    user_id = fields.BigIntField(null=True)
    """Whose it is; never kept where the survey is anonymous."""
    dwelling_id = fields.BigIntField(null=True)

    class Meta:
        table = "surveys_answer"
        indexes = (("survey_id", "id"), ("user_id",))
