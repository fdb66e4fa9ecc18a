from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("app", "0003_vehicles")]

    initial = False

    operations = [
        ops.AddField(
            model_name="Payment",
            name="is_held",
            field=fields.BooleanField(db_default=False),
        ),
    ]
