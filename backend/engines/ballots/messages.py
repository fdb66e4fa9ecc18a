"""What a household is told of its vote."""

from backend.foundation.notify.messages import Template as Template

PAGE = "/pages/matters/vote?id={}"

CAST = Template(
    "ballots.cast",
    "您家已经投票",
    "「{title}」：{place}已投票（{source}，{at}）。每户一票，以先投的为准；有疑问请联系社区。",
)
ENTRUSTED = Template(
    "ballots.entrusted", "请您代为投票", "{place}的业主书面委托您在「{title}」中投票。"
)
