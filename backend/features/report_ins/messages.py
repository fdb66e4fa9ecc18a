"""What members and units are told."""

from backend.foundation.notify.messages import Template as Template

PAGE = "/pages/volunteering/report-in"

CONFIRMED = Template("report_ins.confirmed", "报到已确认", "您已到「{area}」报到，可以认领任务了。")
REFUSED = Template("report_ins.refused", "报到未通过", "您到「{area}」的报到没有通过：{reason}。")
ACCEPTED = Template(
    "report_ins.task_confirmed", "任务已确认", "「{title}」已由社区确认完成，服务时长已记入。"
)
RETURNED = Template("report_ins.task_returned", "任务需补充", "「{title}」被退回：{reason}。")
LAPSED = Template("report_ins.task_lapsed", "任务已过期", "「{title}」过了完成时间，名额已放回。")
