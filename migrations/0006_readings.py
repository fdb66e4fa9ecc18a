from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


async def name_the_accounts(_apps, schema_editor):
    """Whoever has an account sees their readings by it from now on."""
    await schema_editor.client.execute_script(
        "UPDATE residents_plain_reading SET user_id = (SELECT r.user_id FROM residents_resident r "
        "WHERE r.id = residents_plain_reading.resident_id)"
    )


class Migration(migrations.Migration):
    dependencies = [("app", "0005_fees")]

    initial = False

    operations = [
        ops.AlterField(
            model_name="PlainReading",
            name="resident",
            field=fields.ForeignKeyField(
                "app.Resident",
                source_field="resident_id",
                null=True,
                db_constraint=True,
                to_field="id",
                related_name="readings",
                on_delete=OnDelete.CASCADE,
            ),
        ),
        ops.AddField(
            model_name="PlainReading",
            name="user_id",
            field=fields.BigIntField(null=True),
        ),
        ops.AddIndex(
            model_name="PlainReading",
            index=Index(fields=["user_id", "id"]),
        ),
        ops.RunPython(name_the_accounts),
    ]
