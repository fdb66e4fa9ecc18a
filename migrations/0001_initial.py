from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from backend.core.fields import CodeField, UtcDatetimeField


class Migration(migrations.Migration):
    initial = True

    operations = [
        ops.CreateModel(
            name="Area",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "parent",
                    fields.ForeignKeyField(
                        "app.Area",
                        source_field="parent_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="children",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("path", CodeField(null=True, unique=True, max_length=200)),
                ("level", fields.CharField(max_length=12)),
                ("name", fields.CharField(max_length=60)),
                ("sibling_key", CodeField(unique=True, max_length=100)),
                ("sort", fields.IntField()),
                ("contact", fields.JSONField()),
                ("latitude", fields.IntField(null=True)),
                ("longitude", fields.IntField(null=True)),
                ("created_at", UtcDatetimeField(auto_now=False, auto_now_add=True)),
                ("updated_at", UtcDatetimeField(auto_now=True, auto_now_add=False)),
            ],
            options={
                "table": "areas_area",
                "app": "app",
                "indexes": [
                    Index(fields=["parent_id", "sort", "id"]),
                    Index(fields=["level", "path"]),
                ],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="AreaMove",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "area",
                    fields.ForeignKeyField(
                        "app.Area",
                        source_field="area_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="moves",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("from_parent_id", fields.BigIntField()),
                ("to_parent_id", fields.BigIntField()),
                ("from_path", CodeField(max_length=200)),
                ("to_path", CodeField(max_length=200)),
                ("note", fields.CharField(max_length=200)),
                ("moved_by", fields.BigIntField()),
                ("moved_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "areas_move",
                "app": "app",
                "indexes": [Index(fields=["area_id", "id"])],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="CalendarDay",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("day", fields.DateField(unique=True)),
                ("is_workday", fields.BooleanField()),
                ("note", fields.CharField(max_length=60)),
            ],
            options={"table": "order_calendar_day", "app": "app", "pk_attr": "id"},
        ),
        ops.CreateModel(
            name="ClockPolicy",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("order_kind", CodeField(max_length=20)),
                ("grade", CodeField(max_length=8)),
                ("contact", fields.SmallIntField()),
                ("arrive", fields.SmallIntField()),
                ("done", fields.SmallIntField()),
                ("calendar", fields.CharField(max_length=8)),
                ("remind_percent", fields.SmallIntField()),
                ("changed_by", fields.BigIntField()),
                ("changed_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "order_clock_policy",
                "app": "app",
                "unique_together": (("order_kind", "grade"),),
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="Code",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("token", CodeField(unique=True, max_length=32)),
                ("kind", fields.CharField(max_length=12)),
                (
                    "area",
                    fields.ForeignKeyField(
                        "app.Area",
                        source_field="area_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="codes",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("live_key", CodeField(null=True, unique=True, max_length=40)),
                ("label", fields.CharField(max_length=40)),
                ("scans", fields.IntField()),
                ("created_by", fields.BigIntField()),
                ("created_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("retired_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "codes_code",
                "app": "app",
                "indexes": [Index(fields=["area_id", "id"])],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="CodeDay",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "code",
                    fields.ForeignKeyField(
                        "app.Code",
                        source_field="code_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="days",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("day", fields.DateField()),
                ("scans", fields.IntField()),
            ],
            options={
                "table": "codes_day",
                "app": "app",
                "unique_together": (("code_id", "day"),),
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="CommunityService",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("community_id", fields.BigIntField()),
                ("key", CodeField(max_length=20)),
                ("sort", fields.SmallIntField()),
                ("chosen_by", fields.BigIntField()),
                ("chosen_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "home_service",
                "app": "app",
                "unique_together": (("community_id", "key"),),
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="Consent",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("user_id", fields.BigIntField()),
                ("template", CodeField(max_length=60)),
                ("quota", fields.IntField()),
                ("version", fields.IntField()),
            ],
            options={
                "table": "notify_consent",
                "app": "app",
                "unique_together": (("user_id", "template"),),
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="ConsentEntry",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("user_id", fields.BigIntField()),
                ("template", CodeField(max_length=60)),
                ("change", fields.IntField()),
                ("cause", CodeField(max_length=20)),
                ("source", CodeField(max_length=10)),
                ("delivery_id", fields.BigIntField(null=True)),
                ("created_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "notify_consent_entry",
                "app": "app",
                "indexes": [Index(fields=["user_id", "template", "created_at"])],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="Department",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("code", CodeField(unique=True, max_length=40)),
                ("name", fields.CharField(max_length=60)),
                ("kind", fields.CharField(max_length=12)),
                ("phone", fields.CharField(max_length=20)),
                ("is_active", fields.BooleanField()),
                ("created_at", UtcDatetimeField(auto_now=False, auto_now_add=True)),
                ("updated_at", UtcDatetimeField(auto_now=True, auto_now_add=False)),
            ],
            options={
                "table": "departments_department",
                "app": "app",
                "indexes": [Index(fields=["kind", "id"])],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="Draft",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("user_id", fields.BigIntField(unique=True)),
                ("content", fields.JSONField()),
                ("updated_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={"table": "order_draft", "app": "app", "pk_attr": "id"},
        ),
        ops.CreateModel(
            name="DutyCorrection",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("word", CodeField(max_length=60)),
                ("code", CodeField(max_length=8)),
                ("delta", fields.FloatField()),
                ("times", fields.IntField()),
                ("updated_at", UtcDatetimeField(auto_now=True, auto_now_add=False)),
            ],
            options={
                "table": "duties_correction",
                "app": "app",
                "unique_together": (("word", "code"),),
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="DutyVersion",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("number", fields.IntField(unique=True)),
                ("digest", CodeField(max_length=64)),
                ("stamp", CodeField(max_length=32)),
                ("loaded_at", UtcDatetimeField(auto_now=False, auto_now_add=True)),
            ],
            options={"table": "duties_version", "app": "app", "pk_attr": "id"},
        ),
        ops.CreateModel(
            name="DutyItem",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "version",
                    fields.ForeignKeyField(
                        "app.DutyVersion",
                        source_field="version_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="items",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("code", CodeField(max_length=8)),
                ("item", fields.CharField(max_length=100)),
                ("lead", fields.CharField(max_length=60)),
                ("body", fields.TextField(unique=False)),
            ],
            options={
                "table": "duties_item",
                "app": "app",
                "unique_together": (("version_id", "code"),),
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="Dwelling",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "area",
                    fields.ForeignKeyField(
                        "app.Area",
                        source_field="area_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="dwellings",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("number", CodeField(max_length=20)),
                ("floor", fields.SmallIntField(null=True)),
                ("square", fields.IntField(null=True)),
            ],
            options={
                "table": "areas_dwelling",
                "app": "app",
                "unique_together": (("area_id", "number"),),
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="Entry",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("actor_id", fields.BigIntField()),
                ("action", CodeField(max_length=80)),
                ("subject", CodeField(max_length=120)),
                ("area_path", CodeField(max_length=200)),
                ("detail", fields.TextField(unique=False)),
                ("at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("chain", CodeField(null=True, max_length=200)),
                ("position", fields.BigIntField(null=True)),
                ("previous", CodeField(null=True, max_length=64)),
                ("hash", CodeField(null=True, max_length=64)),
            ],
            options={
                "table": "audit_entry",
                "app": "app",
                "unique_together": (("chain", "position"),),
                "indexes": [Index(fields=["area_path", "id"]), Index(fields=["subject", "id"])],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="File",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("owner_id", fields.BigIntField()),
                ("purpose", fields.CharField(max_length=12)),
                ("kind", fields.CharField(max_length=12)),
                ("media_type", CodeField(max_length=80)),
                ("bytes", fields.IntField()),
                ("width", fields.IntField(null=True)),
                ("height", fields.IntField(null=True)),
                ("seconds", fields.IntField(null=True)),
                ("key", CodeField(unique=True, max_length=64)),
                ("thumb_key", CodeField(null=True, max_length=64)),
                ("sha256", CodeField(max_length=64)),
                ("subject", CodeField(max_length=60)),
                ("status", fields.CharField(max_length=12)),
                ("version", fields.IntField()),
                ("trace_id", CodeField(null=True, db_index=True, max_length=80)),
                ("created_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("stored_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("deleted_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "files_file",
                "app": "app",
                "indexes": [
                    Index(fields=["owner_id", "subject"]),
                    Index(fields=["subject", "created_at"]),
                ],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="Head",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("chain", CodeField(unique=True, max_length=200)),
                ("length", fields.BigIntField()),
                ("hash", CodeField(max_length=64)),
                ("signature", CodeField(max_length=64)),
            ],
            options={"table": "audit_head", "app": "app", "pk_attr": "id"},
        ),
        ops.CreateModel(
            name="Job",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("name", CodeField(max_length=160)),
                ("payload", fields.JSONField()),
                ("run_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("attempts", fields.IntField()),
                ("owner", CodeField(max_length=32)),
                ("is_outside", fields.BooleanField()),
                ("is_dead", fields.BooleanField()),
                ("error", fields.TextField(null=True, unique=False)),
                ("created_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "core_job",
                "app": "app",
                "indexes": [Index(fields=["is_dead", "is_outside", "run_at"])],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="Key",
            fields=[
                ("key", CodeField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ("request", CodeField(max_length=64)),
                ("status", fields.SmallIntField()),
                ("answer", fields.TextField(null=True, unique=False)),
                ("created_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "core_idempotency",
                "app": "app",
                "indexes": [Index(fields=["created_at"])],
                "pk_attr": "key",
            },
        ),
        ops.CreateModel(
            name="Message",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("user_id", fields.BigIntField()),
                ("template", CodeField(max_length=60)),
                ("words", fields.TextField(unique=False)),
                ("link", CodeField(max_length=200)),
                ("created_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("read_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "notify_message",
                "app": "app",
                "indexes": [Index(fields=["user_id", "id"]), Index(fields=["user_id", "read_at"])],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "message",
                    fields.ForeignKeyField(
                        "app.Message",
                        source_field="message_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="deliveries",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("user_id", fields.BigIntField()),
                ("template", CodeField(max_length=60)),
                ("data", fields.TextField(unique=False)),
                ("is_urgent", fields.BooleanField()),
                ("status", fields.CharField(max_length=12)),
                ("version", fields.IntField()),
                ("attempts", fields.IntField()),
                ("started_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("sent_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("wechat_id", CodeField(null=True, db_index=True, max_length=40)),
                ("errcode", fields.IntField(null=True)),
                ("reason", CodeField(max_length=40)),
                ("created_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "notify_delivery",
                "app": "app",
                "indexes": [
                    Index(fields=["created_at"]),
                    Index(fields=["status", "created_at"]),
                    Index(fields=["user_id", "template"]),
                ],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="Order",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("kind", CodeField(max_length=20)),
                ("title", fields.CharField(max_length=60)),
                ("text", fields.TextField(unique=False)),
                ("answers", fields.JSONField()),
                ("status", fields.CharField(max_length=12)),
                ("version", fields.IntField()),
                ("grade", fields.CharField(max_length=8)),
                ("reporter_id", fields.BigIntField(null=True)),
                ("is_anonymous", fields.BooleanField()),
                ("behalf", CodeField(null=True, max_length=500)),
                ("seal", CodeField(max_length=32)),
                ("channel", CodeField(max_length=12)),
                ("is_hidden", fields.BooleanField()),
                ("area_id", fields.BigIntField()),
                ("area_path", CodeField(max_length=200)),
                ("street_id", fields.BigIntField(null=True)),
                ("community_id", fields.BigIntField(null=True)),
                ("compound_id", fields.BigIntField(null=True)),
                ("compound_name", fields.CharField(max_length=60)),
                ("place", fields.CharField(max_length=200)),
                ("dwelling_id", fields.BigIntField(null=True)),
                ("latitude", fields.IntField(null=True)),
                ("longitude", fields.IntField(null=True)),
                ("picture_id", fields.BigIntField(null=True)),
                ("voice_id", fields.BigIntField(null=True)),
                ("duty", fields.JSONField(null=True)),
                ("duty_code", CodeField(null=True, max_length=12)),
                ("candidates", fields.JSONField()),
                ("party", CodeField(null=True, max_length=12)),
                ("unit_id", fields.BigIntField(null=True)),
                ("unit_name", fields.CharField(max_length=60)),
                ("handler_id", fields.BigIntField(null=True)),
                ("handler_role", CodeField(max_length=24)),
                ("clock", CodeField(null=True, max_length=8)),
                ("clock_state", CodeField(max_length=8)),
                ("clock_since", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("due_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("remind_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("round", fields.SmallIntField()),
                ("suspended_from", CodeField(null=True, max_length=12)),
                ("returned", fields.SmallIntField()),
                ("handovers", fields.SmallIntField()),
                ("reopened", fields.SmallIntField()),
                ("urged", fields.SmallIntField()),
                ("urged_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("extension", CodeField(null=True, max_length=10)),
                ("extension_hours", fields.SmallIntField(null=True)),
                ("extension_reason", fields.CharField(null=True, max_length=200)),
                ("stars", fields.SmallIntField(null=True)),
                ("is_solved", fields.BooleanField(null=True)),
                ("rating_text", fields.CharField(null=True, max_length=500)),
                ("created_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("updated_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("taken_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("resolved_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("rated_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("close_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "orders_order",
                "app": "app",
                "indexes": [
                    Index(fields=["reporter_id", "id"]),
                    Index(fields=["handler_id", "status"]),
                    Index(fields=["status", "party", "community_id", "due_at"]),
                    Index(fields=["unit_id", "status", "due_at"]),
                    Index(fields=["unit_id", "id"]),
                    Index(fields=["compound_id", "id"]),
                    Index(fields=["community_id", "id"]),
                    Index(fields=["community_id", "status", "id"]),
                    Index(fields=["community_id", "resolved_at"]),
                    Index(fields=["street_id", "status", "id"]),
                    Index(fields=["street_id", "id"]),
                    Index(fields=["status", "id"]),
                    Index(fields=["area_path", "id"]),
                    Index(fields=["close_at"]),
                ],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="OrderClock",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("order_id", fields.BigIntField()),
                ("round", fields.SmallIntField()),
                ("kind", fields.CharField(max_length=8)),
                ("state", CodeField(max_length=8)),
                ("calendar", fields.CharField(max_length=8)),
                ("started_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("due_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("remind_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "fire_at",
                    UtcDatetimeField(null=True, db_index=True, auto_now=False, auto_now_add=False),
                ),
                ("met_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("paused_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("paused_seconds", fields.IntField()),
                ("overdue_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "order_clock",
                "app": "app",
                "unique_together": (("order_id", "round", "kind"),),
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="OrderEvent",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("order_id", fields.BigIntField()),
                ("at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("move", CodeField(max_length=20)),
                ("from_status", CodeField(max_length=12)),
                ("to_status", CodeField(max_length=12)),
                ("actor_id", fields.BigIntField(null=True)),
                ("actor_role", CodeField(max_length=24)),
                ("unit_id", fields.BigIntField(null=True)),
                ("note", fields.CharField(max_length=1000)),
                ("is_public", fields.BooleanField()),
                ("is_hidden", fields.BooleanField()),
                ("facts", fields.JSONField()),
            ],
            options={
                "table": "order_event",
                "app": "app",
                "indexes": [Index(fields=["order_id", "id"]), Index(fields=["actor_id", "id"])],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="OrderFile",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("order_id", fields.BigIntField()),
                ("event_id", fields.BigIntField()),
                ("file_id", fields.BigIntField(unique=True)),
                ("stage", fields.CharField(max_length=8)),
                ("is_voice", fields.BooleanField()),
            ],
            options={
                "table": "order_file",
                "app": "app",
                "indexes": [Index(fields=["order_id", "id"])],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="OrderPart",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("order_id", fields.BigIntField()),
                ("party", CodeField(max_length=12)),
                ("unit_id", fields.BigIntField(null=True)),
                ("unit_name", fields.CharField(max_length=60)),
                ("note", fields.CharField(max_length=200)),
                ("result", fields.CharField(null=True, max_length=500)),
                ("asked_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("closed_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("closed_by", fields.BigIntField(null=True)),
                ("key", CodeField(unique=True, max_length=40)),
            ],
            options={
                "table": "order_part",
                "app": "app",
                "indexes": [
                    Index(fields=["order_id"]),
                    Index(fields=["unit_id", "closed_at", "order_id"]),
                ],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="Resident",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("user_id", fields.BigIntField(null=True, unique=True)),
                ("seal", CodeField(unique=True, max_length=32)),
                ("name", CodeField(max_length=400)),
                ("phone", CodeField(null=True, max_length=200)),
                ("id_number", CodeField(null=True, max_length=200)),
                ("name_index", CodeField(db_index=True, max_length=64)),
                ("phone_index", CodeField(null=True, db_index=True, max_length=64)),
                ("id_index", CodeField(null=True, db_index=True, max_length=64)),
                ("birth_year", fields.SmallIntField(null=True)),
                ("gender", fields.CharField(null=True, max_length=8)),
                ("education", fields.CharField(null=True, max_length=12)),
                ("version", fields.IntField()),
                ("created_at", UtcDatetimeField(auto_now=False, auto_now_add=True)),
                ("updated_at", UtcDatetimeField(auto_now=True, auto_now_add=False)),
            ],
            options={"table": "residents_resident", "app": "app", "pk_attr": "id"},
        ),
        ops.CreateModel(
            name="Binding",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "resident",
                    fields.ForeignKeyField(
                        "app.Resident",
                        source_field="resident_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="bindings",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "dwelling",
                    fields.ForeignKeyField(
                        "app.Dwelling",
                        source_field="dwelling_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="bindings",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("relation", fields.CharField(max_length=8)),
                ("status", fields.CharField(max_length=12)),
                ("version", fields.IntField()),
                ("live_key", CodeField(null=True, unique=True, max_length=48)),
                ("reason", fields.CharField(max_length=200)),
                ("created_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("decided_by", fields.BigIntField(null=True)),
                ("decided_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("ended_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "residents_binding",
                "app": "app",
                "indexes": [
                    Index(fields=["dwelling_id", "status"]),
                    Index(fields=["resident_id", "status"]),
                    Index(fields=["status", "id"]),
                ],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="PlainReading",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "resident",
                    fields.ForeignKeyField(
                        "app.Resident",
                        source_field="resident_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="readings",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("reader_id", fields.BigIntField()),
                ("fields_read", CodeField(max_length=60)),
                ("purpose", fields.CharField(max_length=200)),
                ("read_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "residents_plain_reading",
                "app": "app",
                "indexes": [Index(fields=["resident_id", "id"])],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="ResidentTag",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "resident",
                    fields.ForeignKeyField(
                        "app.Resident",
                        source_field="resident_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="tags",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("tag", fields.CharField(max_length=20)),
            ],
            options={
                "table": "residents_tag",
                "app": "app",
                "unique_together": (("resident_id", "tag"),),
                "indexes": [Index(fields=["tag", "resident_id"])],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="Schedule",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("name", CodeField(unique=True, max_length=160)),
                ("next_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={"table": "core_schedule", "app": "app", "pk_attr": "id"},
        ),
        ops.CreateModel(
            name="SeenPush",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("key", CodeField(unique=True, max_length=190)),
                ("created_at", UtcDatetimeField(db_index=True, auto_now=False, auto_now_add=False)),
            ],
            options={"table": "pushes_seen", "app": "app", "pk_attr": "id"},
        ),
        ops.CreateModel(
            name="ServedArea",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "department",
                    fields.ForeignKeyField(
                        "app.Department",
                        source_field="department_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="served",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "area",
                    fields.ForeignKeyField(
                        "app.Area",
                        source_field="area_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="served_by",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "departments_served_area",
                "app": "app",
                "unique_together": (("department_id", "area_id"),),
                "indexes": [Index(fields=["area_id"])],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="User",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("openid", CodeField(null=True, unique=True, max_length=64)),
                ("unionid", CodeField(null=True, max_length=64)),
                ("nickname", fields.CharField(max_length=40)),
                ("real_name", CodeField(null=True, max_length=300)),
                ("phone", CodeField(null=True, max_length=200)),
                ("phone_index", CodeField(null=True, unique=True, max_length=64)),
                ("avatar_file_id", fields.BigIntField(null=True)),
                ("large_type", fields.BooleanField()),
                ("theme", fields.CharField(max_length=8)),
                ("created_at", UtcDatetimeField(auto_now=False, auto_now_add=True)),
                ("erased_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={"table": "identity_user", "app": "app", "pk_attr": "id"},
        ),
        ops.CreateModel(
            name="Credential",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "user",
                    fields.OneToOneField(
                        "app.User",
                        source_field="user_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="credential",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("username", CodeField(unique=True, max_length=40)),
                ("password", CodeField(max_length=200)),
                ("totp_secret", CodeField(max_length=200)),
                ("totp_step", fields.BigIntField()),
            ],
            options={"table": "identity_credential", "app": "app", "pk_attr": "id"},
        ),
        ops.CreateModel(
            name="Post",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "user",
                    fields.ForeignKeyField(
                        "app.User",
                        source_field="user_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="posts",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("role", fields.CharField(max_length=24)),
                (
                    "area",
                    fields.ForeignKeyField(
                        "app.Area",
                        source_field="area_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="posts",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("unit_id", fields.BigIntField(null=True)),
                ("title", fields.CharField(max_length=40)),
                ("starts_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("ends_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("granted_by", fields.BigIntField()),
            ],
            options={
                "table": "identity_post",
                "app": "app",
                "indexes": [Index(fields=["area_id", "role"])],
                "pk_attr": "id",
            },
        ),
        ops.CreateModel(
            name="Session",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "user",
                    fields.ForeignKeyField(
                        "app.User",
                        source_field="user_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="sessions",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("digest", CodeField(unique=True, max_length=64)),
                ("device", fields.CharField(max_length=80)),
                ("is_strong", fields.BooleanField()),
                ("lasts_hours", fields.IntField()),
                ("created_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("seen_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("expires_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("revoked_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "identity_session",
                "app": "app",
                "indexes": [Index(fields=["expires_at"])],
                "pk_attr": "id",
            },
        ),
    ]
