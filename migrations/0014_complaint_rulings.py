from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("app", "0013_points")]

    initial = False

    operations = [
        ops.AddField(
            model_name="MoveRequest",
            name="complaint_ruling",
            field=fields.CharField(null=True, max_length=200),
        ),
    ]
