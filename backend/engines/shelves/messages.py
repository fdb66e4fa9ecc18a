"""What those who manage the shelves are told."""

from backend.foundation.notify.messages import Template as Template

GOOD = "/pages/mall/manage?good={}"

EMPTY = Template("shelves.empty", "积分商品兑完了", "「{place}」的「{good}」已兑完，请及时补货。")
