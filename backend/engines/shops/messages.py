"""What merchants and reviewers are told about shops."""

from backend.foundation.notify.messages import Template as Template

MERCHANT = "/pages/merchant/index"
REVIEW = "/pages/shops/review"

ASKED = Template("shops.asked", "有商户申请入驻", "「{name}」申请入驻惠民商圈，请审核证照后答复。")
APPROVED = Template(
    "shops.approve", "商户入驻已通过", "「{name}」已通过审核，可以上架商品、接单了。"
)
REFUSED = Template(
    "shops.refuse", "商户入驻未通过", "「{name}」未通过审核：{reason}。修改后可以再次提交。"
)
SUSPENDED = Template(
    "shops.suspend", "店铺被暂停营业", "「{name}」被暂停营业：{reason}。", is_urgent=True
)
REINSTATED = Template("shops.reinstate", "店铺已恢复营业", "「{name}」已恢复营业。")
EXPIRING = Template(
    "shops.licence_expiring",
    "证照快到期了",
    "「{name}」的{licence}将于 {day} 到期，到期后将自动停止接单，请尽快上传新证照。",
)
LICENCE = Template("shops.licence_sent", "有证照待核对", "「{name}」上传了新的证照，请核对。")
RULED = {"approve": APPROVED, "refuse": REFUSED, "suspend": SUSPENDED, "reinstate": REINSTATED}
