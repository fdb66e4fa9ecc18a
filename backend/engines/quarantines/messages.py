"""The messages about what disagrees."""

from backend.foundation.notify.messages import Template as Template

STAFF = "/pages/finance/index?quarantine={}"

KEPT = Template(
    "quarantines.kept",
    title="有一笔微信账需要核对",
    text="微信单号 {number}，{amount} 元：{why}，没有入账，请核对处理。",
)
