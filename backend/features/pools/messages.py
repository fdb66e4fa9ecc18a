"""What shops are told."""

from backend.foundation.notify.messages import Template

SETTLED = Template(
    "pools.settled",
    "收到的积分已结算",
    "{shop}收到的 {amount} 积分已由社区登记结算，单号 {voucher}。如有出入请联系社区。",
)
