from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import UniqueConstraint

from backend.core.table_names import RenameTable


async def forget_old_names(_apps, schema_editor):
    """Jobs by the room's old name are nobody's; what they were to fetch is planned anew."""
    for table in ("core_job", "core_schedule"):
        await schema_editor.client.execute_script(
            f"DELETE FROM {table} WHERE name LIKE 'engines.statements.%'"  # noqa: S608
        )


class Migration(migrations.Migration):
    dependencies = [("app", "0010_surveys")]

    initial = False

    operations = [
        ops.RenameModel(old_name="Statement", new_name="WechatBill"),
        ops.RenameModel(old_name="StatementLine", new_name="WechatBillLine"),
        RenameTable("WechatBill", "wechat_bills_bill"),
        RenameTable("WechatBillLine", "wechat_bills_line"),
        ops.RemoveConstraint(
            model_name="WechatBillLine",
            name=None,
            fields=["statement_id", "line"],
        ),
        ops.RenameField(
            model_name="WechatBillLine",
            old_name="statement_id",
            new_name="bill_id",
        ),
        ops.AddConstraint(
            model_name="WechatBillLine",
            constraint=UniqueConstraint(fields=("bill_id", "line"), name=None),
        ),
        ops.RunPython(forget_old_names),
    ]
