from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from backend.core.fields import CodeField


class Migration(migrations.Migration):
    dependencies = [("app", "0018_mall")]

    initial = False

    operations = [
        ops.AddField(
            model_name="Refund",
            name="card",
            field=CodeField(null=True, max_length=600),
        ),
        ops.AddField(
            model_name="Refund",
            name="target",
            field=fields.CharField(null=True, max_length=16),
        ),
    ]
