"""People, their sessions and posts, and what administrators prove themselves with."""

from datetime import datetime

from tortoise import fields

from backend.core import clock, crypto, sealing
from backend.core.actor import Role
from backend.core.database import CodeField, Row, UtcDatetimeField
from backend.foundation.areas.models import Area
from backend.foundation.identity.rules import NEWCOMER, Theme

TOTP = "credential.totp"
"""What a second factor is sealed as."""


class User(Row):
    """A person. Real name and phone are sealed; an erased one keeps nothing but the number."""

    openid = CodeField(max_length=64, unique=True, null=True)
    unionid = CodeField(max_length=64, null=True)
    nickname = fields.CharField(max_length=40, default=NEWCOMER)
    real_name = CodeField(max_length=300, null=True)
    phone = CodeField(max_length=200, null=True)
    phone_index = CodeField(max_length=64, unique=True, null=True)
    avatar_file_id = fields.BigIntField(null=True)
    large_type = fields.BooleanField(default=False)
    theme = fields.CharEnumField(Theme, max_length=8, default=Theme.AUTO)
    created_at = UtcDatetimeField(auto_now_add=True)
    erased_at = UtcDatetimeField(null=True)

    class Meta:
        table = "identity_user"

    def plain_phone(self) -> str | None:
        return self.phone and crypto.decrypt(self.phone, field="user.phone", row=self.id)

    def plain_name(self) -> str | None:
        return self.real_name and crypto.decrypt(self.real_name, field="user.name", row=self.id)


class Session(Row):
    """A device that is logged in. Of the token only a digest is kept."""

    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "app.User", related_name="sessions", on_delete=fields.CASCADE
    )
    user_id: int
    digest = CodeField(max_length=64, unique=True)
    device = fields.CharField(max_length=80, default="")
    is_strong = fields.BooleanField(default=False)
    """Two factors were shown: only then an administrator's post counts."""
    lasts_hours = fields.IntField()
    """How far each use moves the expiry."""
    created_at = UtcDatetimeField()
    seen_at = UtcDatetimeField()
    expires_at = UtcDatetimeField()
    revoked_at = UtcDatetimeField(null=True)

    class Meta:
        table = "identity_session"
        indexes = (("expires_at",),)


class Post(Row):
    """A role that a person holds at an area from a day to a day; several at once are usual."""

    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "app.User", related_name="posts", on_delete=fields.CASCADE
    )
    user_id: int
    role = fields.CharEnumField(Role, max_length=24)
    area: fields.ForeignKeyNullableRelation[Area] = fields.ForeignKeyField(
        "app.Area", related_name="posts", on_delete=fields.RESTRICT, null=True
    )
    """Null is everywhere: the first administrator stands before there are areas."""
    area_id: int | None
    unit_id = fields.BigIntField(null=True)
    """The department or firm that the person stands for."""
    title = fields.CharField(max_length=40, default="")
    starts_at = UtcDatetimeField()
    ends_at = UtcDatetimeField(null=True)
    granted_by = fields.BigIntField(default=0)

    class Meta:
        table = "identity_post"
        indexes = (("area_id", "role"),)

    def is_running(self, at: datetime | None = None) -> bool:
        moment = at or clock.now()
        return self.starts_at <= moment and (self.ends_at is None or self.ends_at > moment)


class Credential(Row):
    """An administrator's password (argon2) and second factor (sealed)."""

    user: fields.OneToOneRelation[User] = fields.OneToOneField(
        "app.User", related_name="credential", on_delete=fields.CASCADE
    )
    user_id: int
    username = CodeField(max_length=40, unique=True)
    password = CodeField(max_length=200)
    totp_secret = CodeField(max_length=200)
    totp_step = fields.BigIntField(default=0)
    """The last thirty-second step whose code was used: none is accepted twice."""

    class Meta:
        table = "identity_credential"


sealing.column(User, "phone", field="user.phone", index="phone_index")
sealing.column(User, "real_name", field="user.name")
sealing.column(Credential, "totp_secret", field=TOTP, row="user_id")
