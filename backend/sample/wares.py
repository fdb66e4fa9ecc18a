"""What the sample city's shops are called and sell. Every name is invented."""

from dataclasses import dataclass

from backend.engines.shops.rules import ShopKind

Options = tuple[tuple[str, tuple[tuple[str, int], ...]], ...]


@dataclass(frozen=True)
class Ware:
    """Prices in fen; `stock` None: without end."""

    name: str
    price: int
    category: str = ""
    about: str = ""
    options: Options = ()
    stock: int | None = None
    daily_limit: int | None = None


SIZE: Options = (("份量", (("小份", 0), ("大份", 400))),)
HEAT: Options = (("辣度", (("不辣", 0), ("微辣", 0), ("中辣", 0))),)
WEAR: Options = (("尺码", (("M", 0), ("L", 0), ("XL", 0))),)

SHOP_NAMES: dict[ShopKind, tuple[tuple[str, ...], str]] = {
    ShopKind.RESTAURANT: (
        (
            "{surname}记面馆",
            "{surname}家小厨",
            "{place}羊汤馆",
            "{surname}嫂饺子",
            "{surname}师傅煎饼",
        ),
        "街坊开了十几年的小店，现点现做，食材每天早市采购。",
    ),
    ShopKind.PHARMACY: (
        ("{place}便民药店", "{surname}氏大药房", "{place}惠康药房"),
        "非处方药、医疗器械和日常护理用品。处方药请持处方到店由药师审核。",
    ),
    ShopKind.SERVICE: (
        ("{surname}师傅修鞋配钥匙", "{place}家政", "{surname}姐理发", "{place}洗衣坊"),
        "小修小补、洗衣理发，老人上门服务。",
    ),
    ShopKind.CLOTHING: (
        ("{surname}家布衣", "{place}童装", "{place}百货"),
        "家常衣物和日用百货，七天内可以退换。",
    ),
    ShopKind.CANTEEN: (
        ("{place}幸福食堂",),
        "社区办的老年食堂，六十岁以上享受就餐补贴，行动不便可以送餐。",
    ),
}

SHELVES: dict[ShopKind, tuple[Ware, ...]] = {
    ShopKind.RESTAURANT: (
        Ware("红烧牛肉面", 1800, "面食", "手擀面，牛肉炖足三小时", (*SIZE, *HEAT)),
        Ware("西红柿鸡蛋面", 1200, "面食", "", SIZE),
        Ware("三鲜水饺", 2000, "饺子", "一份二十个", stock=60),
        Ware("葱油饼", 600, "小吃"),
        Ware("凉拌黄瓜", 800, "小菜"),
        Ware("卤牛肉", 3200, "小菜", "半斤", stock=15, daily_limit=2),
        Ware("小米粥", 300, "汤粥"),
        Ware("酸梅汤", 500, "饮品", "", (("温度", (("常温", 0), ("热", 0))),)),
    ),
    ShopKind.PHARMACY: (
        Ware("板蓝根颗粒（OTC）", 1850, "感冒", "二十袋装，请按说明书服用"),
        Ware("布洛芬缓释胶囊（OTC）", 2280, "止痛", "请按说明书服用", daily_limit=2),
        Ware("医用外科口罩", 990, "防护", "五十只", stock=200),
        Ware("创可贴", 650, "护理", "一百片"),
        Ware("碘伏消毒液", 480, "护理", "一百毫升"),
        Ware("电子血压计", 16800, "器械", "上臂式，大屏幕", stock=8),
        Ware("维生素C片", 1200, "营养"),
        Ware("艾草足浴包", 1990, "养生", "三十包"),
    ),
    ShopKind.SERVICE: (
        Ware("配钥匙", 1000, "小修", "普通锁，立等可取"),
        Ware("换拉链", 1500, "小修"),
        Ware("老人上门理发", 2500, "上门", "行动不便的老人，次日上门", stock=10),
        Ware("油烟机清洗", 12000, "家政", "上门拆洗", stock=6),
        Ware("擦玻璃", 8000, "家政", "两小时", (("时段", (("上午", 0), ("下午", 0))),)),
        Ware("羽绒服干洗", 3500, "洗衣"),
    ),
    ShopKind.CLOTHING: (
        Ware("加绒保暖内衣", 8900, "内衣", "", WEAR, stock=40),
        Ware("老人防滑棉鞋", 6900, "鞋", "", (("尺码", (("38", 0), ("40", 0), ("42", 0))),), 30),
        Ware("纯棉毛巾", 1200, "日用", "两条装"),
        Ware("儿童羽绒马甲", 9900, "童装", "", WEAR, stock=20),
        Ware("手工布鞋", 5800, "鞋", "千层底", (("尺码", (("39", 0), ("41", 0), ("43", 0))),), 12),
        Ware("保温杯", 4500, "日用", "五百毫升", stock=25),
    ),
}

DISHES: dict[str, tuple[Ware, ...]] = {
    "breakfast": (
        Ware("豆浆油条套餐", 500, about="豆浆一杯、油条两根、咸菜"),
        Ware("小米粥包子套餐", 600, about="小米粥、鲜肉包两个、鸡蛋"),
        Ware("馄饨", 700, about="一碗，配煎饼"),
        Ware("菜煎饼鸡蛋汤", 600),
    ),
    "lunch": (
        Ware("红烧肉套餐", 1500, about="红烧肉、时蔬、米饭、例汤"),
        Ware("清蒸鱼块套餐", 1600, about="少油少盐，刺已剔"),
        Ware("番茄牛腩套餐", 1800, about="炖得软烂，适合牙口不好的老人"),
        Ware("素三样套餐", 1000, about="木耳炒山药、烧豆腐、青菜"),
        Ware("大锅菜", 900, about="白菜豆腐粉条，配馒头"),
    ),
    "dinner": (
        Ware("手擀面", 900, about="西红柿鸡蛋卤"),
        Ware("南瓜粥馒头套餐", 700, about="南瓜粥、馒头、两样小菜"),
        Ware("香菇鸡丝粥套餐", 1000),
        Ware("水饺", 1200, about="白菜猪肉，十五个"),
    ),
}
