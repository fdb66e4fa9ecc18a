"""What people are told about their hours."""

from backend.foundation.notify.messages import Template as Template

PAGE = "/pages/volunteering/hours"

CONFIRMED = Template(
    "hours.confirmed",
    title="服务时长已确认",
    text="「{title}」的 {spoken}服务时长已确认，感谢您的付出。",
    wechat={"thing1": "{title}", "thing2": "{spoken}"},
    labels={"thing1": "项目", "thing2": "时长"},
    scene="volunteering",
    reason="服务时长确认了告诉您",
    name="志愿时长确认通知",
)
CORRECTED = Template(
    "hours.corrected", "服务时长有更正", "「{title}」的服务时长更正为 {spoken}：{reason}。"
)
REJECTED = Template(
    "hours.rejected",
    "服务时长未认可",
    "「{title}」的服务时长没有被认可：{reason}。有疑问请联系组织者。",
)
