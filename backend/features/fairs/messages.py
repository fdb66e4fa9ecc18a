"""What organisers, the street and residents are told about fairs."""

from backend.foundation.notify.messages import Template as Template

SUBMITTED = Template("fairs.submit", "有集市主题待审核", "「{title}」已提交主题，请审核。")
APPROVED = Template("fairs.approve", "集市主题已通过", "「{title}」可以开始筹备了。")
RETURNED = Template("fairs.return", "集市主题被退回", "「{title}」请修改：{reason}。")
PREVIEWED = Template(
    "fairs.previewed",
    title="公益集市预告",
    text="「{title}」{starts}在{place}开市，摊位地图和预约已开放。",
    wechat={"thing1": "{title}", "time2": "{starts}", "thing3": "{place}"},
    labels={"thing1": "活动", "time2": "时间", "thing3": "地点"},
    scene="fair",
    reason="社区有公益集市时告诉您",
    name="公益集市预告",
)
CANCELLED = Template(
    "fairs.cancelled", "公益集市取消了", "「{title}」取消：{reason}。给您带来不便，请谅解。"
)
RETRACTED = Template(
    "fairs.retracted", "公益集市改期", "「{title}」的时间地点有调整，新的预告会再通知您。"
)
TO_RESIDENTS = {
    "preview": PREVIEWED,
    "preview-urgently": PREVIEWED,
    "cancel": CANCELLED,
    "retract": RETRACTED,
}
TO_ORGANISER = {"approve": APPROVED, "return": RETURNED}
