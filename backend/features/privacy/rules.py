"""What is kept about people, what for, and how long (个人信息保护法 §17)."""

from dataclasses import dataclass

CONFIRMATION = "注销"
"""What a person types to leave: no slip of a finger does it."""


@dataclass(frozen=True)
class Kept:
    """One kind of data: what, why, until when, how it is guarded, whether leaving removes it."""

    what: str
    why: str
    until: str
    guard: str
    is_erased: bool


KEPT = (
    Kept(
        "微信标识（openid、unionid）",
        "识别是哪位用户在登录，以及向您发送您同意接收的订阅消息",
        "注销账号时删除",
        "只在服务器上使用，不向任何人展示",
        is_erased=True,
    ),
    Kept(
        "昵称、头像、大字和外观设置",
        "在小程序里称呼您，并按您的习惯显示",
        "注销账号时删除",
        "只有您和为您办事的工作人员可见",
        is_erased=True,
    ),
    Kept(
        "手机号（经微信验证）",
        "工作人员就您的诉求与您联系；任职时确认本人",
        "注销账号时删除；号码换主时立即从旧账号移除",
        "加密保存，默认打码显示，查看明文会留下记录",
        is_erased=True,
    ),
    Kept(
        "姓名、身份证号（绑定住房时填写，身份证号可不填）",
        "核实您与住房的关系，让社区确认您的绑定申请",
        "解除全部绑定或注销账号时删除",
        "加密保存，默认打码显示，每次查看明文都记录查看人和用途",
        is_erased=True,
    ),
    Kept(
        "住房绑定和居民标签",
        "把诉求送到正确的社区和物业，并按需要提供关怀服务",
        "解除绑定后保留关系记录；注销账号时与您脱离",
        "只有负责您所在区域的工作人员可见",
        is_erased=True,
    ),
    Kept(
        "诉求的文字、照片、语音、位置和办理经过",
        "受理、分派、办理和回访您的诉求，并统计社区的服务质量",
        "长期保留；注销账号后不再与您的身份关联",
        "只有办理人员和相关单位可见；选择匿名时办理人员看不到您是谁",
        is_erased=False,
    ),
    Kept(
        "支付、退款和收据（项目、金额、时间、方式）",
        "收取和退还您同意支付的费用，并按会计法规保存账目",
        "长期保留；注销账号后不再与您的身份关联",
        "只有您、收款单位的收费和财务人员可见；我们不保存银行卡信息",
        is_erased=False,
    ),
    Kept(
        "未提交的诉求草稿",
        "让您下次接着填写",
        "提交、删除或注销账号时删除",
        "只有您可见",
        is_erased=True,
    ),
    Kept(
        "消息和订阅授权记录",
        "告诉您办理进展，并遵守您对每种消息的同意或拒绝",
        "注销账号时删除",
        "只有您可见",
        is_erased=True,
    ),
    Kept(
        "登录设备和时间",
        "让您看到哪些设备登录过，并可以随时让它们退出",
        "退出或过期 30 天后删除；注销账号时立即删除",
        "登录凭证只保存摘要，任何人都无法还原",
        is_erased=True,
    ),
    Kept(
        "审计日志（谁在何时查看或更改了什么）",
        "发现和追究对个人信息的不当使用；法律要求至少保留六个月",
        "长期保留，只含编号，不含姓名、电话等内容",
        "用哈希链防篡改，只有管理员可查",
        is_erased=False,
    ),
)
