"""Projects. Their shifts are slots of `bookings`, what was served is of `hours`."""

from tortoise import fields

from backend.core.actor import Actor, Permission
from backend.core.database import CodeField, Row, UtcDatetimeField
from backend.features.volunteering.permissions import P
from backend.features.volunteering.rules import Category
from backend.features.volunteering.states import ProjectStatus

__all__ = ["Category", "ProjectStatus", "VolunteerProject"]


class VolunteerProject(Row):
    """Something to help with. With a team its captain holds it as the staff do."""

    title = fields.CharField(max_length=60)
    text = fields.CharField(max_length=1000)
    category = fields.CharEnumField(Category, max_length=12)
    area_id = fields.BigIntField()
    area_path = CodeField(max_length=200)
    team_id = fields.BigIntField(null=True)
    is_team_only = fields.BooleanField(default=False)
    code_id = fields.BigIntField()
    """The printed code on its poster."""
    status = fields.CharEnumField(ProjectStatus, max_length=12, default=ProjectStatus.OPEN)
    version = fields.IntField(default=1)
    created_by = fields.BigIntField()
    created_at = UtcDatetimeField()

    is_led = False
    """Whether the actor at hand leads its team; loaded beside the row."""

    class Meta:
        table = "volunteering_project"
        indexes = (("area_path", "status", "id"), ("team_id",), ("code_id",))

    def may(self, actor: Actor, who: Permission) -> bool:
        runs = actor.may(P.RUN, self.area_path)
        return runs or (who == P.HOST and self.is_led)
