from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from backend.core.fields import CodeField, UtcDatetimeField


class Migration(migrations.Migration):
    dependencies = [("app", "0015_checkpoints"), ("app", "0015_fairs")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Electorate",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("area_path", CodeField(max_length=200)),
                ("is_of_owners", fields.BooleanField()),
                ("frozen_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("frozen_by", fields.BigIntField()),
                ("dwellings", fields.IntField()),
                ("heads", fields.IntField()),
                ("area", fields.BigIntField()),
                ("digest", CodeField(max_length=64)),
            ],
            options={
                "table": "electorates_electorate",
                "app": "app",
                "indexes": [Index(fields=["area_path"])],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="Elector",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "electorate",
                    fields.ForeignKeyField(
                        "app.Electorate",
                        source_field="electorate_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="electors",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("dwelling_id", fields.BigIntField()),
                ("area", fields.IntField()),
                ("head", fields.IntField()),
            ],
            options={
                "table": "electorates_elector",
                "app": "app",
                "unique_together": (("electorate_id", "dwelling_id"),),
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="ElectorOwner",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "electorate",
                    fields.ForeignKeyField(
                        "app.Electorate",
                        source_field="electorate_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="owners",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("dwelling_id", fields.BigIntField()),
                ("resident_id", fields.BigIntField()),
            ],
            options={
                "table": "electorates_owner",
                "app": "app",
                "unique_together": (("electorate_id", "dwelling_id", "resident_id"),),
                "indexes": [Index(fields=["resident_id", "electorate_id"])],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="Matter",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("area_id", fields.BigIntField()),
                ("area_path", CodeField(max_length=200)),
                ("title", fields.CharField(max_length=60)),
                ("text", fields.TextField(unique=False)),
                ("sections", fields.JSONField()),
                ("options", fields.JSONField()),
                ("file_ids", fields.JSONField()),
                ("status", fields.CharField(max_length=12)),
                ("version", fields.IntField()),
                ("opinions_until", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("voting_id", fields.BigIntField(null=True)),
                ("decision", fields.CharField(max_length=500)),
                ("code_id", fields.BigIntField(null=True, unique=True)),
                ("created_by", fields.BigIntField()),
                ("created_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("published_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("decided_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("done_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "matters_matter",
                "app": "app",
                "indexes": [Index(fields=["area_path", "id"]), Index(fields=["status", "id"])],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="MatterOrigin",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "matter",
                    fields.ForeignKeyField(
                        "app.Matter",
                        source_field="matter_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="origins",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("order_id", fields.BigIntField()),
            ],
            options={
                "table": "matters_origin",
                "app": "app",
                "unique_together": (("matter_id", "order_id"),),
                "indexes": [Index(fields=["order_id"])],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="Milestone",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "matter",
                    fields.ForeignKeyField(
                        "app.Matter",
                        source_field="matter_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="milestones",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("title", fields.CharField(max_length=60)),
                ("due_on", fields.DateField(null=True)),
                ("is_follow_up", fields.BooleanField()),
                ("note", fields.CharField(max_length=500)),
                ("file_ids", fields.JSONField()),
                ("done_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("done_by", fields.BigIntField(null=True)),
            ],
            options={
                "table": "matters_milestone",
                "app": "app",
                "indexes": [Index(fields=["matter_id", "id"])],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="Naming",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("voting_id", fields.BigIntField()),
                ("dwelling_id", fields.BigIntField()),
                ("owner_id", fields.BigIntField()),
                ("named_id", fields.BigIntField()),
                ("at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "ballots_naming",
                "app": "app",
                "unique_together": (("voting_id", "dwelling_id", "owner_id"),),
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="Opinion",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("matter_id", fields.BigIntField()),
                ("section", CodeField(max_length=20)),
                ("author_id", fields.BigIntField(null=True)),
                ("place", fields.CharField(max_length=40)),
                ("text", fields.CharField(max_length=500)),
                ("file_ids", fields.JSONField()),
                ("likes", fields.IntField()),
                ("hidden_because", fields.CharField(max_length=200)),
                ("at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "opinions_opinion",
                "app": "app",
                "indexes": [
                    Index(fields=["matter_id", "section", "id"]),
                    Index(fields=["matter_id", "likes", "id"]),
                    Index(fields=["author_id"]),
                ],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="OpinionLike",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "opinion",
                    fields.ForeignKeyField(
                        "app.Opinion",
                        source_field="opinion_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="liked_by",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("user_id", fields.BigIntField()),
            ],
            options={
                "table": "opinions_like",
                "app": "app",
                "unique_together": (("opinion_id", "user_id"),),
                "indexes": [Index(fields=["user_id"])],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="PaperBallot",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("voting_id", fields.BigIntField()),
                ("dwelling_id", fields.BigIntField()),
                ("area_path", CodeField(max_length=200)),
                ("status", fields.CharField(max_length=8)),
                ("version", fields.IntField()),
                ("live_key", CodeField(null=True, unique=True, max_length=48)),
                ("received_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("first_by", fields.BigIntField()),
                ("first_choice", CodeField(null=True, max_length=20)),
                ("first_code", CodeField(null=True, max_length=32)),
                ("second_by", fields.BigIntField(null=True)),
                ("second_choice", CodeField(null=True, max_length=20)),
                ("second_code", CodeField(null=True, max_length=32)),
                ("ruled_by", fields.BigIntField(null=True)),
                ("note", fields.CharField(max_length=200)),
                ("entered_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "papers_ballot",
                "app": "app",
                "indexes": [
                    Index(fields=["voting_id", "status", "id"]),
                    Index(fields=["area_path"]),
                ],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="Proxy",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("voting_id", fields.BigIntField()),
                ("dwelling_id", fields.BigIntField()),
                ("owner_id", fields.BigIntField()),
                ("user_id", fields.BigIntField(null=True)),
                ("seal", CodeField(max_length=32)),
                ("name", CodeField(null=True, max_length=400)),
                ("file_id", fields.BigIntField()),
                ("live_key", CodeField(null=True, unique=True, max_length=48)),
                ("recorded_by", fields.BigIntField()),
                ("recorded_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("withdrawn_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "ballots_proxy",
                "app": "app",
                "indexes": [
                    Index(fields=["voting_id", "id"]),
                    Index(fields=["user_id", "voting_id"]),
                ],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="Voting",
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
                ("text", fields.TextField(unique=False)),
                ("kind", fields.CharField(max_length=12)),
                ("choices", fields.JSONField()),
                ("is_secret", fields.BooleanField()),
                ("takes_paper", fields.BooleanField()),
                ("unsold", fields.JSONField()),
                ("status", fields.CharField(max_length=12)),
                ("version", fields.IntField()),
                ("electorate_id", fields.BigIntField(null=True)),
                ("text_hash", CodeField(null=True, max_length=64)),
                ("seal", CodeField(max_length=32)),
                ("key", CodeField(null=True, max_length=200)),
                ("starts_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("ends_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("created_by", fields.BigIntField()),
                ("created_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("ballots", fields.IntField()),
                ("counted_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("root", CodeField(null=True, max_length=64)),
                ("outcome", fields.JSONField(null=True)),
                ("reason", fields.CharField(max_length=200)),
            ],
            options={
                "table": "votings_voting",
                "app": "app",
                "indexes": [
                    Index(fields=["area_path", "id"]),
                    Index(fields=["status", "ends_at"]),
                    Index(fields=["status", "starts_at"]),
                    Index(fields=["subject"]),
                ],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="BallotMark",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "voting",
                    fields.ForeignKeyField(
                        "app.Voting",
                        source_field="voting_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="marks",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("dwelling_id", fields.BigIntField()),
                ("area", fields.IntField()),
                ("head", fields.IntField()),
                ("source", fields.CharField(max_length=8)),
                ("by_user", fields.BigIntField(null=True)),
                ("at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "votings_mark",
                "app": "app",
                "unique_together": (("voting_id", "dwelling_id"),),
                "indexes": [Index(fields=["by_user"])],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="BallotSlip",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "voting",
                    fields.ForeignKeyField(
                        "app.Voting",
                        source_field="voting_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="slips",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("hash", CodeField(max_length=64)),
                ("choice", CodeField(max_length=20)),
                ("area", fields.IntField()),
                ("head", CodeField(max_length=16)),
                ("dwelling_id", fields.BigIntField(null=True)),
            ],
            options={
                "table": "votings_slip",
                "app": "app",
                "unique_together": (("voting_id", "hash"),),
                "pk_attr": "id",
            },
        ),
    ]
