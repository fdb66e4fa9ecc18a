"""What captains and members are told."""

from backend.foundation.notify.messages import Template as Template

PAGE = "/pages/volunteering/team?id={}"

APPROVED = Template(
    "teams.approved", "队伍审核通过", "您发起的「{name}」已审核通过，可以招募队员了。"
)
REFUSED = Template("teams.refused", "队伍审核未通过", "您发起的「{name}」没有通过：{reason}。")
ASKED = Template("teams.asked", "有人申请入队", "有居民申请加入「{name}」，请同意或谢绝。")
ACCEPTED = Template("teams.accepted", "入队申请已同意", "欢迎加入「{name}」。")
DECLINED = Template("teams.declined", "入队申请未同意", "「{name}」这次没有同意您的入队申请。")
CAPTAIN = Template("teams.captain", "您成为队长", "您现在是「{name}」的队长。")
