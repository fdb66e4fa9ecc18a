"""What writers, claimers and the community read of a claim. Nobody's name, nobody's phone."""

from backend.foundation.notify.messages import Template as Template

WISH_PAGE = "/pages/wishes/wish?id={}"
CLAIM_PAGE = "/pages/wishes/claim?id={}"

CLAIMED = Template(
    "claims.claimed",
    title="有邻居认领了您的微心愿",
    text="您的微心愿「{title}」有邻居认领了，请等待联系。",
    wechat={"thing1": "{title}", "phrase2": "已认领"},
    labels={"thing1": "心愿", "phrase2": "进展"},
    scene="wish",
    reason="有人认领、实现您的心愿时告诉您",
    name="微心愿进展通知",
)
FULFILLED = Template(
    "claims.fulfilled",
    title="请确认您的微心愿",
    text="认领您的微心愿「{title}」的邻居说已经实现，请确认。",
)
UNCONFIRMED = Template(
    "claims.unconfirmed",
    title="微心愿等待社区确认",
    text="微心愿「{title}」已实现三天还没有人确认，请社区核实。",
)
REMINDED = Template(
    "claims.reminded",
    title="认领的微心愿快到期了",
    text="您认领的微心愿「{title}」在{due}前没有进展会自动释放，请报一下进展。",
    wechat={"thing1": "{title}", "time2": "{due}"},
    labels={"thing1": "心愿", "time2": "释放时间"},
    scene="wish_claim",
    reason="认领的心愿快到期、被确认时告诉您",
    name="微心愿认领提醒",
)
RELEASED = Template(
    "claims.released",
    title="认领已释放",
    text="您认领的微心愿「{title}」已释放：{reason}。",
)
FREE_AGAIN = Template(
    "claims.free_again",
    title="微心愿重新等待认领",
    text="您的微心愿「{title}」的一份认领已释放，正在等待其他邻居。",
)
SENT_BACK = Template(
    "claims.sent_back",
    title="微心愿还没有实现",
    text="您认领的微心愿「{title}」被退回：{reason}。请继续办理。",
)
CONFIRMED = Template(
    "claims.confirmed", title="心愿实现了，谢谢您", text="您认领的微心愿「{title}」已确认实现。"
)
CALLED_OFF = Template(
    "claims.called_off",
    title="微心愿不再需要认领",
    text="您认领的微心愿「{title}」{status}，不用再办理。谢谢您的好意。",
)
