from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from backend.core.fields import CodeField, UtcDatetimeField


class Migration(migrations.Migration):
    dependencies = [("app", "0009_parking")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Survey",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("area_id", fields.BigIntField()),
                ("area_path", CodeField(max_length=200)),
                ("subject", CodeField(max_length=40)),
                ("title", fields.CharField(max_length=60)),
                ("intro", fields.CharField(max_length=500)),
                ("questions", fields.JSONField()),
                ("per", fields.CharField(max_length=8)),
                ("reach", fields.CharField(max_length=12)),
                ("is_anonymous", fields.BooleanField()),
                ("is_public", fields.BooleanField()),
                ("status", fields.CharField(max_length=8)),
                ("version", fields.IntField()),
                ("answers", fields.IntField()),
                ("code_id", fields.BigIntField(null=True, unique=True)),
                ("created_by", fields.BigIntField()),
                ("created_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("opened_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("closes_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("closed_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "surveys_survey",
                "app": "app",
                "indexes": [
                    Index(fields=["area_path", "id"]),
                    Index(fields=["status", "closes_at"]),
                    Index(fields=["subject"]),
                ],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="SurveyAnswer",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "survey",
                    fields.ForeignKeyField(
                        "app.Survey",
                        source_field="survey_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="sheets",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("day", fields.DateField()),
                ("sheet", fields.JSONField()),
                ("user_id", fields.BigIntField(null=True)),
                ("dwelling_id", fields.BigIntField(null=True)),
            ],
            options={
                "table": "surveys_answer",
                "app": "app",
                "indexes": [Index(fields=["survey_id", "id"]), Index(fields=["user_id"])],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="SurveyMark",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "survey",
                    fields.ForeignKeyField(
                        "app.Survey",
                        source_field="survey_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="marks",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("who", CodeField(max_length=32)),
            ],
            options={
                "table": "surveys_mark",
                "app": "app",
                "unique_together": (("survey_id", "who"),),
                "indexes": [Index(fields=["who"])],
                "pk_attr": "id",
            },
        ),
    ]
