"""The services a community can switch on. Pure data."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Service:
    """A tile: `path` is a page of the mini-program, `icon` one of its icons, `group` the heading
    it stands under where all of them are shown."""

    key: str
    name: str
    icon: str
    path: str
    group: str


REPORT = "/pages/report/index?kind={}"
MATTERS, HOUSE, LIFE, TOGETHER = "有事找社区", "住房与出行", "生活服务", "共建共享"
SERVICES = {
    one.key: one
    for one in (
        Service("repair", "物业报修", "repair", REPORT.format("repair"), MATTERS),
        Service("fees", "缴费", "fee", "/pages/fees/index", HOUSE),
        Service("move_car", "挪车", "car", "/pages/move-car/index", HOUSE),
        Service("parking", "停车", "park", "/pages/parking/index", HOUSE),
        Service("canteen", "幸福食堂", "bowl", "/pages/shops/canteens", LIFE),
        Service("points", "我的积分", "coin", "/pages/points/index", LIFE),
        Service("deliberation", "共享家议事", "talk", "/pages/matters/index", TOGETHER),
        Service("complaint", "投诉", "complaint", REPORT.format("complaint"), MATTERS),
        Service("suggestion", "建议", "suggestion", REPORT.format("suggestion"), MATTERS),
        Service("help", "求助", "help", REPORT.format("help"), MATTERS),
        Service("dwellings", "我的家", "home", "/pages/me/dwellings", HOUSE),
        Service("community", "我的社区", "people", "/pages/me/community", TOGETHER),
        Service("shops", "惠民商圈", "shop", "/pages/shops/index", LIFE),
        Service("mall", "积分超市", "gift", "/pages/mall/index", LIFE),
        Service("wishes", "微心愿", "wish", "/pages/wishes/index", TOGETHER),
        Service("craftsmen", "能工巧匠", "user", "/pages/craftsmen/index", LIFE),
        Service("mending_days", "小修小补", "scissors", "/pages/craftsmen/days", LIFE),
        Service("volunteering", "志愿服务", "leaf", "/pages/volunteering/index", TOGETHER),
        Service("pledges", "共驻共建", "building", "/pages/volunteering/pledges", TOGETHER),
        Service("fairs", "公益集市", "flag", "/pages/fairs/index", TOGETHER),
        Service("surveys", "问卷", "list", "/pages/surveys/index", TOGETHER),
    )
}
"""What is wanted most often first: the first page shows the beginning and puts the rest behind
one tile."""
BY_DEFAULT = tuple(SERVICES)
"""What a community shows until it has chosen."""
