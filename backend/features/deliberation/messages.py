"""What residents are told about matters."""

from backend.foundation.notify.messages import Template as Template

PAGE = "/pages/matters/matter?id={}"
VOTE = "/pages/matters/vote?id={}"

PUBLISHED = Template("deliberation.published", "请您来议事", "「{title}」正在征求大家的意见。")
LISTED = Template(
    "deliberation.listed", "您反映的事进入议事", "您反映的问题已列入议题「{title}」，请来发表意见。"
)
STARTED = Template(
    "deliberation.started", "请您投票", "「{title}」开始投票，截止 {until}，每户一票。"
)
DECIDED = Template("deliberation.decided", "议题有了结果", "「{title}」：{decision}")
CANCELLED = Template("deliberation.cancelled", "投票已取消", "「{title}」的投票已取消：{reason}")
DONE = Template("deliberation.done", "议题办完了", "「{title}」已经完成，请您来看看。")
