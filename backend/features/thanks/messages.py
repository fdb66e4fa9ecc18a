"""What claimers read."""

from backend.foundation.notify.messages import Template as Template

WISH_PAGE = "/pages/wishes/wish?id={}"

SAID = Template(
    "thanks.thanked", title="您收到一份感谢", text="您帮助实现的微心愿「{title}」，心愿人向您道谢。"
)
