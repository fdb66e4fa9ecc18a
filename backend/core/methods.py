"""WeChat's `wx.request` knows no PATCH: a POST may say by a header that it means one."""

from typing import Any

from sanic import Request, Sanic

HEADER = "X-HTTP-Method-Override"


def attach(app: Sanic[Any, Any]) -> None:
    """Take a POST with `X-HTTP-Method-Override: PATCH` for the PATCH it means."""

    @app.signal("http.routing.before")
    async def mean(request: Request) -> None:
        if request.method == "POST" and request.headers.get(HEADER, "").upper() == "PATCH":
            request.method = "PATCH"
