"""What those who offer stalls and those who run fairs are told."""

from backend.foundation.notify.messages import Template as Template

OFFERED = Template("stalls.offered", "有新的摊位报名", "「{name}」报名参加「{fair}」，请确认。")
ACCEPTED = Template(
    "stalls.accept", "摊位报名已确认", "「{name}」参加「{fair}」已确认，摊位号见集市地图。"
)
DECLINED = Template("stalls.decline", "摊位报名未采用", "「{name}」未能参加「{fair}」：{reason}。")
RULED = {"accept": ACCEPTED, "decline": DECLINED}
