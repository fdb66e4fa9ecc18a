"""WeChat's `wx.request` knows no PATCH: a POST may say by a header that it means one."""

from typing import Any

from sanic import Request
from sanic.compat import Header

HEADER = "X-HTTP-Method-Override"


class MeantRequest(Request):
    """A request by what it means: a POST with `X-HTTP-Method-Override: PATCH` is that PATCH.

    Decided when it is made: a signal before routing would cost every request a dispatch.
    """

    def __init__(
        self, url_bytes: bytes, headers: Header, version: str, method: str, *rest: Any, **more: Any
    ) -> None:
        if method == "POST" and headers.get(HEADER, "").upper() == "PATCH":
            method = "PATCH"
        super().__init__(url_bytes, headers, version, method, *rest, **more)
