"""What those who promised are told."""

from backend.foundation.notify.messages import Template as Template

PAGE = "/pages/volunteering/pledge?id={}"

PUBLISHED = Template("pledges.published", "承诺已公示", "您的「{title}」已公示，请按时履行。")
REFUSED = Template("pledges.refused", "承诺未通过", "您的「{title}」没有通过：{reason}。")
RETURNED = Template("pledges.returned", "进展被退回", "「{title}」的「{step}」被退回：{reason}。")
CONFIRMED = Template("pledges.confirmed", "居民已确认", "「{title}」的「{step}」已由居民确认完成。")
KEPT = Template("pledges.kept", "承诺已兑现", "「{title}」的每一步都已由居民确认，感谢您。")
