"""What writers of letters are told."""

from backend.foundation.notify.messages import Template as Template

ANSWERED = Template("letters.answered", "您的意见信有回复", "「{fair}」回复了您的意见信：{answer}")
TAKEN = Template(
    "letters.taken",
    "您的意见信已转办",
    "您给「{fair}」的意见信已转为诉求，可在“我的诉求”查看进度。",
)
