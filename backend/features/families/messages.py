"""What people are told when a household ends."""

from backend.foundation.notify.messages import Template

MINE = "/pages/points/index"
RETURNED = Template(
    "families.returned",
    "家庭账户的积分退给您了",
    "您原来那户已没有家庭成员，家庭账户里的 {amount} 积分按各人存入的多少退回，有效期不变。",
)
