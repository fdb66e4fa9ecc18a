"""WeChat Pay's refusals: an HTTP status and ``{code, message}``, signed like any answer."""

from typing import Any

CODES: dict[str, tuple[int, str]] = {
    "PARAM_ERROR": (400, "参数错误"),
    "INVALID_REQUEST": (400, "无效请求"),
    "APPID_MCHID_NOT_MATCH": (400, "appid和mch_id不匹配"),
    "MCH_NOT_EXISTS": (400, "商户号不存在"),
    "ORDERPAID": (400, "该订单已支付"),
    "ORDER_CLOSED": (400, "订单已关闭"),
    "NO_STATEMENT_EXIST": (400, "账单文件不存在"),
    "STATEMENT_CREATING": (400, "账单生成中"),
    "SIGN_ERROR": (401, "签名错误"),
    "NO_AUTH": (403, "商户无权限"),
    "OUT_TRADE_NO_USED": (403, "商户订单号重复"),
    "NOT_ENOUGH": (403, "基本账户余额不足，请充值后重新发起"),
    "RULE_LIMIT": (403, "业务规则限制"),
    "TRADE_ERROR": (403, "交易错误"),
    "USER_ACCOUNT_ABNORMAL": (403, "用户账户异常"),
    "ORDER_NOT_EXIST": (404, "订单不存在"),
    "RESOURCE_NOT_EXISTS": (404, "查询的资源不存在"),
    "FREQUENCY_LIMITED": (429, "频率超限"),
    "SYSTEM_ERROR": (500, "系统异常，请稍后重试"),
    "BANK_ERROR": (500, "银行系统异常"),
}


class PayFault(Exception):
    """WeChat Pay says no. ``message`` replaces the usual text; ``detail`` names the field."""

    def __init__(self, code: str, message: str = "", detail: dict[str, Any] | None = None) -> None:
        super().__init__(code, message)
        self.code = code
        self.status, usual = CODES[code]
        self.body: dict[str, Any] = {"code": code, "message": message or usual}
        if detail:
            self.body["detail"] = detail
