from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from backend.core.fields import CodeField, UtcDatetimeField


class Migration(migrations.Migration):
    dependencies = [("app", "0013_points")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Certificate",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("number", CodeField(unique=True, max_length=20)),
                ("user_id", fields.BigIntField()),
                ("name_index", CodeField(max_length=64)),
                ("since", fields.DateField()),
                ("until", fields.DateField()),
                ("minutes", fields.IntField()),
                ("services", fields.IntField()),
                ("issued_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "hours_certificate",
                "app": "app",
                "indexes": [Index(fields=["user_id", "id"])],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="Pledge",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("kind", fields.CharField(max_length=8)),
                ("title", fields.CharField(max_length=60)),
                ("text", fields.CharField(max_length=500)),
                ("area_id", fields.BigIntField()),
                ("area_path", CodeField(max_length=200)),
                ("unit_id", fields.BigIntField(null=True)),
                ("user_id", fields.BigIntField(null=True)),
                ("party", fields.CharField(max_length=40)),
                ("wanted", fields.SmallIntField()),
                ("status", fields.CharField(max_length=12)),
                ("version", fields.IntField()),
                ("reason", fields.CharField(max_length=100)),
                ("is_hidden", fields.BooleanField()),
                ("created_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("published_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("kept_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "pledges_pledge",
                "app": "app",
                "indexes": [
                    Index(fields=["area_path", "status", "id"]),
                    Index(fields=["user_id", "id"]),
                    Index(fields=["unit_id"]),
                ],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="PledgeStep",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "pledge",
                    fields.ForeignKeyField(
                        "app.Pledge",
                        source_field="pledge_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="steps",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("title", fields.CharField(max_length=60)),
                ("due_on", fields.DateField()),
                ("status", fields.CharField(max_length=12)),
                ("version", fields.IntField()),
                ("proof", fields.CharField(max_length=300)),
                ("file_ids", fields.JSONField()),
                ("is_hidden", fields.BooleanField()),
                ("reason", fields.CharField(max_length=100)),
                ("yes", fields.IntField()),
                ("no", fields.IntField()),
                ("said_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("confirmed_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "pledges_step",
                "app": "app",
                "indexes": [Index(fields=["pledge_id", "id"])],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="PledgeVoice",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "step",
                    fields.ForeignKeyField(
                        "app.PledgeStep",
                        source_field="step_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="voices",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("user_id", fields.BigIntField(null=True)),
                ("is_kept", fields.BooleanField()),
                ("text", fields.CharField(max_length=200)),
                ("is_hidden", fields.BooleanField()),
                ("said_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "pledges_voice",
                "app": "app",
                "unique_together": (("step_id", "user_id"),),
                "indexes": [Index(fields=["user_id"])],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="ReportIn",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("kind", fields.CharField(max_length=8)),
                ("user_id", fields.BigIntField(null=True)),
                ("unit_id", fields.BigIntField(null=True)),
                ("area_id", fields.BigIntField()),
                ("area_path", CodeField(max_length=200)),
                ("live_key", CodeField(null=True, unique=True, max_length=48)),
                ("workplace", fields.CharField(max_length=60)),
                ("strengths", fields.CharField(max_length=200)),
                ("status", fields.CharField(max_length=12)),
                ("version", fields.IntField()),
                ("reason", fields.CharField(max_length=100)),
                ("asked_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("decided_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "report_ins_report",
                "app": "app",
                "indexes": [
                    Index(fields=["area_path", "status", "id"]),
                    Index(fields=["user_id", "id"]),
                ],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="ReportTask",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("title", fields.CharField(max_length=60)),
                ("text", fields.CharField(max_length=500)),
                ("area_id", fields.BigIntField()),
                ("area_path", CodeField(max_length=200)),
                ("minutes", fields.SmallIntField()),
                ("wanted", fields.SmallIntField()),
                ("taken", fields.SmallIntField()),
                ("due_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("status", fields.CharField(max_length=12)),
                ("version", fields.IntField()),
                ("created_by", fields.BigIntField()),
                ("created_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "report_ins_task",
                "app": "app",
                "indexes": [
                    Index(fields=["area_path", "status", "id"]),
                    Index(fields=["status", "due_at"]),
                ],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="ServiceHour",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("key", CodeField(unique=True, max_length=60)),
                ("user_id", fields.BigIntField(null=True)),
                ("owner_kind", CodeField(max_length=24)),
                ("owner_id", fields.BigIntField()),
                ("title", fields.CharField(max_length=60)),
                ("area_path", CodeField(max_length=200)),
                ("served_on", fields.DateField()),
                ("proposed", fields.SmallIntField()),
                ("minutes", fields.SmallIntField()),
                ("note", fields.CharField(max_length=60)),
                ("status", fields.CharField(max_length=12)),
                ("version", fields.IntField()),
                ("changes", fields.SmallIntField()),
                ("reason", fields.CharField(max_length=100)),
                ("created_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("confirmed_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "hours_hour",
                "app": "app",
                "indexes": [
                    Index(fields=["user_id", "status", "served_on"]),
                    Index(fields=["owner_kind", "owner_id", "status", "id"]),
                    Index(fields=["area_path", "id"]),
                ],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="HourChange",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "hour",
                    fields.ForeignKeyField(
                        "app.ServiceHour",
                        source_field="hour_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="history",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("before", fields.SmallIntField()),
                ("after", fields.SmallIntField()),
                ("reason", fields.CharField(max_length=100)),
                ("made_by", fields.BigIntField()),
                ("made_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "hours_change",
                "app": "app",
                "indexes": [Index(fields=["hour_id", "id"])],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="TaskClaim",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "task",
                    fields.ForeignKeyField(
                        "app.ReportTask",
                        source_field="task_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="claims",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "report",
                    fields.ForeignKeyField(
                        "app.ReportIn",
                        source_field="report_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="claims",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("user_id", fields.BigIntField(null=True)),
                ("live_key", CodeField(null=True, unique=True, max_length=48)),
                ("status", fields.CharField(max_length=12)),
                ("version", fields.IntField()),
                ("proof", fields.CharField(max_length=300)),
                ("file_ids", fields.JSONField()),
                ("reason", fields.CharField(max_length=100)),
                ("taken_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("said_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("confirmed_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "report_ins_claim",
                "app": "app",
                "indexes": [
                    Index(fields=["task_id", "status", "id"]),
                    Index(fields=["user_id", "id"]),
                ],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="Team",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("name", fields.CharField(max_length=30)),
                ("intro", fields.CharField(max_length=300)),
                ("area_id", fields.BigIntField()),
                ("area_path", CodeField(max_length=200)),
                ("captain_id", fields.BigIntField(null=True)),
                ("status", fields.CharField(max_length=12)),
                ("version", fields.IntField()),
                ("reason", fields.CharField(max_length=100)),
                ("members", fields.IntField()),
                ("created_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "teams_team",
                "app": "app",
                "indexes": [Index(fields=["area_path", "id"]), Index(fields=["captain_id"])],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="TeamMember",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "team",
                    fields.ForeignKeyField(
                        "app.Team",
                        source_field="team_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="people",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("user_id", fields.BigIntField()),
                ("live_key", CodeField(null=True, unique=True, max_length=48)),
                ("status", fields.CharField(max_length=12)),
                ("version", fields.IntField()),
                ("asked_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("decided_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "teams_member",
                "app": "app",
                "indexes": [
                    Index(fields=["team_id", "status", "id"]),
                    Index(fields=["user_id", "id"]),
                ],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="VolunteerProject",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("title", fields.CharField(max_length=60)),
                ("text", fields.CharField(max_length=1000)),
                ("category", fields.CharField(max_length=12)),
                ("area_id", fields.BigIntField()),
                ("area_path", CodeField(max_length=200)),
                ("team_id", fields.BigIntField(null=True)),
                ("is_team_only", fields.BooleanField()),
                ("code_id", fields.BigIntField()),
                ("status", fields.CharField(max_length=12)),
                ("version", fields.IntField()),
                ("created_by", fields.BigIntField()),
                ("created_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "volunteering_project",
                "app": "app",
                "indexes": [
                    Index(fields=["area_path", "status", "id"]),
                    Index(fields=["team_id"]),
                    Index(fields=["code_id"]),
                ],
                "pk_attr": "id",
            },
        ),
    ]
