"""What craftsmen and the community read."""

from backend.foundation.notify.messages import Template as Template

OWN_PAGE = "/pages/craftsmen/own"
REVIEW_PAGE = "/pages/craftsmen/reviews"

TO_REVIEW = Template(
    "craftsmen.to_review", title="有能工巧匠待审核", text="{called}申请登记能工巧匠，请审核。"
)
REVIEWED = Template(
    "craftsmen.reviewed", title="能工巧匠登记：{status}", text="您的登记{status}。{reason}"
)
PAPER_ENDS = Template(
    "craftsmen.paper_ends",
    title="证件快到期了",
    text="您的{paper}将于 {day} 到期，到期后不再为您派{skill}的单，请及时更新。",
)
