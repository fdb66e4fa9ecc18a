"""The services a community can switch on. Pure data."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Service:
    """A tile: `path` is a page of the mini-program, `icon` one of its icons."""

    key: str
    name: str
    icon: str
    path: str


REPORT = "/pages/report/index?kind={}"
SERVICES = {
    one.key: one
    for one in (
        Service("repair", "物业报修", "repair", REPORT.format("repair")),
        Service("complaint", "投诉", "complaint", REPORT.format("complaint")),
        Service("suggestion", "建议", "suggestion", REPORT.format("suggestion")),
        Service("help", "求助", "help", REPORT.format("help")),
        Service("fees", "缴费", "fee", "/pages/fees/index"),
        Service("move_car", "挪车", "car", "/pages/move-car/index"),
        Service("parking", "停车", "park", "/pages/parking/index"),
        Service("dwellings", "我的家", "building", "/pages/me/dwellings"),
        Service("community", "我的社区", "people", "/pages/me/community"),
        Service("shops", "惠民商圈", "shop", "/pages/shops/index"),
        Service("deliberation", "共享家议事", "talk", "/pages/matters/index"),
        Service("surveys", "问卷", "list", "/pages/surveys/index"),
        Service("points", "我的积分", "gift", "/pages/points/index"),
        Service("mall", "积分超市", "gift", "/pages/mall/index"),
        Service("canteen", "幸福食堂", "bowl", "/pages/shops/canteens"),
        Service("wishes", "微心愿", "wish", "/pages/wishes/index"),
        Service("volunteering", "志愿服务", "help", "/pages/volunteering/index"),
        Service("pledges", "共驻共建", "building", "/pages/volunteering/pledges"),
        Service("fairs", "公益集市", "flag", "/pages/fairs/index"),
    )
}
BY_DEFAULT = tuple(SERVICES)
"""What a community shows until it has chosen."""
