"""What writers and the community read. Nobody's name, nobody's phone."""

from backend.foundation.notify.messages import Template as Template

WISH_PAGE = "/pages/wishes/wish?id={}"
REVIEW_PAGE = "/pages/wishes/reviews"

TO_REVIEW = Template(
    "wishes.to_review", title="有微心愿待审核", text="微心愿「{title}」等待社区审核。"
)
APPROVED = Template(
    "wishes.approved",
    title="您的微心愿已发布",
    text="微心愿「{title}」已发布，先给{circle}的邻居看，之后逐步扩大范围。",
)
REFUSED = Template(
    "wishes.refused",
    title="您的微心愿没有通过审核",
    text="微心愿「{title}」没有通过：{reason}。可以修改后再提交。",
)
CLOSED = Template(
    "wishes.closed",
    title="您的微心愿{status}",
    text="您的微心愿「{title}」{status}。{reason}",
)
