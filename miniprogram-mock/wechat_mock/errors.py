"""WeChat's refusals: HTTP 200 with ``{errcode, errmsg}``, the errmsg ending in a request id."""

import secrets
import time

MESSAGES: dict[int, str] = {
    -1: "system error",
    0: "ok",
    40001: "invalid credential, access_token is invalid or not latest",
    40002: "invalid grant_type",
    40003: "invalid openid",
    40004: "invalid media type",
    40013: "invalid appid",
    40014: "invalid access_token",
    40029: "invalid code",
    40035: "invalid parameter",
    40037: "invalid template_id",
    40097: "invalid args",
    40125: "invalid appsecret",
    40129: "invalid scene",
    40159: "invalid length for path, or the data is not json string",
    40163: "code been used",
    40164: "invalid ip, not in whitelist",
    40165: "invalid weapp pagepath",
    40169: "invalid length for scene, or the data is not json string",
    40212: "invalid query",
    40226: "user is high risk",
    40243: "appsecret has been frozen",
    41001: "access_token missing",
    41002: "appid missing",
    41004: "appsecret missing",
    41008: "missing code",
    41030: "invalid page",
    42001: "access_token expired",
    43001: "require GET method",
    43002: "require POST method",
    43101: "user refuse to accept the msg",
    43104: "appid and openid not match",
    43107: "subscribe message ability of this account is banned",
    43108: "concurrent sending to one user",
    44002: "empty post data",
    44990: "reach max frequency of generating",
    44991: "reach max frequency of checking",
    44993: "reach max daily number of generating",
    45002: "content size out of limit",
    45009: "reach max api daily quota limit",
    45011: "api minute-quota reach limit, must slower, retry next minute",
    45029: "qrcode count out of limit",
    45168: "hit harmful words",
    47001: "data format error",
    47003: "argument invalid!",
    48001: "api unauthorized",
    50004: "access_token for this account is forbidden",
    50007: "account is frozen",
    61010: "code is expired: the user has not visited the mini-program within 2 hours",
    85079: "miniprogram has no online release",
    85096: "page or scene must not hold scancode_time",
    85401: "time limit between 1min and 30 days",
    85402: "invalid env_version",
    85406: "invalid expire_type",
    85407: "invalid expire_interval",
    87020: "media_url cannot be fetched",
    89503: "this ip needs the administrator's confirmation",
    89506: "this ip was refused by the administrator within 24 hours",
    89507: "this ip was refused by the administrator within 1 hour",
}


class Fault(Exception):
    """WeChat says no. ``detail`` replaces the usual text of that code."""

    def __init__(self, errcode: int, detail: str = "") -> None:
        super().__init__(errcode, detail)
        self.errcode = errcode
        self.detail = detail


def request_id() -> str:
    """Like WeChat's: hexadecimal second, then two random words."""
    return f"{int(time.time()):08x}-{secrets.token_hex(4)}-{secrets.token_hex(4)}"


def refusal(errcode: int, detail: str = "") -> dict[str, object]:
    """The body of a refusal."""
    text = detail or MESSAGES.get(errcode, "unknown error")
    return {"errcode": errcode, "errmsg": f"{text} rid: {request_id()}"}
