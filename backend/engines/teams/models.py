"""Teams and who belongs to them."""

from tortoise import fields

from backend.core.actor import Actor, Permission
from backend.core.database import CodeField, Row, UtcDatetimeField
from backend.engines.teams.permissions import P
from backend.engines.teams.states import MemberStatus, TeamStatus

__all__ = ["MemberStatus", "Team", "TeamMember", "TeamStatus"]


class Team(Row):
    """Its texts are shown once the community has looked at them."""

    name = fields.CharField(max_length=30)
    intro = fields.CharField(max_length=300, default="")
    area_id = fields.BigIntField()
    area_path = CodeField(max_length=200)
    captain_id = fields.BigIntField(null=True)
    """Null once the captain has left and nobody followed."""
    status = fields.CharEnumField(TeamStatus, max_length=12, default=TeamStatus.PROPOSED)
    version = fields.IntField(default=1)
    reason = fields.CharField(max_length=100, default="")
    members = fields.IntField(default=0)
    created_at = UtcDatetimeField()

    class Meta:
        table = "teams_team"
        indexes = (("area_path", "id"), ("captain_id",))

    def may(self, actor: Actor, who: Permission) -> bool:
        if actor.is_system:
            return True
        if who == P.LEAD:
            return self.captain_id is not None and self.captain_id == actor.user_id
        return actor.may(who, self.area_path) and self.captain_id != actor.user_id


class TeamMember(Row):
    """Somebody of a team, or who asks to be."""

    team: fields.ForeignKeyRelation[Team] = fields.ForeignKeyField(
        "app.Team", related_name="people", on_delete=fields.CASCADE
    )
    team_id: int
    user_id = fields.BigIntField()
    live_key = CodeField(max_length=48, null=True, unique=True)
    """`team:user` while asked or a member: nobody is in a team twice."""
    status = fields.CharEnumField(MemberStatus, max_length=12, default=MemberStatus.ASKED)
    version = fields.IntField(default=1)
    asked_at = UtcDatetimeField()
    decided_at = UtcDatetimeField(null=True)

    class Meta:
        table = "teams_member"
        indexes = (("team_id", "status", "id"), ("user_id", "id"))

    def may(self, actor: Actor, who: Permission) -> bool:
        """The captain leads; a team is not left by its captain, only handed over."""
        is_captain = self.team.captain_id == actor.user_id
        is_own = self.user_id == actor.user_id
        if actor.is_system:
            return True
        return is_own and not is_captain if who == P.JOIN else is_captain and not is_own
